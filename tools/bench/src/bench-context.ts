import type { ChildProcessHandle, Cluster } from '@heddle/cluster';
import type pg from 'pg';

/** What a benchmark of Heddle finds: a server and a worker that are up, and a connection of its own to their database. */
export interface BenchContext {
  cluster: Cluster;
  server: ChildProcessHandle;
  client: pg.Client;
  /** One line of progress for the person who waits. */
  say(line: string): void;
}
