import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aDelta, aNode, aReason, aView } from './builders.js';
import { applyRunDelta, applyRunDeltas, applyWaitReasons, countStates } from './run-view.js';

describe('applyRunDelta', () => {
  it('applies the next delta and leaves the old view as it is', () => {
    const view = aView(3, [aNode('a')]);
    const outcome = applyRunDelta(
      view,
      aDelta(4, [aNode('a', 'running', 1)], { state: 'failed', endedAt: 'x' }),
    );
    expect(outcome).toMatchObject({
      kind: 'applied',
      changedKeys: ['a'],
      view: { seq: 4, state: 'failed', endedAt: 'x' },
    });
    expect(view.nodes.get('a')?.state).toBe('pending');
  });
  it('leaves a delta out that it knows', () => {
    expect(applyRunDelta(aView(3), aDelta(3))).toEqual({ kind: 'duplicate' });
    expect(applyRunDelta(aView(3), aDelta(1))).toEqual({ kind: 'duplicate' });
  });
  it('reports a gap with the number it waits for', () => {
    expect(applyRunDelta(aView(3), aDelta(5))).toEqual({ kind: 'gap', expectedSeq: 4 });
  });
  it('keeps what a delta does not name', () => {
    const view = { ...aView(1), startedAt: 's', error: { code: 'X', message: 'm', nodeKey: 'a' } };
    expect(applyRunDelta(view, aDelta(2))).toMatchObject({
      view: { startedAt: 's', error: { code: 'X' } },
    });
    expect(applyRunDelta(view, aDelta(2, [], { error: null }))).toMatchObject({
      view: { error: null },
    });
  });
});

describe('applyRunDeltas', () => {
  it('stops at a gap with everything before it applied', () => {
    const result = applyRunDeltas(aView(0), [aDelta(1, [aNode('a')]), aDelta(3, [aNode('b')])]);
    expect(result).toMatchObject({ hasGap: true, view: { seq: 1 } });
    expect([...result.changedKeys]).toEqual(['a']);
  });

  it('ends in the same view however deltas are cut, repeated and re-sent after a gap', () => {
    const states = fc.constantFrom('queued', 'running', 'succeeded', 'failed');
    const history = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), states), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(history, fc.array(fc.nat(29), { maxLength: 30 }), (steps, picks) => {
        const deltas = steps.map(([key, state], i) => aDelta(i + 1, [aNode(key, state, i)]));
        const straight = applyRunDeltas(aView(0), deltas).view;
        // Messages arrive in any order and number; a gap is answered by the server with all that is missing.
        let view = aView(0);
        for (const pick of picks) {
          const delta = deltas[pick % deltas.length];
          if (!delta) continue;
          const result = applyRunDeltas(view, [delta]);
          view = result.hasGap
            ? applyRunDeltas(result.view, deltas.slice(result.view.seq, pick + 1)).view
            : result.view;
        }
        view = applyRunDeltas(view, deltas.slice(view.seq)).view;
        expect(view).toEqual(straight);
      }),
    );
  });
});

describe('countStates', () => {
  it('counts nodes by state', () => {
    const { nodes } = aView(0, [aNode('a', 'failed'), aNode('b', 'failed'), aNode('c')]);
    expect(Object.fromEntries(countStates(nodes))).toEqual({ failed: 2, pending: 1 });
  });
});

describe('a delta of several commits', () => {
  it('fits every view that it begins at or within, and no older one', () => {
    const span = { ...aDelta(9, [aNode('a', 'succeeded', 1)]), from: 4 };
    for (const seq of [4, 6, 8]) {
      const outcome = applyRunDelta(aView(seq, [aNode('a')]), span);
      expect(outcome).toMatchObject({ kind: 'applied', view: { seq: 9 } });
    }
    expect(applyRunDelta(aView(3), span)).toEqual({ kind: 'gap', expectedSeq: 4 });
    expect(applyRunDelta(aView(9), span)).toEqual({ kind: 'duplicate' });
  });
});

describe('applyWaitReasons', () => {
  const view = aView(1, [aNode('a', 'waiting'), aNode('b', 'queued')]);
  it('keeps what was said of nodes that are not named', () => {
    const first = applyWaitReasons(view, { a: [aReason('signal')], b: [aReason('noWorker')] });
    const next = applyWaitReasons(first, { b: [aReason('noSlot')] });
    expect(next.reasons.get('a')).toBe(first.reasons.get('a'));
    expect(next.reasons.get('b')?.[0]?.kind).toBe('noSlot');
    expect(applyWaitReasons(next, { a: [] }).reasons.has('a')).toBe(false);
  });
  it('forgets the reasons of a node that ends, whatever comes late', () => {
    const waiting = applyWaitReasons(view, { a: [aReason('signal')] });
    const { view: ended } = applyRunDeltas(waiting, [aDelta(2, [aNode('a', 'succeeded')])]);
    expect(ended.reasons.has('a')).toBe(false);
    expect(applyWaitReasons(ended, { a: [aReason('signal')] }).reasons.has('a')).toBe(false);
  });
});
