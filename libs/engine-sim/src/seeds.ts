/** A seed that once failed, and what it found. */
export interface CorpusSeed {
  seed: number;
  note: string;
}

/** Seeds that once failed; every one runs with the tests for ever. Add to it, never remove. */
export const CORPUS: readonly CorpusSeed[] = [
  { seed: 89, note: 'the deadline of a node ended its wait, but left the timer of the wait armed' },
  { seed: 264, note: 'a canceled wait left its timer armed' },
  { seed: 410, note: 'a node reset before its first attempt kept who retried it only in memory' },
  { seed: 439, note: 'the same, with an incoming edge that had settled' },
];
