import { describe, expect, it } from 'vitest';
import { checkGraph, planRerun, waitReasons } from '@heddle/engine';
import type { GraphEdge, GraphNode } from '@heddle/graph';
import { NODE_TYPES } from '@heddle/nodes';
import { aGraph, aNode, ANA, anEdge, Scenario } from './index.js';

const reading = (key: string, source: string, more: Partial<GraphNode> = {}) =>
  aNode(key, {
    config: {
      group: 'g',
      executor: 'undo',
      mode: 'single',
      input: `\${{ nodes.${source}.output }}`,
    },
    ...more,
  });
const BY = { actor: ANA, reason: null };
const messageOf = (result: ReturnType<Scenario['offer']>) =>
  result.ok ? 'accepted' : result.refusal.message;

/** Two reservations and a payment; both reservations can be undone. */
const trip = (settings = {}) =>
  aGraph(
    ['flight', 'hotel', 'pay', reading('noFlight', 'flight'), reading('noHotel', 'hotel')],
    ['flight -> pay', 'hotel -> pay', 'flight:undo -> noFlight', 'hotel:undo -> noHotel'],
    settings,
  );

/** The hotel was booked after the flight; then the payment failed. */
const failedTrip = (settings = {}) =>
  new Scenario(trip(settings)).start().succeed('flight', 'F1').succeed('hotel', 'H1').fail('pay');

describe('compensation', () => {
  it('undoes what succeeded, the last success first, each with what it is to undo', () => {
    const run = failedTrip();
    expect(run.run).toMatchObject({ state: 'running', endedAt: null, error: null });
    expect(run.states()).toBe(
      'flight:succeeded hotel:succeeded pay:failed noFlight:pending noHotel:queued',
    );
    expect(run.node('noHotel').input).toBe('H1');
    expect(waitReasons(run.compiled, run.run, 'noFlight')).toMatchObject([
      { kind: 'undo', undoes: 'flight', stage: 'turn', before: 1 },
    ]);
    run.succeed('noHotel');
    expect(run.node('noFlight').input).toBe('F1');
    run.succeed('noFlight');
    expect(run.run).toMatchObject({
      state: 'failed',
      error: { code: 'BUSY', details: { nodeKey: 'pay' } },
    });
  });

  it('is not needed when all went well: undo nodes are skipped and start nothing', () => {
    const run = new Scenario(trip()).start();
    expect(run.states()).toBe(
      'flight:queued hotel:queued pay:pending noFlight:pending noHotel:pending',
    );
    expect(waitReasons(run.compiled, run.run, 'noHotel')).toMatchObject([
      { kind: 'undo', stage: 'notNeeded' },
    ]);
    run.succeed('flight').succeed('hotel').succeed('pay');
    expect(run.run).toMatchObject({ state: 'succeeded', compensation: null });
    expect(run.states()).toContain('noFlight:skipped noHotel:skipped');
  });

  it('cancels what is open first, and leaves out what did not succeed', () => {
    const run = new Scenario(trip()).start().succeed('hotel').fail('flight');
    expect(run.states()).toBe(
      'flight:failed hotel:succeeded pay:canceled noFlight:pending noHotel:queued',
    );
    expect(run.succeed('noHotel').states()).toContain('noFlight:skipped noHotel:succeeded');
  });

  it('can be turned off', () => {
    expect(failedTrip({ compensate: 'never' }).run).toMatchObject({
      state: 'failed',
      compensation: null,
    });
  });

  it('of a canceled run happens when it is asked for', () => {
    const run = new Scenario(trip()).start().succeed('hotel').lease('flight');
    run.do({ type: 'runCancelRequested', compensate: true, ...BY });
    expect(run.run).toMatchObject({ state: 'running', compensation: { outcome: 'canceled' } });
    expect(run.succeed('noHotel').run).toMatchObject({
      state: 'canceled',
      error: { code: 'CANCELED' },
    });
    const other = new Scenario(trip()).start().succeed('hotel');
    expect(other.do({ type: 'runCancelRequested', ...BY }).run.state).toBe('canceled');
  });

  it('retries by the policy of the undo node, and goes on when it fails for good', () => {
    const retry = { attempts: 2, backoff: { kind: 'fixed' as const, delayMs: 10 } };
    const graph = aGraph(
      ['a', 'b', 'c', reading('noA', 'a'), reading('noB', 'b', { retry })],
      ['a -> c', 'b -> c', 'a:undo -> noA', 'b:undo -> noB'],
    );
    const run = new Scenario(graph).start().succeed('a').succeed('b').fail('c').fail('noB');
    expect(run.node('noB')).toMatchObject({ state: 'waiting', attempt: 1 });
    run.fireNext().fail('noB');
    expect(run.states()).toBe('a:succeeded b:succeeded c:failed noA:queued noB:failed');
    run.succeed('noA');
    expect(run.run).toMatchObject({
      state: 'failed',
      error: { code: 'BUSY', details: { nodeKey: 'c', compensationFailed: ['noB'] } },
      warnings: ['Not everything was undone: "noB" did not succeed.'],
      uncaught: ['c'],
    });
  });

  it('of a failed undo node can be repeated, during and after it', () => {
    const run = failedTrip().fail('noHotel');
    expect(run.states()).toContain('noFlight:queued noHotel:failed');
    expect(run.retry('noHotel').ok).toBe(true);
    expect(run.states()).toContain('noFlight:queued noHotel:pending');
    run.succeed('noFlight').fail('noHotel');
    expect(run.run.state).toBe('failed');
    expect(run.retry('noHotel', { value: 'by hand' }).ok).toBe(true);
    expect(run.run).toMatchObject({ state: 'running', endedAt: null });
    expect(run.node('noHotel')).toMatchObject({ input: 'by hand', attempt: 3 });
    run.succeed('noHotel');
    expect(run.run).toMatchObject({ state: 'failed', error: { details: { nodeKey: 'pay' } } });
    expect(run.run.compensation?.failed).toEqual([]);
    expect(messageOf(run.retry('noHotel'))).toContain(
      'is succeeded: only an undo node that failed',
    );
  });

  it('may be decided by hand: skipped, marked, canceled', () => {
    const run = failedTrip();
    expect(run.skip('noFlight').ok).toBe(true);
    expect(run.states()).toContain('noFlight:skipped noHotel:queued');
    expect(run.cancel('noHotel').ok).toBe(true);
    expect(run.run).toMatchObject({
      state: 'failed',
      error: { details: { compensationFailed: ['noHotel'] } },
    });
    const outcome = { state: 'succeeded', output: 'called them' } as const;
    run.do({ type: 'nodeMarkRequested', nodeKey: 'noHotel', outcome, ...BY });
    expect(run.run.state).toBe('failed');
    expect(run.run.error?.details).toEqual({ nodeKey: 'pay' });
  });

  it('ends at a second cancel', () => {
    const run = failedTrip()
      .lease('noHotel')
      .do({ type: 'runCancelRequested', ...BY });
    expect(run.run).toMatchObject({
      state: 'failed',
      error: { code: 'BUSY', details: { compensationFailed: ['noHotel', 'noFlight'] } },
    });
    expect(run.states()).toContain('noFlight:canceled noHotel:canceled');
    expect(run.effects).toContainEqual({ type: 'cancelTask', nodeKey: 'noHotel', attempt: 1 });
  });

  it('waits while the run is held, and does not mind the deadline of the run', () => {
    const run = new Scenario(trip({ deadlineMs: 60_000 })).start().succeed('hotel').lease('flight');
    run.do({ type: 'runHoldRequested', scope: 'run', until: null, ...BY }).fail('flight');
    expect(run.run.state).toBe('paused');
    expect(run.node('noHotel').waitingFor).toBe('hold');
    expect(run.table.timers.size).toBe(0);
    run.do({ type: 'runReleaseRequested', scope: 'run', ...BY });
    expect(run.succeed('noHotel').run.state).toBe('failed');
  });

  it('leaves the run beyond repair in place, and says so', () => {
    const run = failedTrip().succeed('noHotel').succeed('noFlight');
    const sentence = 'rerun it as a new run';
    expect(messageOf(run.retry('pay'))).toContain(sentence);
    expect(messageOf(run.skip('pay'))).toContain(sentence);
    const rerun = { type: 'rerunRequested', from: ['pay'], patch: {}, ...BY } as const;
    expect(messageOf(run.offer(rerun))).toContain(sentence);
    const plan = planRerun({
      old: { graph: run.compiled, state: run.run },
      target: run.compiled,
      from: [],
      patch: {},
    });
    expect(plan.nodes.map(({ key, effect, reason }) => [key, effect, reason])).toEqual([
      ['flight', 'reexecuted', 'Its work was undone.'],
      ['hotel', 'reexecuted', 'Its work was undone.'],
      ['pay', 'reexecuted', 'A node before it is executed again or given an output.'],
    ]);
  });

  it('does not undo what another run did', () => {
    const first = failedTrip({ compensate: 'never' });
    const plan = planRerun({
      old: { graph: first.compiled, state: first.run },
      target: first.compiled,
      from: [],
      patch: {},
    });
    const run = new Scenario(trip()).do({ type: 'runStarted', reuse: plan.reuse }).fail('pay');
    expect(run.run).toMatchObject({ state: 'failed', compensation: null });
  });

  it('refuses to run an undo node that nobody asked for', () => {
    const run = new Scenario(trip()).start();
    const sentence = 'undoes "hotel": it runs only when the run is undone';
    expect(messageOf(run.skip('noHotel'))).toContain(sentence);
    expect(messageOf(run.cancel('noHotel'))).toContain(sentence);
    expect(messageOf(run.retry('noHotel'))).toContain(sentence);
  });

  it('keeps the numbers right when a node is repeated before the end', () => {
    const run = new Scenario(trip()).start().succeed('flight').succeed('hotel').fail('pay');
    const other = new Scenario(trip({ compensate: 'never' })).start();
    other.succeed('flight').succeed('hotel').fail('pay').retry('flight');
    other.succeed('flight').lease('pay');
    other.do({ type: 'runCancelRequested', compensate: true, ...BY });
    expect(run.states()).toContain('noFlight:pending noHotel:queued');
    expect(other.states()).toContain('noFlight:queued noHotel:pending');
  });
});

describe('undo edges at save time', () => {
  const codesOf = (nodes: (string | GraphNode)[], edges: (string | GraphEdge)[]) =>
    checkGraph(aGraph(nodes, edges), NODE_TYPES).map(({ code }) => code);

  it.each<[string, (string | GraphNode)[], (string | GraphEdge)[], string[]]>([
    ['is fine', ['a', 'u'], ['a:undo -> u'], []],
    ['has one undo node', ['a', 'u', 'v'], ['a:undo -> u', 'a:undo -> v'], ['UNDO_TWICE']],
    ['has no condition', ['a', 'u'], [anEdge('a:undo -> u', 'input.n > 1.0')], ['UNDO_CONDITION']],
    ['is the only way in', ['a', 'b', 'u'], ['a:undo -> u', 'b -> u'], ['UNDO_SHARED']],
    ['is the end of its way', ['a', 'u', 'b'], ['a:undo -> u', 'u -> b'], ['UNDO_GOES_ON']],
    ['leads to work', ['a', aNode('w', { type: 'wait', config: { durationMs: 5 } })], ['a:undo -> w'], ['UNDO_TYPE']],
    ['leaves no end', [aNode('s', { type: 'succeed', config: {} }), 'u'], ['s:undo -> u'], ['UNKNOWN_PORT']],
  ])('an undo edge %s', (_name, nodes, edges, codes) => {
    expect(codesOf(nodes, edges)).toEqual(codes);
  }); // prettier-ignore
});
