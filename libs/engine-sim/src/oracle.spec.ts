import { describe, expect, it } from 'vitest';
import type { GraphDocument } from '@heddle/graph';
import {
  chance,
  mustCompile,
  oracleEnd,
  pick,
  randomGraph,
  runToEnd,
  seededChooser,
  type Outcome,
  type World,
} from './index.js';

const RUNS = 1_000;
/** A guard against a hang on a busy machine, not a measure. */
const TIMEOUT_MS = 180_000;

/**
 * Jobs whose results depend on node and attempt only, and whose durations are drawn anew in every
 * run.
 */
function randomWorld(seed: number, order: number): World {
  const times = seededChooser(order);
  return {
    outcomeOf(nodeKey, attempt): Outcome {
      const choose = seededChooser(seed * 7_919 + Number(nodeKey.slice(1)) * 101 + attempt);
      if (!chance(choose, 35)) return { kind: 'succeeds', output: { n: choose.int(99) } };
      const code = pick(choose, ['BUSY', 'FATAL']);
      return { kind: 'fails', error: { code, message: 'no luck', isFinal: chance(choose, 10) } };
    },
    durationMs: () => times.int(2_000),
  };
}

function compare(seed: number): void {
  const graph: GraphDocument = randomGraph(seededChooser(seed), {
    nodesMax: 14,
    isOrderFree: true,
  });
  const input = { n: seed % 100 };
  const expected = oracleEnd(graph, input, randomWorld(seed, 0));
  const { state } = runToEnd(mustCompile(graph), input, randomWorld(seed, seed + 1));
  expect(state.state).toBe(expected.isFailed ? 'failed' : 'succeeded');
  // Under `stop`, the first uncaught failure cuts the rest off; that there is one is what both must
  // agree on.
  if (graph.settings.onFailure === 'stop' && expected.isFailed) return;
  for (const [key, end] of expected.nodes) {
    const node = state.nodes.get(key);
    expect([key, node?.state, node?.attempt]).toEqual([key, end.state, end.attempts]);
  }
  const live = [...state.nodes.values()].flatMap(({ verdicts }) =>
    Object.entries(verdicts ?? {})
      .filter(([, { isLive }]) => isLive)
      .map(([id]) => id),
  );
  expect(new Set(live)).toEqual(expected.liveEdges);
}

describe('the engine against an oracle that reads the end off the definition', () => {
  it('agrees on every node and edge, in whatever order jobs end', { timeout: TIMEOUT_MS }, () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      try {
        compare(seed);
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
      }
    }
  });
});
