/** A seed that once failed, and the mistake it found. */
export interface CorpusSeed {
  seed: number;
  note: string;
}

/**
 * Seeds that once failed, while a mistake was in the engine or had been put there to see whether it would be found;
 * every one runs with the tests for ever. A seed names a run of the generator as it is: whoever changes the generator
 * puts each mistake back, looks for a seed that finds it, and writes that one here.
 */
export const CORPUS: readonly CorpusSeed[] = [
  { seed: 5, note: 'a canceled wait, or one past its deadline, left its timer armed' },
  { seed: 67, note: 'a timed-out attempt left its timeout armed while the retry was awaited' },
  {
    seed: 2,
    note: 'a reset node left its live edges behind, so that a join was satisfied too early',
  },
  { seed: 6, note: 'edges that the end of the run had never settled were taken back at a retry' },
  { seed: 15, note: 'a repaired failure still counted as uncaught' },
  { seed: 13, note: 'a node was reset while one after it was active' },
  { seed: 39, note: 'a late result of an earlier attempt was taken for the current one' },
  { seed: 37, note: 'the deadline of a run stayed armed after its end' },
  { seed: 4, note: 'a restored run counted edges of nodes that the end of the run had canceled' },
];
