import { describe, expect, it } from 'vitest';
import { aGraph, aNode, ANA, Scenario } from './index.js';

const messageOf = (result: ReturnType<Scenario['offer']>) =>
  result.ok ? 'accepted' : result.refusal.message;

describe('retry of a node', () => {
  it('reopens a failed run, reuses what came before and runs what comes after', () => {
    const run = new Scenario(aGraph(['a', 'b', 'c'], ['a -> b', 'b -> c']))
      .start()
      .succeed('a')
      .fail('b');
    expect(run.run.state).toBe('failed');
    expect(run.retry('b', { value: { fixed: true } }).ok).toBe(true);
    expect(run.states()).toBe('a:succeeded b:queued c:pending');
    expect(run.run).toMatchObject({ state: 'running', endedAt: null, error: null, uncaught: [] });
    expect(run.effects).toMatchObject([
      { type: 'queueTask', nodeKey: 'b', attempt: 2, input: { fixed: true } },
    ]);
    expect(run.node('b')).toMatchObject({ attemptBase: 1, by: { actor: ANA, action: 'retry' } });
    expect(run.changes?.attempts).toMatchObject([{ number: 2, by: ANA }]);
    run.succeed('b').succeed('c');
    expect(run.run.state).toBe('succeeded');
  });

  it('of a succeeded node resets its descendants, and only those', () => {
    const run = new Scenario(
      aGraph(['a', 'b', 'c', 'x', 'y'], ['a -> b', 'b -> c', 'x -> y']),
    ).start();
    run.succeed('a').succeed('b').succeed('c').succeed('x').succeed('y').retry('b');
    expect(run.states()).toBe('a:succeeded b:queued c:pending x:succeeded y:succeeded');
    expect(run.node('c')).toMatchObject({ attempt: 1, attemptBase: 1, output: null });
  });

  it('lets the retry policy count anew', () => {
    const retry = { attempts: 2, backoff: { kind: 'fixed', delayMs: 0 } } as const;
    const run = new Scenario(
      aGraph([aNode('a', { retry: { ...retry, backoff: { ...retry.backoff } } })]),
    ).start();
    run.fail('a').fireNext().fail('a').retry('a');
    expect(run.fail('a').node('a')).toMatchObject({ state: 'waiting', attempt: 3 });
    expect(run.fireNext().changes?.attempts).toMatchObject([{ number: 4, by: null }]);
  });

  it('of a node that waits for its next attempt starts it at once', () => {
    const retry = { attempts: 5, backoff: { kind: 'fixed' as const, delayMs: 60_000 } };
    const run = new Scenario(aGraph([aNode('a', { retry })])).start().fail('a');
    expect(run.retry('a', { value: 7 }).ok).toBe(true);
    expect(run.node('a')).toMatchObject({ state: 'queued', attempt: 2, input: 7 });
    expect(run.effects).toContainEqual({ type: 'disarmTimer', timer: 'retry', nodeKey: 'a' });
  });

  it('brings back what the end of the run canceled, but not what a person canceled', () => {
    const graph = aGraph(['a', 'b', 'c', 'd', 'saved'], ['b -> d', 'c:failure -> saved']);
    const run = new Scenario(graph).start().lease('b');
    run.cancel('c');
    run.fail('a');
    expect(run.states()).toBe('a:failed b:canceled c:canceled d:canceled saved:canceled');
    expect(run.retry('a').ok).toBe(true);
    expect(run.states()).toBe('a:queued b:queued c:canceled d:pending saved:queued');
    expect(run.node('b').attempt).toBe(2);
  });

  it('is refused while a descendant is active, naming it', () => {
    const run = new Scenario(aGraph(['a', 'b', 'c'], ['a -> b', 'b -> c'])).start().succeed('a');
    expect(messageOf(run.retry('a'))).toContain('"b" after "a" is still active');
  });

  it('is refused for a node that its join skipped, naming what to retry', () => {
    const run = new Scenario(aGraph(['a', 'b', 'c'], ['a -> b', 'a:failure -> c']))
      .start()
      .fail('a');
    expect(messageOf(run.retry('b'))).toContain('retry a node before it instead: "a"');
  });

  it('P3: does not start a node whose join was never satisfied', () => {
    const run = new Scenario(aGraph(['a', 'b'], ['a -> b'])).start().fail('a');
    expect(run.states()).toBe('a:failed b:canceled');
    expect(messageOf(run.retry('b'))).toContain('never started');
    expect(run.run.state).toBe('failed');
  });

  it('is refused for running nodes, and edited inputs where there is no task', () => {
    const run = new Scenario(
      aGraph(['a', aNode('t', { type: 'transform', config: { output: 1 } })]),
    ).start();
    expect(messageOf(run.retry('a'))).toContain('only a node that has ended');
    expect(messageOf(run.retry('t', { value: 1 }))).toContain('no input that could be edited');
    expect(messageOf(run.retry('a', { value: 'x'.repeat(1_000_001) }))).toContain('larger than');
  });

  it('starts the deadline of a reopened run anew', () => {
    const run = new Scenario(aGraph(['a'], [], { deadlineMs: 1_000 })).start().fail('a');
    run.now = 50_000;
    run.retry('a');
    expect(run.effects).toContainEqual({
      type: 'armTimer',
      timer: 'runDeadline',
      nodeKey: null,
      attempt: 0,
      dueAt: 51_000,
    });
  });
});

describe('skip of a node', () => {
  it('gives its output to what comes after', () => {
    const reader = aNode('b', {
      config: { group: 'g', executor: 'x', mode: 'single', input: '${{ nodes.a.output.n }}' },
    });
    const run = new Scenario(aGraph(['a', reader], ['a -> b'])).start().lease('a');
    run.skip('a', { n: 42 });
    expect(run.states()).toBe('a:skipped b:queued');
    expect(run.node('b').input).toBe(42);
    expect(run.effects).toContainEqual({ type: 'cancelTask', nodeKey: 'a', attempt: 1 });
    expect(run.node('a')).toMatchObject({ output: { n: 42 }, by: { action: 'skip' } });
  });

  it('of a failed node reopens the run', () => {
    const run = new Scenario(aGraph(['a', 'b'], ['a -> b'])).start().fail('a');
    expect(run.skip('a', 1).ok).toBe(true);
    expect(run.states()).toBe('a:skipped b:queued');
    expect(run.run).toMatchObject({ state: 'running', error: null, uncaught: [] });
  });

  it('ends a wait early', () => {
    const run = new Scenario(
      aGraph([aNode('w', { type: 'wait', config: { durationMs: 9_000 } })]),
    ).start();
    run.skip('w');
    expect(run.run.state).toBe('succeeded');
    expect(run.effects).toContainEqual({ type: 'disarmTimer', timer: 'wait', nodeKey: 'w' });
  });

  it('of a pending node is possible; its late edges are ignored', () => {
    const run = new Scenario(aGraph(['a', 'b'], ['a -> b'])).start();
    run.skip('b', 'done');
    run.succeed('a');
    expect(run.states()).toBe('a:succeeded b:skipped');
    expect(run.run.state).toBe('succeeded');
  });

  it('is refused for what succeeded', () => {
    const run = new Scenario(aGraph(['a', 'b'])).start().succeed('a');
    expect(messageOf(run.skip('a'))).toContain('only a node that has not succeeded');
  });
});

describe('cancel', () => {
  it('of a node is a failure that an edge may catch', () => {
    const run = new Scenario(aGraph(['a', 'b'], ['a:failure -> b'])).start().lease('a');
    run.cancel('a');
    expect(run.states()).toBe('a:canceled b:queued');
    expect(run.node('a')).toMatchObject({
      error: { code: 'CANCELED' },
      by: { action: 'cancel', reason: 'enough' },
    });
    expect(run.succeed('b').run.state).toBe('succeeded');
  });

  it('of a run ends everything, also before it started', () => {
    const cancel = { type: 'runCancelRequested', actor: ANA, reason: 'wrong day' } as const;
    const run = new Scenario(aGraph(['a', 'b'], ['a -> b'])).start().lease('a').do(cancel);
    expect(run.run).toMatchObject({
      state: 'canceled',
      error: { code: 'CANCELED', message: 'Canceled by Ana: wrong day' },
    });
    expect(run.states()).toBe('a:canceled b:canceled');
    const early = new Scenario(aGraph(['a'])).do(cancel);
    expect(early.run).toMatchObject({ state: 'canceled', startedAt: null });
    expect(early.offer(cancel).ok).toBe(false);
  });

  it('of a run can be undone by retrying a node: the rest goes on, too', () => {
    const run = new Scenario(aGraph(['a', 'b', 'c'], ['b -> c'])).start().lease('a');
    run.do({ type: 'runCancelRequested', actor: ANA, reason: null });
    expect(run.retry('a').ok).toBe(true);
    expect(run.states()).toBe('a:queued b:queued c:pending');
    expect(run.succeed('a').succeed('b').succeed('c').run.state).toBe('succeeded');
  });
});
