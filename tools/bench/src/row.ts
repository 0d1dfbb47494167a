import { OUTPUT_BYTES } from './output.js';
import type { Cost } from './measure.js';

/** What one system did in one scenario. Null: not measured. */
export interface Row {
  scenario: string;
  /** `heddle`, `floor`, or the peer's name. */
  system: string;
  nodeRuns: number;
  nodeRunsPerSecond: number;
  runMsP50: number | null;
  runMsP99: number | null;
  walBytesPerNodeRun: number | null;
  /** Of the server process. */
  cpuUsPerNodeRun: number | null;
  /** Settings, and what must be known to compare. */
  note: string;
}

/** A row from what was measured. */
export function rowOf(
  what: Pick<Row, 'scenario' | 'system' | 'nodeRuns' | 'note'>,
  cost: Cost,
  latencies: { p50: number; p99: number } | null,
): Row {
  return {
    ...what,
    nodeRunsPerSecond: (what.nodeRuns / cost.ms) * 1000,
    runMsP50: latencies?.p50 ?? null,
    runMsP99: latencies?.p99 ?? null,
    walBytesPerNodeRun: cost.walBytes / what.nodeRuns,
    cpuUsPerNodeRun: cost.serverCpuUs === null ? null : cost.serverCpuUs / what.nodeRuns,
  };
}

/** The row that others are compared with. */
export const FLOOR = 'floor';
/** The floor whose worker speaks Heddle's own protocol. */
export const NATIVE_FLOOR = 'floor, native protocol';
export const HEDDLE = 'heddle';

const HEADER = [
  'scenario',
  'system',
  'node runs/s',
  'of floor',
  'of native floor',
  'Heddle is',
  'run p50 ms',
  'run p99 ms',
  'WAL B beyond output',
  'CPU µs',
];

/** The rows as one table, with ratios: to both floors, and of Heddle to each. */
export function tableOf(rows: readonly Row[]): string {
  const floor = rows.find((row) => row.system === FLOOR);
  const native = rows.find((row) => row.system === NATIVE_FLOOR);
  const cells = rows.map((row) => {
    const heddle = rows.find((r) => r.system === HEDDLE && r.scenario === row.scenario);
    const isSelf = !heddle || row === heddle;
    const beyond = row.walBytesPerNodeRun === null ? null : row.walBytesPerNodeRun - OUTPUT_BYTES;
    return [
      row.scenario,
      row.system,
      whole(row.nodeRunsPerSecond),
      share(row, floor),
      share(row, native),
      isSelf ? '' : `${(heddle.nodeRunsPerSecond / row.nodeRunsPerSecond).toFixed(2)} ×`,
      whole(row.runMsP50),
      whole(row.runMsP99),
      whole(beyond),
      whole(row.cpuUsPerNodeRun),
    ];
  });
  return aligned([HEADER, ...cells]);
}

function share(row: Row, floor: Row | undefined): string {
  return floor ? `${((row.nodeRunsPerSecond / floor.nodeRunsPerSecond) * 100).toFixed(1)} %` : '–';
}

function whole(value: number | null): string {
  return value === null ? '–' : Math.round(value).toLocaleString('en');
}

/** Lines of cells below each other, texts to the left (the first two columns), numbers to the right. */
function aligned(lines: readonly string[][]): string {
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
