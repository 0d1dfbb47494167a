import { describe, expect, it } from 'vitest';
import { LEASE_LOSSES_MAX } from '@heddle/engine';
import type { RetryPolicy } from '@heddle/graph';
import { aGraph, aNode, Scenario } from './index.js';

const fixed = (attempts: number, more: Partial<RetryPolicy> = {}): RetryPolicy => ({
  attempts,
  backoff: { kind: 'fixed', delayMs: 500 },
  ...more,
});

describe('failures', () => {
  it('a caught failure does not fail the run', () => {
    const run = new Scenario(aGraph(['a', 'b'], ['a:failure -> b'])).start().fail('a').succeed('b');
    expect(run.run).toMatchObject({ state: 'succeeded', error: null, uncaught: [] });
  });

  it('stop: an uncaught failure cancels what is open, tasks and timers included', () => {
    const wait = aNode('w', { type: 'wait', config: { durationMs: 9_000 } });
    const run = new Scenario(aGraph(['a', 'b', wait, 'c'], ['b -> c']))
      .start()
      .lease('b')
      .fail('a');
    expect(run.states()).toBe('a:failed b:canceled w:canceled c:canceled');
    expect(run.effects).toContainEqual({ type: 'cancelTask', nodeKey: 'b', attempt: 1 });
    expect(run.effects).toContainEqual({ type: 'disarmTimer', timer: 'wait', nodeKey: 'w' });
    expect(run.run.error).toEqual({
      code: 'BUSY',
      message: 'Node "a" failed: no luck',
      details: { nodeKey: 'a' },
    });
  });

  it('finish: independent branches end first', () => {
    const run = new Scenario(aGraph(['a', 'b', 'c'], ['b -> c'], { onFailure: 'finish' }))
      .start()
      .fail('a');
    expect(run.run.state).toBe('running');
    run.succeed('b').succeed('c');
    expect(run.run).toMatchObject({ state: 'failed', uncaught: ['a'] });
  });

  it('an expression that fails while planning is a final failure with its place', () => {
    const node = aNode('a', {
      config: {
        group: 'g',
        executor: 'x',
        mode: 'single',
        input: { order: 'no ${{ input.order.id }}' },
      },
      retry: fixed(5),
    });
    const run = new Scenario(aGraph([node]), {}).start();
    expect(run.node('a')).toMatchObject({ state: 'failed', attempt: 1 });
    expect(run.node('a').error).toMatchObject({
      code: 'EXPRESSION_FAILED',
      isFinal: true,
      details: { path: '/config/input/order', range: { start: 13, end: 18 } },
    });
    expect(run.changes?.attempts).toMatchObject([{ nodeKey: 'a', number: 1, state: 'failed' }]);
  });

  it('P5: the expressions of one event share an allowance, however many nodes it starts', () => {
    const costly = { output: '${{ size(range(10000).map(a, a + 1)) }}' };
    const nodes = Array.from({ length: 300 }, (_, i) =>
      aNode(`t${i}`, { type: 'transform', config: costly }),
    );
    const run = new Scenario(aGraph(nodes, [], { onFailure: 'finish' })).start();
    expect(run.node('t0').state).toBe('succeeded');
    expect(run.node('t299').error).toMatchObject({
      code: 'EXPRESSION_FAILED',
      details: { reason: 'COST' },
    });
  });

  it('P5: a macro may read nodes as often as it likes', () => {
    const reader = { output: '${{ range(5000).map(x, nodes.a.output.n + x).last() }}' };
    const graph = aGraph(['a', aNode('t', { type: 'transform', config: reader })], ['a -> t']);
    expect(new Scenario(graph).start().succeed('a', { n: 1 }).node('t').output).toBe(5_000);
  });

  it('results beyond the bounds fail the attempt for good', () => {
    const run = (output: unknown, context: Record<string, string> | null = null) => {
      const scenario = new Scenario(aGraph([aNode('a', { retry: fixed(3) })])).start();
      return scenario.succeed('a', output as never, context);
    };
    const big = run('x'.repeat(1_000_001));
    expect(big.node('a').error).toMatchObject({ code: 'OUTPUT_TOO_LARGE', isFinal: true });
    expect(big.effects).toContainEqual({
      type: 'endTask',
      nodeKey: 'a',
      attempt: 1,
      state: 'failed',
    });
    expect(run({}, { k: 'x'.repeat(256_001) }).node('a').error?.code).toBe('CONTEXT_TOO_LARGE');
  });

  it('errors of workers are cut to their bounds', () => {
    const error = {
      code: 'C'.repeat(500),
      message: 'm'.repeat(9_000),
      stack: 's'.repeat(90_000),
      details: 'd'.repeat(20_000),
    };
    const { code, message, stack, details } =
      new Scenario(aGraph(['a'])).start().fail('a', error).node('a').error ?? {};
    expect([code?.length, message?.length, stack?.length, details]).toEqual([
      100,
      4_000,
      16_000,
      undefined,
    ]);
  });
});

describe('retries', () => {
  it('wait for their delay and keep the error meanwhile', () => {
    const run = new Scenario(aGraph([aNode('a', { retry: fixed(2) })])).start().fail('a');
    expect(run.node('a')).toMatchObject({
      state: 'waiting',
      attempt: 1,
      dueAt: 1_500,
      error: { code: 'BUSY' },
    });
    expect(run.effects).toContainEqual({
      type: 'armTimer',
      timer: 'retry',
      nodeKey: 'a',
      attempt: 1,
      dueAt: 1_500,
    });
    run.fireNext();
    expect(run.node('a')).toMatchObject({ state: 'queued', attempt: 2, error: null });
    expect(run.fail('a').node('a').state).toBe('failed');
  });

  it('end at a final error, and where the filter says so', () => {
    const stateAfter = (policy: RetryPolicy, code: string, isFinal = false) =>
      new Scenario(aGraph([aNode('a', { retry: policy })]))
        .start()
        .fail('a', { code, message: 'x', isFinal })
        .node('a').state;
    const filtered = fixed(3, { retryOn: 'error.code == "BUSY" && attempt < 3' });
    expect(stateAfter(fixed(3), 'BUSY')).toBe('waiting');
    expect(stateAfter(fixed(3), 'BUSY', true)).toBe('failed');
    expect(stateAfter(filtered, 'BUSY')).toBe('waiting');
    expect(stateAfter(filtered, 'FATAL')).toBe('failed');
  });

  it('a filter that cannot be evaluated ends retries with a warning', () => {
    const retry = fixed(3, { retryOn: 'error.details.code == 5' });
    const run = new Scenario(aGraph([aNode('a', { retry })])).start().fail('a');
    expect(run.node('a').state).toBe('failed');
    expect(run.run.warnings[0]).toContain('retry filter of "a"');
  });
});

describe('time', () => {
  it('an attempt that runs too long is a failed attempt, which may be retried', () => {
    const run = new Scenario(aGraph([aNode('a', { timeoutMs: 200, retry: fixed(2) })]))
      .start()
      .lease('a');
    expect(run.effects).toEqual([
      { type: 'armTimer', timer: 'attemptTimeout', nodeKey: 'a', attempt: 1, dueAt: 1_200 },
    ]);
    run.fireNext();
    expect(run.effects).toContainEqual({ type: 'cancelTask', nodeKey: 'a', attempt: 1 });
    expect(run.node('a')).toMatchObject({ state: 'waiting', error: { code: 'TIMEOUT' } });
  });

  it('the deadline of a node covers attempts and waits, and is final', () => {
    const retry: RetryPolicy = { attempts: 9, backoff: { kind: 'fixed', delayMs: 5_000 } };
    const run = new Scenario(aGraph([aNode('a', { deadlineMs: 3_000, retry })]))
      .start()
      .fail('a')
      .fireNext();
    expect(run.now).toBe(4_000);

    expect(run.node('a')).toMatchObject({
      state: 'failed',
      attempt: 1,
      error: { code: 'DEADLINE' },
    });
  });

  it('the deadline of the run ends everything', () => {
    const run = new Scenario(aGraph(['a', 'b'], ['a -> b'], { deadlineMs: 700 }))
      .start()
      .lease('a')
      .fireNext();
    expect(run.run).toMatchObject({ state: 'failed', error: { code: 'DEADLINE' }, endedAt: 1_700 });
    expect(run.states()).toBe('a:canceled b:canceled');
  });

  it('a wait holds no task and outputs its end', () => {
    const wait = aNode('w', { type: 'wait', config: { until: 'duration("2s")' } });
    const run = new Scenario(aGraph([wait])).start();
    expect(run.effects).toEqual([
      { type: 'armTimer', timer: 'wait', nodeKey: 'w', attempt: 1, dueAt: 3_000 },
    ]);
    expect(run.fireNext().node('w').output).toEqual({ until: '1970-01-01T00:00:03.000Z' });
  });
});

describe('lost workers', () => {
  it('a lost lease puts the task back, a returned one without counting', () => {
    const run = new Scenario(aGraph(['a'])).start().lease('a');
    run.do({ type: 'taskReturned', nodeKey: 'a', attempt: 1 });
    expect(run.node('a')).toMatchObject({
      state: 'queued',
      attempt: 1,
      leaseLossCount: 0,
      worker: null,
    });
    run.lease('a').do({ type: 'taskLost', nodeKey: 'a', attempt: 1, message: 'gone' });
    expect(run.node('a')).toMatchObject({
      state: 'queued',
      attempt: 1,
      leaseLossCount: 1,
      startedAt: null,
      worker: null,
    });
    expect(run.effects).toEqual([{ type: 'requeueTask', nodeKey: 'a', attempt: 1 }]);
  });

  it('a job that loses its workers again and again fails', () => {
    const run = new Scenario(aGraph(['a'])).start();
    for (let i = 0; i <= LEASE_LOSSES_MAX; i++) {
      run.lease('a').do({ type: 'taskLost', nodeKey: 'a', attempt: 1, message: 'gone' });
    }
    expect(run.node('a')).toMatchObject({ state: 'failed', error: { code: 'WORKER_LOST' } });
  });
});

describe('events that come at the wrong time', () => {
  const codeOf = (result: ReturnType<Scenario['offer']>) =>
    result.ok ? 'ok' : result.refusal.code;

  it('are refused, and change nothing', () => {
    const run = new Scenario(aGraph([aNode('a', { retry: fixed(3) }), 'b'], ['a -> b']));
    const success = {
      type: 'taskSucceeded',
      nodeKey: 'a',
      attempt: 1,
      output: 1,
      contextAppend: null,
    } as const;
    expect(codeOf(run.offer(success))).toBe('ILLEGAL');
    run.start();
    expect(codeOf(run.offer({ type: 'runStarted' }))).toBe('ILLEGAL');
    expect(codeOf(run.offer(success))).toBe('STALE');
    run.fail('a').fireNext().lease('a');
    expect(codeOf(run.offer(success))).toBe('STALE');
    expect(codeOf(run.offer({ ...success, nodeKey: 'zz' }))).toBe('UNKNOWN_NODE');
    expect(
      codeOf(run.offer({ type: 'timerFired', timer: 'retry', nodeKey: 'a', attempt: 1 })),
    ).toBe('STALE');
    run.succeed('a').succeed('b');
    expect(codeOf(run.offer({ ...success, attempt: 2 }))).toBe('STALE');
    expect(codeOf(run.cancel('a'))).toBe('ILLEGAL');
    expect(run.run.state).toBe('succeeded');
  });

  it('timers of another kind or attempt are refused', () => {
    const fired = (timer: 'retry' | 'wait' | 'attemptTimeout', nodeKey: string, attempt: number) =>
      ({ type: 'timerFired', timer, nodeKey, attempt }) as const;
    const wait = aNode('w', { type: 'wait', config: { durationMs: 90_000 } });
    const run = new Scenario(
      aGraph([
        aNode('a', { retry: fixed(3), timeoutMs: 9_000 }),
        wait,
        aNode('d', { deadlineMs: 9_999 }),
      ]),
    );
    run.start().fail('a');
    expect(codeOf(run.offer(fired('wait', 'a', 1)))).toBe('STALE');
    expect(codeOf(run.offer(fired('retry', 'w', 1)))).toBe('STALE');
    expect(codeOf(run.offer(fired('attemptTimeout', 'a', 1)))).toBe('STALE');
    run.fireNext().lease('a');
    expect(codeOf(run.offer(fired('attemptTimeout', 'a', 1)))).toBe('STALE');
    const deadline = {
      type: 'timerFired',
      timer: 'nodeDeadline',
      nodeKey: 'd',
      attempt: 1,
    } as const;
    // Early, because a clock went back: the node goes on, and the timer is armed again.
    expect(run.do(deadline).effects).toMatchObject([{ type: 'armTimer', dueAt: 10_999 }]);
    expect(run.node('d').state).toBe('queued');
    const other = { ...deadline, nodeKey: 'w' } as const;
    expect(codeOf(run.offer(other))).toBe('STALE');
    expect(run.states()).toBe('a:running w:waiting d:queued');
  });
});
