import { beforeAll, describe, expect, it } from 'vitest';
import { PIPELINE_CORPUS } from './pipeline-corpus.js';
import type { PipelineReport } from './pipeline-report.js';
import { simulatePipelineSeed } from './pipeline-simulation.js';

const FIRST_SEED = 1;
const SEEDS = 100;
/** A guard against a hang on a busy machine, not a measure. */
const TIMEOUT_MS = 180_000;

describe('two servers, workers and clients in a hostile world', () => {
  const broken: string[] = [];
  const reports: PipelineReport[] = [];

  beforeAll(async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        reports.push(await simulatePipelineSeed(seed));
      } catch (error) {
        broken.push(`${(error as Error).message} [npm run simulate -- --pipeline --seed ${seed}]`);
      }
    }
  }, TIMEOUT_MS);

  it('P1, P2, P3: no seed breaks a promise', () => {
    expect(broken).toEqual([]);
  });

  it('went through crashes, every kind of event and every end', () => {
    const accepted = new Set(reports.flatMap((report) => Object.keys(report.accepted)));
    const ends = new Set(reports.flatMap((report) => Object.keys(report.ends)));
    expect(reports.some(({ crashes }) => crashes > 0)).toBe(true);
    expect([...ends].sort()).toEqual(['canceled', 'failed', 'succeeded']);
    expect([...accepted].sort()).toEqual([
      'approvalDecided', 'childEnded', 'childReopened', 'itemRetryRequested', 'nodeCancelRequested', 'nodeHoldRequested',
      'nodeMarkRequested', 'nodeReleaseRequested', 'nodeRetryRequested', 'nodeSkipRequested', 'rerunRequested',
      'runCancelRequested', 'runHoldRequested', 'runReleaseRequested', 'runStarted', 'signalReceived', 'taskFailed', 'taskLeased',
      'taskLost', 'taskReturned', 'taskSucceeded', 'timerFired',
    ]); // prettier-ignore
  });

  it('gives the same history for the same seed', { timeout: TIMEOUT_MS }, async () => {
    expect(await simulatePipelineSeed(7)).toEqual(await simulatePipelineSeed(7));
  });
});

describe('seeds that once failed', () => {
  it.each(PIPELINE_CORPUS)('$seed: $note', { timeout: TIMEOUT_MS }, async ({ seed }) => {
    expect((await simulatePipelineSeed(seed)).commits).toBeGreaterThan(0);
  });
});
