import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { Cluster } from '@heddle/cluster';
import { bareInsertLoop } from './floor.js';
import { measure, percentile } from './measure.js';
import {
  SCENARIOS,
  checkAllSucceeded,
  prepare,
  runLatencies,
  runOnce,
  type Scenario,
} from './scenarios.js';

const WORKER = fileURLToPath(new URL('./bench-worker.js', import.meta.url));
const FLOOR_ROWS = 50_000;

/** One line of the table. */
interface Row {
  scenario: string;
  nodeRuns: number;
  nodeRunsPerSecond: number;
  runMsP50: number | null;
  runMsP99: number | null;
  walBytesPerNodeRun: number;
  serverCpuUsPerNodeRun: number | null;
  shareOfFloor: number;
}

async function floor(client: pg.Client): Promise<Row> {
  await bareInsertLoop(client, FLOOR_ROWS / 10);
  const cost = await measure(client, null, () => bareInsertLoop(client, FLOOR_ROWS));
  return {
    scenario: 'bare batched inserts',
    nodeRuns: FLOOR_ROWS,
    nodeRunsPerSecond: (FLOOR_ROWS / cost.ms) * 1000,
    runMsP50: null,
    runMsP99: null,
    walBytesPerNodeRun: cost.walBytes / FLOOR_ROWS,
    serverCpuUsPerNodeRun: null,
    shareOfFloor: 1,
  };
}

async function bench(
  cluster: Cluster,
  client: pg.Client,
  serverPid: number,
  scenario: Scenario,
): Promise<Row> {
  const warm = await prepare(cluster.api, scenario);
  await runOnce(cluster.api, client, warm, Math.min(scenario.runs, 50));
  const workflow = await prepare(cluster.api, scenario);
  const cost = await measure(client, serverPid, async () => {
    for (let i = 0; i < scenario.repeats; i++)
      await runOnce(cluster.api, client, workflow, scenario.runs);
  });
  await checkAllSucceeded(client, workflow, scenario.runs * scenario.repeats);
  const nodeRuns = scenario.graph.nodes.length * scenario.runs * scenario.repeats;
  const latencies = await runLatencies(client, workflow);
  return {
    scenario: scenario.name,
    nodeRuns,
    nodeRunsPerSecond: (nodeRuns / cost.ms) * 1000,
    runMsP50: percentile(latencies, 0.5),
    runMsP99: percentile(latencies, 0.99),
    walBytesPerNodeRun: cost.walBytes / nodeRuns,
    serverCpuUsPerNodeRun: cost.serverCpuUs === null ? null : cost.serverCpuUs / nodeRuns,
    shareOfFloor: 0,
  };
}

function print(rows: readonly Row[]): void {
  const round = (value: number | null): string =>
    value === null ? '–' : Math.round(value).toLocaleString('en');
  const header = [
    'scenario',
    'node runs',
    'per second',
    'of floor',
    'run p50 ms',
    'run p99 ms',
    'WAL B/node',
    'server CPU µs/node',
  ];
  const lines = rows.map((row) => [
    row.scenario,
    round(row.nodeRuns),
    round(row.nodeRunsPerSecond),
    `${(row.shareOfFloor * 100).toFixed(0)} %`,
    round(row.runMsP50),
    round(row.runMsP99),
    round(row.walBytesPerNodeRun),
    round(row.serverCpuUsPerNodeRun),
  ]);
  const widths = header.map((title, i) =>
    Math.max(title.length, ...lines.map((line) => line[i]!.length)),
  );
  for (const line of [header, ...lines])
    console.log(
      line
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  '),
    );
}

const cluster = await Cluster.create();
const client = new pg.Client({ connectionString: cluster.databaseUrl });
try {
  const server = await cluster.startServer({ LOG_LEVEL: 'warn' });
  await cluster.startWorker(WORKER);
  await client.connect();
  const rows = [await floor(client)];
  for (const scenario of SCENARIOS) rows.push(await bench(cluster, client, server.pid, scenario));
  for (const row of rows) row.shareOfFloor = row.nodeRunsPerSecond / rows[0]!.nodeRunsPerSecond;
  print(rows);
  const directory = join(process.cwd(), 'bench-results');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${new Date().toISOString().replaceAll(':', '-')}.json`);
  writeFileSync(
    file,
    JSON.stringify({ node: process.version, cpus: cpus().map((cpu) => cpu.model), rows }, null, 2),
  );
  console.log(`\nWritten to ${file}`);
} finally {
  await client.end().catch(() => undefined);
  await cluster.stop();
}
