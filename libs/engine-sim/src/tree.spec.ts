import { beforeAll, describe, expect, it } from 'vitest';
import { CHILD_INVARIANTS, INVARIANTS, SimulationFailure, simulateTreeSeed } from './index.js';

const SEEDS = 300;
/** A guard against a hang on a busy machine, not a measure. */
const TIMEOUT_MS = 180_000;
const OTHER_PROMISES = ['no assertion fails', 'child', 'task', 'tree', 'termination', 'generator'];

describe('runs inside runs, over seeds in a hostile world', () => {
  const broken = new Map<string, string[]>();
  const ends = new Set<string>();
  let [runs, disturbances, largest] = [0, 0, 0];

  beforeAll(() => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      try {
        const report = simulateTreeSeed(seed);
        ends.add(report.state);
        runs += report.runs;
        disturbances += report.disturbances;
        largest = Math.max(largest, report.runs);
      } catch (error) {
        if (!(error instanceof SimulationFailure)) throw error;
        const line = `seed ${seed}: ${error.message}`;
        broken.set(error.promise, [...(broken.get(error.promise) ?? []), line]);
      }
    }
  }, TIMEOUT_MS);

  it.each([...Object.keys(INVARIANTS), ...OTHER_PROMISES])('%s', (promise) => {
    expect(broken.get(promise) ?? []).toEqual([]);
  });

  it('went through large trees, every end and many disturbances', () => {
    expect(Object.keys(CHILD_INVARIANTS).every((name) => name in INVARIANTS)).toBe(true);
    expect([...ends].sort()).toEqual(['canceled', 'failed', 'succeeded']);
    expect(runs).toBeGreaterThan(SEEDS * 3);
    expect(largest).toBeGreaterThan(30);
    expect(disturbances).toBeGreaterThan(SEEDS);
  });
});
