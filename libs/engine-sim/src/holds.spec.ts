import { describe, expect, it } from 'vitest';
import { waitReasons } from '@heddle/engine';
import { aGraph, aNode, ANA, Scenario, type EventBody } from './index.js';

const BY = { actor: ANA, reason: 'the bank is closed' };
const holdRun = (more: { scope?: 'run' | 'workflow'; until?: number | null } = {}): EventBody => ({
  type: 'runHoldRequested',
  scope: 'run',
  until: null,
  ...BY,
  ...more,
});
const releaseRun = (scope: 'run' | 'workflow' = 'run'): EventBody => ({
  type: 'runReleaseRequested',
  scope,
  ...BY,
});
const holdNode = (nodeKey: string, until: number | null = null): EventBody => ({
  type: 'nodeHoldRequested',
  nodeKey,
  until,
  ...BY,
});
const releaseNode = (nodeKey: string): EventBody => ({
  type: 'nodeReleaseRequested',
  nodeKey,
  ...BY,
});
const messageOf = (run: Scenario, body: EventBody) => {
  const result = run.offer(body);
  return result.ok ? 'accepted' : result.refusal.message;
};

describe('hold of a run', () => {
  it('lets what runs end, starts nothing, and goes on at the release', () => {
    const run = new Scenario(aGraph(['a', 'b', 'c'], ['a -> b'])).start().lease('a').do(holdRun());
    expect(run.run).toMatchObject({
      state: 'paused',
      holds: { run: { by: ANA, reason: 'the bank is closed', at: 1_000, until: null } },
    });
    expect(run.succeed('a').states()).toBe('a:succeeded b:waiting c:waiting');
    expect(run.node('b')).toMatchObject({ waitingFor: 'hold', attempt: 0 });
    expect(waitReasons(run.compiled, run.run, 'b')).toMatchObject([
      { kind: 'hold', scope: 'run', message: 'The run is held by Ana: the bank is closed.' },
    ]);
    run.do(releaseRun());
    expect(run.run).toMatchObject({ state: 'running', holds: { run: null } });
    expect(run.succeed('b').succeed('c').run.state).toBe('succeeded');
  });

  it('takes tasks back that no worker has, and queues them again under the same attempt', () => {
    const run = new Scenario(aGraph(['a'])).start().do(holdRun());
    expect(run.effects).toEqual([{ type: 'cancelTask', nodeKey: 'a', attempt: 1 }]);
    expect(run.node('a')).toMatchObject({ state: 'waiting', waitingFor: 'hold', attempt: 1 });
    run.do(releaseRun());
    expect(run.effects).toMatchObject([
      { type: 'queueTask', nodeKey: 'a', attempt: 1, group: 'g', input: { from: 'a' } },
    ]);
    expect(run.node('a')).toMatchObject({ state: 'queued', waitingFor: null, attempt: 1 });
  });

  it('keeps a task that a worker hands back while held', () => {
    const run = new Scenario(aGraph(['a'])).start().lease('a').do(holdRun());
    run.do({ type: 'taskReturned', nodeKey: 'a', attempt: 1 });
    expect(run.states()).toBe('a:waiting');
    expect(run.do(releaseRun()).succeed('a').run.state).toBe('succeeded');
  });

  it('lets a retry that comes due wait as well', () => {
    const retry = { attempts: 2, backoff: { kind: 'fixed' as const, delayMs: 10 } };
    const run = new Scenario(aGraph([aNode('a', { retry })])).start().fail('a').do(holdRun());
    expect(run.node('a').waitingFor).toBe('retry');
    expect(run.fireNext().node('a')).toMatchObject({ waitingFor: 'hold', attempt: 1 });
    expect(run.do(releaseRun()).node('a')).toMatchObject({ state: 'queued', attempt: 2 });
  });

  it('goes on by itself at its end', () => {
    const run = new Scenario(aGraph(['a'])).start().do(holdRun({ until: 9_000 }));
    expect(run.fireNext().run).toMatchObject({ state: 'running', holds: { run: null } });
    expect(run.now).toBe(9_000);
    expect(run.states()).toBe('a:queued');
  });

  it('is armed again when its timer fires early', () => {
    const run = new Scenario(aGraph(['a'])).start().do(holdRun({ until: 9_000 }));
    run.do({ type: 'timerFired', timer: 'holdRelease', nodeKey: null, attempt: 0 });
    expect(run.run.state).toBe('paused');
    expect(run.effects).toMatchObject([{ type: 'armTimer', dueAt: 9_000 }]);
  });

  it('is one of two with that of the workflow: both must be gone', () => {
    const run = new Scenario(aGraph(['a'])).start();
    run.do(holdRun({ until: 5_000 })).do(holdRun({ scope: 'workflow', until: 4_000 }));
    expect(run.fireNext().run).toMatchObject({ state: 'paused', holds: { workflow: null } });
    expect(run.fireNext().run.state).toBe('running');
    expect(run.now).toBe(5_000);
  });

  it('replaces an earlier one, and is refused where it makes no sense', () => {
    const run = new Scenario(aGraph(['a']))
      .start()
      .do(holdRun({ until: 5_000 }))
      .do(holdRun());
    expect(run.run.holds.run?.until).toBeNull();
    expect(run.table.timers.size).toBe(0);
    expect(messageOf(run, releaseRun('workflow'))).toContain('The workflow is not held');
    expect(messageOf(run, holdRun({ until: 1_000 }))).toContain('not in the future');
    run.do(releaseRun()).succeed('a');
    expect(messageOf(run, holdRun())).toContain('The run has ended already');
  });

  it('does not stop a cancel, nor the deadline of the run', () => {
    const run = new Scenario(aGraph(['a'], [], { deadlineMs: 500 })).start().do(holdRun());
    expect(run.fireNext().run).toMatchObject({ state: 'failed', error: { code: 'DEADLINE' } });
    const other = new Scenario(aGraph(['a'])).start().do(holdRun({ until: 9_000 }));
    other.do({ type: 'runCancelRequested', ...BY });
    expect(other.run).toMatchObject({ state: 'canceled', holds: { run: null, workflow: null } });
    expect(other.changes?.attempts).toMatchObject([{ nodeKey: 'a', number: 1, state: 'canceled' }]);
  });

  it('of a workflow holds runs that start later', () => {
    const workflowHold = { by: ANA, at: 500, reason: null, until: null };
    const run = new Scenario(aGraph(['a', 'b'])).do({ type: 'runStarted', workflowHold });
    expect(run.run).toMatchObject({ state: 'paused', startedAt: 1_000 });
    expect(run.states()).toBe('a:waiting b:waiting');
    expect(run.do(releaseRun('workflow')).states()).toBe('a:queued b:queued');
  });

  it('may come before the run starts', () => {
    const run = new Scenario(aGraph(['a'])).do(holdRun()).start();
    expect(run.run.state).toBe('paused');
    expect(run.do(releaseRun()).states()).toBe('a:queued');
  });

  it('stops starting nodes at a release when one of them fails the run', () => {
    const broken = aNode('x', { type: 'transform', config: { output: '${{ input.missing }}' } });
    const run = new Scenario(aGraph([broken, 'b'])).do(holdRun()).start().do(releaseRun());
    expect(run.run.state).toBe('failed');
    expect(run.states()).toBe('x:failed b:canceled');
  });
});

describe('hold of a node', () => {
  it('keeps that node from starting, and only that', () => {
    const run = new Scenario(aGraph(['a', 'b', 'c'], ['a -> b', 'b -> c'])).start();
    run.do(holdNode('b')).succeed('a');
    expect(run.run.state).toBe('running');
    expect(run.states()).toBe('a:succeeded b:waiting c:pending');
    expect(run.do(releaseNode('b')).states()).toBe('a:succeeded b:queued c:pending');
  });

  it('of a task in the queue takes it back; of a running one keeps only the next attempt', () => {
    const retry = { attempts: 2, backoff: { kind: 'fixed' as const, delayMs: 10 } };
    const run = new Scenario(aGraph([aNode('a', { retry }), 'b'])).start().lease('a');
    run.do(holdNode('a')).do(holdNode('b', 7_000));
    expect(run.states()).toBe('a:running b:waiting');
    expect(run.fail('a').fireNext().node('a').waitingFor).toBe('hold');
    expect(run.fireNext().states()).toBe('a:waiting b:queued');
    expect(run.do(releaseNode('a')).node('a')).toMatchObject({ state: 'queued', attempt: 2 });
  });

  it('is not ended by a timer that fires early, which is armed again', () => {
    const run = new Scenario(aGraph(['a'])).start().do(holdNode('a', 7_000));
    run.do({ type: 'timerFired', timer: 'holdRelease', nodeKey: 'a', attempt: 1 });
    expect(run.states()).toBe('a:waiting');
    expect(run.effects).toMatchObject([{ type: 'armTimer', nodeKey: 'a', dueAt: 7_000 }]);
  });

  it('leaves the record of a failed attempt alone when the deadline ends a held retry', () => {
    const retry = { attempts: 2, backoff: { kind: 'fixed' as const, delayMs: 10 } };
    const run = new Scenario(aGraph([aNode('a', { retry, deadlineMs: 100 })])).start();
    run.do(holdNode('a')).do(releaseNode('a')).lease('a').do(holdNode('a')).fail('a').fireNext();
    expect(run.node('a').waitingFor).toBe('hold');
    expect(run.fireNext().node('a').error?.code).toBe('DEADLINE');
    expect(run.changes?.attempts).toEqual([]);
  });

  it('counts its deadline on, and ends with the node', () => {
    const run = new Scenario(aGraph([aNode('a', { deadlineMs: 100 })])).start();
    run.do(holdNode('a', 5_000)).fireNext();
    expect(run.node('a')).toMatchObject({ state: 'failed', hold: null });
    expect(run.node('a').error?.code).toBe('DEADLINE');
    expect(run.table.timers.size).toBe(0);
  });

  it('is refused for what has ended, as is releasing what is free, and a retry', () => {
    const run = new Scenario(aGraph(['a', 'b'])).start().succeed('a');
    expect(messageOf(run, holdNode('a'))).toContain('only what has not ended can be held');
    expect(messageOf(run, releaseNode('b'))).toContain('is not held');
    run.do(holdNode('b'));
    const retried = run.retry('b');
    expect(!retried.ok && retried.refusal.message).toContain('release it instead');
  });

  it('waits for the release of both, the node and the run', () => {
    const run = new Scenario(aGraph(['a'])).start().do(holdRun()).do(holdNode('a'));
    expect(run.do(releaseRun()).states()).toBe('a:waiting');
    expect(run.do(releaseNode('a')).states()).toBe('a:queued');
  });
});
