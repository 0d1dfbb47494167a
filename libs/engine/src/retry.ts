import type { Backoff, RetryPolicy } from '@heddle/graph';
import { GRAPH_LIMITS } from '@heddle/graph';

/**
 * Delay before the next attempt, in whole milliseconds, given that `attemptIndex` attempts (from 1)
 * failed since the node was last reset. `random` in [0, 1) decides how much of the jitter is
 * subtracted.
 */
export function nextDelayMs(
  policy: Pick<RetryPolicy, 'backoff' | 'jitter'>,
  attemptIndex: number,
  random: number,
): number {
  const delayMs = Math.min(backoffMs(policy.backoff, attemptIndex), GRAPH_LIMITS.durationMsMax);
  return Math.round(delayMs * (1 - (policy.jitter ?? 0) * random));
}

function backoffMs(backoff: Backoff, n: number): number {
  switch (backoff.kind) {
    case 'fixed':
      return backoff.delayMs;
    case 'linear':
      return Math.min(backoff.delayMs * n, backoff.capMs ?? Infinity);
    case 'exponential':
      // A factor of 10 to the 99th is still a finite double.
      return Math.min(
        backoff.delayMs * (backoff.factor ?? 2) ** (n - 1),
        backoff.capMs ?? Infinity,
      );
    case 'list':
      return backoff.delaysMs[Math.min(n, backoff.delaysMs.length) - 1] ?? 0;
  }
}
