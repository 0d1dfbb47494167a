/** An attempt as the timeline draws it. */
export interface TimelineAttempt {
  number: number;
  state: string;
  queuedAt: string | null;
  startedAt: string | null;
  endedAt: string | null;
}

/** A stretch of a bar, in epoch milliseconds. */
export interface Segment {
  kind: 'queue' | 'run' | 'wait';
  /** State of the attempt, for the colour of a `run` segment. */
  state: string;
  attempt: number;
  from: number;
  to: number;
}

const at = (text: string | null): number | null => (text === null ? null : Date.parse(text));

/** Queue, run and wait stretches of a node's attempts; what has not ended reaches to `now`. Pure. */
export function segmentsOf(attempts: readonly TimelineAttempt[], now: number): Segment[] {
  const segments: Segment[] = [];
  let lastEnd: number | null = null;
  for (const { number, state, queuedAt, startedAt, endedAt } of attempts) {
    const queued = at(queuedAt) ?? at(startedAt);
    if (queued === null) continue;
    const started = at(startedAt);
    const ended = at(endedAt) ?? now;
    const base = { state, attempt: number };
    if (lastEnd !== null && queued > lastEnd)
      segments.push({ ...base, kind: 'wait', from: lastEnd, to: queued });
    if (started === null || started > queued)
      segments.push({ ...base, kind: 'queue', from: queued, to: started ?? ended });
    if (started !== null)
      segments.push({ ...base, kind: 'run', from: started, to: Math.max(ended, started) });
    lastEnd = Math.max(ended, queued);
  }
  return segments;
}

/** Earliest and latest instant of all segments; null when there are none. */
export function spanOf(rows: readonly (readonly Segment[])[]): { from: number; to: number } | null {
  let from = Infinity;
  let to = -Infinity;
  for (const segments of rows) {
    for (const segment of segments) {
      from = Math.min(from, segment.from);
      to = Math.max(to, segment.to);
    }
  }
  return from === Infinity ? null : { from, to: Math.max(to, from + 1) };
}

const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400,
];

/** Offsets of the grid lines, in milliseconds: round, and at most `countMax`. */
export function ticksOf(lengthMs: number, countMax: number): number[] {
  const seconds = lengthMs / 1_000;
  const subSecond = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
  const step =
    [...subSecond, ...STEPS].find((size) => seconds / size <= countMax) ?? seconds / countMax;
  const ticks: number[] = [];
  for (let i = 0; i * step <= seconds && ticks.length <= countMax; i++)
    ticks.push(i * step * 1_000);
  return ticks;
}
