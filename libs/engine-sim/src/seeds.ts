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
  { seed: 111, note: 'a timed-out attempt left its timeout armed while the retry was awaited' },
  {
    seed: 2,
    note: 'a reset node left its live edges behind; undo nodes ran in the wrong order, two at a time',
  },
  { seed: 1, note: 'edges that the end of the run had never settled were taken back or restored' },
  {
    seed: 11,
    note: 'a repaired failure still counted as uncaught; a node was failed twice by its items; an item that went on was counted twice',
  },
  { seed: 17, note: 'a late result of an earlier attempt was taken for the current one' },
  {
    seed: 3,
    note: 'the deadline of a run stayed armed after its end; one more item than allowed ran at a time; child runs of an ended node went on; an answered signal left its expiry armed',
  },
  { seed: 13, note: 'a deadline that fired early, because a clock went back, was lost' },
  {
    seed: 15,
    note: 'a node was reset while one after it was active, or kept the number of its success',
  },
  { seed: 21, note: 'a node marked as skipped let the nodes after it run' },
  {
    seed: 42,
    note: 'the timer of a hold that fired early was not armed again; a held node started further items; outputs of failed items were left out',
  },
  { seed: 57, note: 'a task withdrawn by a hold came back as another attempt, or was lost' },
  { seed: 43, note: 'a node of a run that was undone was repaired in place' },
  { seed: 54, note: 'a second cancel stopped the undoing without saying what was left' },
  { seed: 74, note: 'an undo node was rerun in place, which reopened what had been undone' },
  { seed: 106, note: 'a rerun took over a node that was still active' },
  { seed: 138, note: 'the hold of a node outlived it' },
  { seed: 153, note: 'a held node started with a join that was satisfied' },
  { seed: 258, note: 'of several nodes to rerun, only the first was reset' },
  { seed: 458, note: 'a task handed back while its node was held went into the queue' },
  { seed: 547, note: 'the end of an earlier try of an item counted for the current one' },
  { seed: 61, note: 'the end of an item of an earlier attempt counted for the current one' },
  { seed: 5755, note: 'an item of a node that waited for its join again was retried' },
  { seed: 60, note: 'a loop that ended in a pause left the timer of its next iteration armed' },
  { seed: 92, note: 'a node that went on with its items was still about to fail' },
];
