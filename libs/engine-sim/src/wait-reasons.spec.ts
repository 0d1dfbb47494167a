import { describe, expect, it } from 'vitest';
import { newRun, waitReasons, WAIT_CHAIN_MAX, type DispatchFacts } from '@heddle/engine';
import { aGraph, aNode, mustCompile, Scenario, SIM_META } from './index.js';

const kinds = (run: Scenario, key: string, facts?: ReadonlyMap<string, DispatchFacts>) =>
  waitReasons(run.compiled, run.run, key, facts).map(({ kind, nodeKey }) => `${nodeKey}:${kind}`);

const FACTS: DispatchFacts = {
  workersMatching: 2,
  workersInGroup: 3,
  freeSlots: 1,
  queuePosition: 4,
};

describe('waitReasons', () => {
  it('follows the first open node of each join down to what really blocks', () => {
    const run = new Scenario(aGraph(['a', 'b', 'c', 'd'], ['a -> b', 'b -> c', 'd -> c'])).start();
    run.lease('a').succeed('d');
    expect(kinds(run, 'c')).toEqual(['c:join', 'b:join', 'a:running']);
    const [join] = waitReasons(run.compiled, run.run, 'c');
    expect(join).toMatchObject({
      join: 'any',
      settled: 1,
      live: 1,
      total: 2,
      open: [{ nodeKey: 'b', state: 'pending' }],
      openCount: 1,
      message:
        'Its join is not satisfied: 1 of 2 edges are not settled; it waits for "b" (pending).',
    });
  });

  it('says how many live edges an n-of-m join still wants', () => {
    const join = aNode('j', { join: { kind: 'n-of-m', n: 2 } });
    const run = new Scenario(aGraph(['a', 'b', 'c', join], ['a -> j', 'b -> j', 'c -> j'])).start();
    run.succeed('a');
    expect(waitReasons(run.compiled, run.run, 'j')[0]).toMatchObject({
      kind: 'join',
      live: 1,
      open: [
        { nodeKey: 'b', state: 'queued' },
        { nodeKey: 'c', state: 'queued' },
      ],
      message: expect.stringContaining('1 of 2 live edges are there') as string,
    });
  });

  it('tells which attempt failed, why, and when the next one starts', () => {
    const retry = { attempts: 3, backoff: { kind: 'fixed' as const, delayMs: 5_000 } };
    const run = new Scenario(aGraph([aNode('a', { retry })])).start().fail('a');
    expect(waitReasons(run.compiled, run.run, 'a')).toEqual([
      {
        kind: 'retry',
        nodeKey: 'a',
        attempt: 1,
        attemptsMax: 3,
        dueAt: 6_000,
        lastError: { code: 'BUSY', message: 'no luck' },
        message:
          'Attempt 1 of 3 failed (BUSY: no luck); the next one starts at 1970-01-01T00:00:06.000Z.',
      },
    ]);
  });

  it('knows a wait, a queued run and an ended node', () => {
    const wait = aNode('w', { type: 'wait', config: { durationMs: 9_000 } });
    const run = new Scenario(aGraph([wait, 'a']));
    expect(kinds(run, 'w')).toEqual(['w:runQueued']);
    run.start().succeed('a');
    expect(waitReasons(run.compiled, run.run, 'w')).toMatchObject([
      { kind: 'time', until: 10_000 },
    ]);
    expect(waitReasons(run.compiled, run.run, 'a')).toEqual([]);
  });

  it.each<[string, Partial<DispatchFacts>, object]>([
    ['nobody is connected', { workersMatching: 0, workersInGroup: 0 }, { kind: 'noWorker', group: 'g', executor: 'x', message: 'No worker of group "g" offers "x": none is connected.' }],
    ['others are connected', { workersMatching: 0 }, { kind: 'noWorker', workersInGroup: 3, message: 'No worker of group "g" offers "x": none of the 3 that are connected does.' }],
    ['all are busy', { freeSlots: 0 }, { kind: 'noSlot', workersMatching: 2, queuePosition: 4, message: '2 workers match, but no slot is free; it is number 4 in the queue.' }],
    ['slots are free', {}, { kind: 'queuePosition', queuePosition: 4, freeSlots: 1 }],
  ])('explains a queued task when %s', (_name, facts, expected) => {
    const run = new Scenario(aGraph(['a'])).start();
    const map = new Map([['a', { ...FACTS, ...facts }]]);
    expect(waitReasons(run.compiled, run.run, 'a', map)).toMatchObject([expected]);
    expect(kinds(run, 'a')).toEqual(['a:queued']);
  }); // prettier-ignore

  it('is bounded in a deep graph', () => {
    const keys = Array.from({ length: 200 }, (_, i) => `n${i}`);
    const edges = keys.slice(1).map((key, i) => `n${i} -> ${key}`);
    const run = new Scenario(aGraph(keys, edges)).start();
    const reasons = waitReasons(run.compiled, run.run, 'n199');
    expect(reasons).toHaveLength(WAIT_CHAIN_MAX + 1);
    expect(reasons.at(-1)?.kind).toBe('more');
  });

  it('names a bounded number of open nodes and counts the rest', () => {
    const keys = Array.from({ length: 300 }, (_, i) => `n${i}`);
    const compiled = mustCompile(
      aGraph(
        [...keys, 'j'],
        keys.map((key) => `${key} -> j`),
      ),
    );
    const state = { ...newRun(compiled, { input: {}, meta: SIM_META }), state: 'running' as const };
    const [reason] = waitReasons(compiled, state, 'j');
    expect(reason).toMatchObject({ kind: 'join', openCount: 300 });
    expect(reason?.kind === 'join' && reason.open.length).toBe(50);
  });
});
