import { readFileSync } from 'node:fs';
import type pg from 'pg';

/** Clock ticks per second of /proc; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** What one scenario cost. */
export interface Cost {
  ms: number;
  walBytes: number;
  /** CPU of the server process, in microseconds; null where /proc is absent. */
  serverCpuUs: number | null;
}

/** CPU that a process has used, in microseconds; null where the system does not tell. */
export function cpuUs(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1_000_000;
  } catch {
    return null;
  }
}

/** Bytes of write-ahead log that the database has written in its life. */
export async function walBytes(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(
    `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bytes`,
  );
  return Number(rows[0]!.bytes);
}

/** Runs `work` and says what it cost. */
export async function measure(
  client: pg.Client,
  serverPid: number | null,
  work: () => Promise<void>,
): Promise<Cost> {
  const wal = await walBytes(client);
  const cpu = serverPid === null ? null : cpuUs(serverPid);
  const from = performance.now();
  await work();
  const ms = performance.now() - from;
  const cpuAfter = serverPid === null ? null : cpuUs(serverPid);
  return {
    ms,
    walBytes: (await walBytes(client)) - wal,
    serverCpuUs: cpu === null || cpuAfter === null ? null : cpuAfter - cpu,
  };
}

/** The value below which `share` of the sorted values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** Slope of the least-squares line through points of minutes and values, per hour. */
export function slopePerHour(points: readonly (readonly [number, number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((p) => p[0]), mean((p) => p[1])];
  const spread = points.reduce((sum, p) => sum + (p[0] - x) ** 2, 0);
  const joint = points.reduce((sum, p) => sum + (p[0] - x) * (p[1] - y), 0);
  return spread === 0 ? 0 : (joint / spread) * 60;
}
