import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GRAPH_LIMITS, type Backoff } from '@heddle/graph';
import { nextDelayMs } from './retry.js';

const delays = (backoff: Backoff, count = 5) =>
  Array.from({ length: count }, (_, i) => nextDelayMs({ backoff }, i + 1, 0));

describe('nextDelayMs', () => {
  it.each<[Backoff, number[]]>([
    [{ kind: 'fixed', delayMs: 100 }, [100, 100, 100, 100, 100]],
    [{ kind: 'linear', delayMs: 100 }, [100, 200, 300, 400, 500]],
    [{ kind: 'linear', delayMs: 100, capMs: 250 }, [100, 200, 250, 250, 250]],
    [{ kind: 'exponential', delayMs: 100 }, [100, 200, 400, 800, 1600]],
    [{ kind: 'exponential', delayMs: 100, factor: 3, capMs: 1000 }, [100, 300, 900, 1000, 1000]],
    [{ kind: 'list', delaysMs: [5, 50] }, [5, 50, 50, 50, 50]],
  ])('%j', (backoff, expected) => {
    expect(delays(backoff)).toEqual(expected);
  });

  it('subtracts up to the share of the jitter', () => {
    const policy = { backoff: { kind: 'fixed', delayMs: 1000 }, jitter: 0.4 } as const;
    expect([0, 0.5, 0.999].map((random) => nextDelayMs(policy, 1, random))).toEqual([
      1000, 800, 600,
    ]);
  });

  it('is a whole number from 0 to 366 days, whatever the policy', () => {
    const ms = fc.nat(GRAPH_LIMITS.durationMsMax);
    const backoff: fc.Arbitrary<Backoff> = fc.oneof(
      fc.record({ kind: fc.constant('linear' as const), delayMs: ms }),
      fc.record({
        kind: fc.constant('exponential' as const),
        delayMs: ms,
        factor: fc.double({ min: 1, max: 10, noNaN: true }),
      }),
      fc.record({ kind: fc.constant('list' as const), delaysMs: fc.array(ms, { minLength: 1 }) }),
    );
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        backoff,
        share,
        fc.integer({ min: 1, max: 100 }),
        share,
        (kind, jitter, attempt, random) => {
          const delay = nextDelayMs({ backoff: kind, jitter }, attempt, random);
          expect(Number.isInteger(delay) && delay >= 0 && delay <= GRAPH_LIMITS.durationMsMax).toBe(
            true,
          );
        },
      ),
    );
  });
});
