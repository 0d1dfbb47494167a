import { describe, expect, it } from 'vitest';
import { ENGINE_LIMITS } from '@heddle/engine';
import type { GraphNode } from '@heddle/graph';
import type { Json, JsonObject } from '@heddle/kernel';
import { aGraph, aNode, ANA, Scenario } from './index.js';

const signalNode = (key: string, config: JsonObject = {}, more: Partial<GraphNode> = {}) =>
  aNode(key, { type: 'signal', config: { name: 'paid', ...config }, ...more });

const send = (run: Scenario, payload: Json, more: { key?: string; signalId?: string } = {}) =>
  run.offer({
    type: 'signalReceived',
    name: 'paid',
    key: more.key ?? null,
    payload,
    signalId: more.signalId ?? null,
    actor: ANA,
  });

const messageOf = (result: ReturnType<Scenario['offer']>) =>
  result.ok ? 'accepted' : result.refusal.message;

describe('signal', () => {
  it('waits without a task until the signal comes; its payload is the output', () => {
    const run = new Scenario(aGraph([signalNode('s')])).start();
    expect(run.node('s')).toMatchObject({ state: 'waiting', correlation: 'paid', dueAt: null });
    expect(run.effects).toEqual([]);
    expect(send(run, { amount: 5 }).ok).toBe(true);
    expect(run.node('s')).toMatchObject({ state: 'succeeded', output: { amount: 5 } });
    expect(run.node('s')).toMatchObject({ waitingFor: null, correlation: null });
  });

  it('a key tells signals of one name apart', () => {
    const node = signalNode('s', { key: '${{ input.id }}' });
    const run = new Scenario(aGraph([node]), { id: 7 }).start();
    expect(run.node('s').correlation).toBe('paid/7');
    send(run, 'for another', { key: '8' });
    send(run, 'for nobody');
    expect(run.node('s').state).toBe('waiting');
    send(run, 'for this', { key: '7' });
    expect(run.node('s').output).toBe('for this');
    expect(run.run.signals.map((kept) => kept.payload)).toEqual(['for another', 'for nobody']);
  });

  it('one that came before is kept and found, each once, oldest first', () => {
    const run = new Scenario(aGraph(['a', signalNode('s'), signalNode('t')], ['a -> s', 's -> t']));
    send(run, 'before the start');
    run.start();
    send(run, 'second');
    expect(run.run.signals).toHaveLength(2);
    run.succeed('a');
    expect(run.node('s').output).toBe('before the start');
    expect(run.node('t').output).toBe('second');
    expect(run.run.state).toBe('succeeded');
  });

  it('goes to the node that has waited longest', () => {
    const run = new Scenario(aGraph([signalNode('s'), 'a', signalNode('t')], ['a -> s'])).start();
    run.now++;
    run.succeed('a');
    send(run, 'first');
    expect(run.states()).toBe('s:waiting a:succeeded t:succeeded');
  });

  it('one that is addressed to whoever waits is refused when nobody does', () => {
    const run = new Scenario(aGraph(['a'])).start();
    expect(send(run, 1, { signalId: 'x' })).toMatchObject({ refusal: { code: 'STALE' } });
  });

  it('P5: only so many are kept, and only so large', () => {
    const run = new Scenario(aGraph(['a'])).start();
    for (let i = 0; i < ENGINE_LIMITS.signalsKeptMax; i++) expect(send(run, i).ok).toBe(true);
    expect(messageOf(send(run, 1))).toMatch(/keeps at most 100 signals/);
    const other = new Scenario(aGraph(['a'])).start();
    expect(messageOf(send(other, 'x'.repeat(300_000)))).toMatch(/larger than 256000/);
  });

  it.each([
    ['fail', 'failed', 'EXPIRED'],
    ['succeed', 'succeeded', undefined],
  ])('when nobody sends it in time: %s', (onExpiry, state, code) => {
    const node = signalNode('s', { expiresMs: 500, onExpiry });
    const run = new Scenario(aGraph([node, 'late'], ['s:expired -> late'])).start().fireNext();
    expect(run.now).toBe(1_500);
    expect(run.node('s').state).toBe(state);
    expect(run.node('s').error?.code).toBe(code);
    expect(run.states()).toContain('late:queued');
    expect(run.succeed('late').run.state).toBe('succeeded');
  });

  it('its expiry is disarmed by its end', () => {
    const run = new Scenario(aGraph([signalNode('s', { expiresMs: 500 })])).start();
    send(run, 1);
    expect(run.table.timers.size).toBe(0);
  });

  it('can be skipped, canceled and retried by hand, and has a deadline', () => {
    const waiting = (more: Partial<GraphNode> = {}) =>
      new Scenario(aGraph([signalNode('s', {}, more)])).start();
    const skipped = waiting();
    skipped.skip('s', 'by hand');
    expect(skipped.node('s')).toMatchObject({ state: 'skipped', output: 'by hand' });
    const canceled = waiting();
    canceled.cancel('s');
    expect(canceled.changes?.attempts).toMatchObject([{ state: 'canceled' }]);
    canceled.retry('s');
    expect(canceled.node('s')).toMatchObject({ state: 'waiting', attempt: 2 });
    expect(waiting({ deadlineMs: 9 }).fireNext().node('s').error?.code).toBe('DEADLINE');
  });
});

const approvalNode = (config: JsonObject = {}) =>
  aNode('ok', { type: 'approval', config: { title: 'Pay ${{ input.n }}?', ...config } });

const decide = (run: Scenario, decision: 'approved' | 'rejected', values: Json = null) =>
  run.offer({
    type: 'approvalDecided',
    nodeKey: 'ok',
    decision,
    values,
    actor: ANA,
    reason: 'looks fine',
  });

const asked = (config: JsonObject = {}, edges: string[] = ['ok:approved -> go']) =>
  new Scenario(aGraph([approvalNode(config), 'go'], edges), { n: 3 }).start();

describe('approval', () => {
  it('asks, and stores what was asked', () => {
    const run = asked({ description: 'for ${{ input.n }}', assignees: ['ana@${{ "x" }}.test'] });
    expect(run.node('ok')).toMatchObject({ state: 'waiting', waitingFor: 'approval' });
    expect(run.node('ok').prompt).toEqual({
      title: 'Pay 3?',
      description: 'for 3',
      form: null,
      assignees: ['ana@x.test'],
    });
  });

  it('approved: who, when and why are the output', () => {
    const run = asked();
    expect(decide(run, 'approved', { sum: 1 }).ok).toBe(true);
    expect(run.states()).toBe('ok:succeeded go:queued');
    expect(run.node('ok').output).toEqual({
      decision: 'approved',
      by: { id: 'user:1', name: 'Ana' },
      comment: 'looks fine',
      values: { sum: 1 },
      at: '1970-01-01T00:00:01.000Z',
    });
    expect(run.node('ok').by).toEqual({ actor: ANA, action: 'decide', reason: 'looks fine' });
  });

  it.each([
    ['ok:rejected -> go', 'ok:succeeded go:queued'],
    ['ok:always -> go', 'ok:failed go:queued'],
    ['ok:failure -> go', 'ok:failed go:queued'],
    ['ok:approved -> go', 'ok:failed go:canceled'],
    ['ok -> go', 'ok:failed go:canceled'],
  ])('rejected with an edge %s: %s', (edge, states) => {
    const run = asked({}, [edge]);
    decide(run, 'rejected');
    expect(run.states()).toBe(states);
    if (states.startsWith('ok:failed')) {
      expect(run.node('ok').error).toMatchObject({
        code: 'REJECTED',
        message: 'Rejected by Ana: looks fine',
      });
    }
  });

  it('a rejection that is provided for does not leave by success', () => {
    const graph = aGraph([approvalNode(), 'go', 'no'], ['ok -> go', 'ok:rejected -> no']);
    const run = new Scenario(graph, { n: 1 }).start();
    decide(run, 'rejected');
    expect(run.states()).toBe('ok:succeeded go:skipped no:queued');
  });

  it('values must fit the form', () => {
    const form = { type: 'object', properties: { sum: { type: 'number' } }, required: ['sum'] };
    const run = asked({ form });
    expect(messageOf(decide(run, 'approved', {}))).toMatch(/do not fit the form: .*sum/);
    expect(run.node('ok').state).toBe('waiting');
    expect(decide(run, 'approved', { sum: 2 }).ok).toBe(true);
  });

  it('P5: values are bounded', () => {
    expect(messageOf(decide(asked(), 'approved', 'x'.repeat(300_000)))).toMatch(
      /larger than 256000/,
    );
  });

  it('is decided once, and only where a decision is awaited', () => {
    const run = asked();
    decide(run, 'approved');
    expect(messageOf(decide(run, 'rejected'))).toMatch(/does not wait for a decision/);
  });

  it.each([
    ['fail', 'ok:failed go:canceled', 'EXPIRED'],
    ['reject', 'ok:failed go:canceled', 'REJECTED'],
    ['approve', 'ok:succeeded go:queued', undefined],
  ])('when nobody decides in time: %s', (onExpiry, states, code) => {
    const run = asked({ expiresMs: 100, onExpiry }).fireNext();
    expect(run.states()).toBe(states);
    expect(run.node('ok').error?.code).toBe(code);
  });

  it('an assignee that turns out to be no address fails it', () => {
    const run = asked({ assignees: ['${{ input.n }}'] });
    expect(run.node('ok').error).toMatchObject({ code: 'INVALID_ASSIGNEE', isFinal: true });
  });
});

describe('payload of a run', () => {
  const limited = (payloadMax: number) =>
    new Scenario(aGraph(['a', 'b'], ['a -> b'], { payloadMax })).start();

  it('counts inputs and outputs', () => {
    const run = limited(1_000);
    const before = run.run.payloadSize;
    expect(before).toBeGreaterThan(0);
    run.succeed('a', 'x'.repeat(98));
    expect(run.run.payloadSize).toBeGreaterThan(before + 100);
  });

  it('the node that goes beyond its bound fails, and says so', () => {
    const run = limited(200).succeed('a', 'x'.repeat(190));
    expect(run.node('a').error).toMatchObject({ code: 'RUN_PAYLOAD_TOO_LARGE', isFinal: true });
    expect(run.node('a').error?.message).toMatch(/larger than 200 characters/);
    expect(run.run.state).toBe('failed');
    expect(limited(200).succeed('a', 'x'.repeat(100)).node('b').state).toBe('queued');
  });

  it('counts what child runs return', () => {
    const config = { items: '[1, 2]', body: aGraph(['work']) as never };
    const graph = aGraph([aNode('each', { type: 'forEach', config })], [], { payloadMax: 300 });
    const run = new Scenario(graph).start().childSucceeds('each', 0, 'x'.repeat(400));
    expect(run.node('each').error?.code).toBe('RUN_PAYLOAD_TOO_LARGE');
    expect(run.childSucceeds('each', 1).node('each').state).toBe('failed');
  });
});
