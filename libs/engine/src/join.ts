import type { Join } from '@heddle/graph';

/** What a join says given its incoming edges: start now, never (skip), or wait for more edges. */
export type JoinOutcome = 'start' | 'skip' | 'undecided';

/** Edges that enter a node: how many there are, have a verdict, and are live. */
export interface JoinCounts {
  total: number;
  settled: number;
  live: number;
}

/** The join used when a node names none. */
export const DEFAULT_JOIN: Join = { kind: 'any' };

/**
 * Whether a node with these incoming edges may start (P3). A node without incoming edges always
 * may.
 */
export function joinSatisfied(join: Join, { total, settled, live }: JoinCounts): boolean {
  if (total === 0) return true;
  switch (join.kind) {
    case 'any':
      return settled === total && live > 0;
    case 'all':
      return settled === total && live === total;
    case 'first':
      return live > 0;
    case 'n-of-m':
      return live >= join.n;
  }
}

/** {@link joinSatisfied}, telling "not yet" from "never". */
export function joinOutcome(join: Join, counts: JoinCounts): JoinOutcome {
  if (joinSatisfied(join, counts)) return 'start';
  return counts.settled === counts.total ? 'skip' : 'undecided';
}

/** The counts of a node as its state has them; `node` is absent while nothing has happened to it. */
export function joinCounts(
  compiled: { incoming: readonly unknown[] },
  node: { settledCount: number; liveCount: number } | undefined,
): JoinCounts {
  const { settledCount = 0, liveCount = 0 } = node ?? {};
  return { total: compiled.incoming.length, settled: settledCount, live: liveCount };
}
