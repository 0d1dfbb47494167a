import { describe, expect, it } from 'vitest';
import { factsOf } from './wait-facts.js';

const reason = (facts: unknown) => ({
  kind: 'noSlot',
  message: '',
  nodeKeys: [],
  until: null,
  facts: facts as never,
});

describe('factsOf', () => {
  it('shows plain values, known ones in words', () => {
    expect(factsOf(reason({ group: 'gpu', odd: 3, list: ['a', 'b'], nested: {} }))).toEqual([
      { name: 'group', label: 'fact.group', value: 'gpu' },
      { name: 'odd', label: undefined, value: '3' },
      { name: 'list', label: undefined, value: 'a, b' },
    ]);
  });
  it('leaves to the badge of a hold what it says', () =>
    expect(factsOf(reason({ by: 'Ana', reason: 'x' }))).toEqual([]));
  it('has nothing of facts that are none', () => expect(factsOf(reason(null))).toEqual([]));
});
