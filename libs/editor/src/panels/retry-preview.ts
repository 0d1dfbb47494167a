import { nextDelayMs } from '@heddle/engine';
import type { RetryPolicy } from '@heddle/graph';

/** Attempts that the preview shows before it says "and so on". */
const SHOWN_MAX = 8;

/** When the attempts after the first one start. */
export interface RetryPreview {
  /** Milliseconds after the first failure, without the attempts' own time: the longest, and the shortest when there is jitter. */
  starts: { latestMs: number; earliestMs: number }[];
  hasMore: boolean;
  /** Longest time until the last attempt starts. */
  totalMs: number;
}

/** The delays that the engine will use, summed up. */
export function previewRetry(policy: RetryPolicy): RetryPreview {
  const starts: RetryPreview['starts'] = [];
  let latestMs = 0;
  let earliestMs = 0;
  for (let failed = 1; failed < policy.attempts; failed++) {
    latestMs += nextDelayMs(policy, failed, 0);
    earliestMs += nextDelayMs(policy, failed, 1);
    if (starts.length < SHOWN_MAX) starts.push({ latestMs, earliestMs });
  }
  return { starts, hasMore: policy.attempts - 1 > SHOWN_MAX, totalMs: latestMs };
}
