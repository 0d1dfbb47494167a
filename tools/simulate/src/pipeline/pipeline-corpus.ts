import type { CorpusSeed } from '@heddle/engine-sim';

/**
 * Seeds that once failed, while a mistake was in the pipeline or had been put there; every one runs with the tests for ever.
 * Whoever changes what a seed stands for puts each mistake back and looks for a seed that finds it.
 */
export const PIPELINE_CORPUS: readonly CorpusSeed[] = [
  { seed: 1, note: 'a timer that had fired stayed in its table' },
  { seed: 6, note: 'a result under an old fence counted' },
  { seed: 10, note: 'the end of a child run was refused by a parent as it had been, and lost' },
  { seed: 21, note: 'a commit whose answer was lost was made again: tasks were never sent' },
  { seed: 26, note: 'slots of a batch that failed stayed taken' },
  { seed: 31, note: 'a stale run was stepped under its lock' },
  { seed: 32, note: 'a signal was delivered twice' },
  { seed: 184, note: 'a signal was given to two runs of one batch' },
  { seed: 54, note: 'a task that a hold took out of the queue forgot the leases it had lost' },
];
