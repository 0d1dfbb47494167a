import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Join } from '@heddle/graph';
import { joinOutcome, joinSatisfied } from './join.js';

const anyJoin: fc.Arbitrary<Join> = fc.oneof(
  fc.constantFrom<Join>({ kind: 'any' }, { kind: 'all' }, { kind: 'first' }),
  fc.integer({ min: 1, max: 6 }).map((n): Join => ({ kind: 'n-of-m', n })),
);

describe('joinSatisfied', () => {
  it.each<[Join, number, number, number, boolean]>([
    [{ kind: 'any' }, 3, 3, 1, true],
    [{ kind: 'any' }, 3, 2, 2, false],
    [{ kind: 'any' }, 3, 3, 0, false],
    [{ kind: 'all' }, 3, 3, 3, true],
    [{ kind: 'all' }, 3, 3, 2, false],
    [{ kind: 'first' }, 3, 1, 1, true],
    [{ kind: 'first' }, 3, 3, 0, false],
    [{ kind: 'n-of-m', n: 2 }, 3, 2, 2, true],
    [{ kind: 'n-of-m', n: 2 }, 3, 3, 1, false],
    [{ kind: 'all' }, 0, 0, 0, true],
  ])('%j of %i edges, %i settled, %i live: %s', (join, total, settled, live, expected) => {
    expect(joinSatisfied(join, { total, settled, live })).toBe(expected);
  });

  it('never changes its mind while more edges settle', () => {
    const verdicts = fc.array(fc.boolean(), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(anyJoin, verdicts, (join, edges) => {
        const outcomes = edges.map((_, i) => {
          const settled = edges.slice(0, i + 1);
          return joinOutcome(join, {
            total: edges.length,
            settled: i + 1,
            live: settled.filter(Boolean).length,
          });
        });
        const first = outcomes.findIndex((outcome) => outcome !== 'undecided');
        expect(outcomes.slice(first).every((outcome) => outcome === outcomes[first])).toBe(true);
        expect(outcomes.at(-1)).not.toBe('undecided');
      }),
    );
  });
});
