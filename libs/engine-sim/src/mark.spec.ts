import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '@heddle/engine';
import { aGraph, aNode, ANA, Scenario } from './index.js';

type Outcome = Extract<EngineEvent, { type: 'nodeMarkRequested' }>['outcome'];
const mark = (run: Scenario, nodeKey: string, outcome: Outcome) =>
  run.offer({ type: 'nodeMarkRequested', nodeKey, outcome, actor: ANA, reason: 'seen in the log' });
const messageOf = (result: ReturnType<Scenario['offer']>) =>
  result.ok ? 'accepted' : result.refusal.message;
const BY = { actor: ANA, action: 'mark', reason: 'seen in the log' };
const reader = aNode('b', {
  config: { group: 'g', executor: 'x', mode: 'single', input: '${{ nodes.a.output.n }}' },
});
const FAILED: Outcome = { state: 'failed', message: 'the file was empty' };

describe('mark of a node', () => {
  it('as succeeded stops what it does and gives its output to what comes after', () => {
    const run = new Scenario(aGraph(['a', reader], ['a -> b'])).start().lease('a');
    expect(mark(run, 'a', { state: 'succeeded', output: { n: 42 } }).ok).toBe(true);
    expect(run.states()).toBe('a:succeeded b:queued');
    expect(run.node('a')).toMatchObject({ output: { n: 42 }, error: null, by: BY });
    expect(run.node('b').input).toBe(42);
    expect(run.effects).toContainEqual({ type: 'cancelTask', nodeKey: 'a', attempt: 1 });
    expect(run.changes?.attempts).toMatchObject([
      { nodeKey: 'a', number: 1, state: 'canceled' },
      { nodeKey: 'b', state: 'queued' },
    ]);
  });

  it('as succeeded again with another output repeats what came after', () => {
    const run = new Scenario(aGraph(['a', reader], ['a -> b'])).start();
    run.succeed('a', { n: 1 }).succeed('b');
    expect(mark(run, 'a', { state: 'succeeded', output: { n: 2 } }).ok).toBe(true);
    expect(run.states()).toBe('a:succeeded b:queued');
    expect(run.node('b')).toMatchObject({ input: 2, attempt: 2 });
    expect(run.run).toMatchObject({ state: 'running', endedAt: null });
  });

  it('as failed is a failure that an edge may catch', () => {
    const run = new Scenario(aGraph(['a', 'b', 'c'], ['a -> b', 'a:failure -> c'])).start();
    mark(run, 'a', FAILED);
    expect(run.states()).toBe('a:failed b:skipped c:queued');
    expect(run.node('a').error).toMatchObject({
      code: 'MARKED_FAILED',
      message: 'the file was empty',
    });
  });

  it('as failed fails the run when nothing catches it, also of one that succeeded', () => {
    const retry = { attempts: 5, backoff: { kind: 'fixed' as const, delayMs: 10 } };
    const run = new Scenario(aGraph([aNode('a', { retry })])).start().succeed('a');
    mark(run, 'a', FAILED);
    expect(run.run).toMatchObject({ state: 'failed', error: { code: 'MARKED_FAILED' } });
    expect(run.retry('a').ok).toBe(true);
    expect(run.succeed('a').run.state).toBe('succeeded');
  });

  it('as skipped is like a join that skipped it: nothing after it runs', () => {
    const run = new Scenario(aGraph(['a', 'b', 'c'], ['a -> b', 'a:always -> c'])).start();
    run.lease('a');
    mark(run, 'a', { state: 'skipped' });
    expect(run.states()).toBe('a:skipped b:skipped c:skipped');
    expect(run.node('a')).toMatchObject({ verdicts: null, output: null, error: null, by: BY });
    expect(run.run.state).toBe('succeeded');
  });

  it('as skipped of a failed node repairs the run, and can be taken back by a retry', () => {
    const run = new Scenario(aGraph(['a', 'b'], ['a -> b'])).start().fail('a');
    mark(run, 'a', { state: 'skipped' });
    expect(run.run).toMatchObject({ state: 'succeeded', error: null, uncaught: [] });
    expect(run.retry('a').ok).toBe(true);
    expect(run.states()).toBe('a:queued b:pending');
  });

  it('of a pending node leaves its late edges without effect', () => {
    const run = new Scenario(aGraph(['a', 'b', 'c'], ['a -> b', 'b -> c'])).start();
    mark(run, 'b', { state: 'succeeded', output: 1 });
    expect(run.states()).toBe('a:queued b:succeeded c:queued');
    expect(run.node('b').attempt).toBe(0);
    expect(run.succeed('c').succeed('a').run.state).toBe('succeeded');
  });

  it('ends a node that waits for its release', () => {
    const run = new Scenario(aGraph(['a'])).start();
    run.do({ type: 'nodeHoldRequested', nodeKey: 'a', until: 9_000, actor: ANA, reason: null });
    mark(run, 'a', { state: 'succeeded', output: null });
    expect(run.run.state).toBe('succeeded');
    expect(run.node('a').hold).toBeNull();
  });

  it('is refused when it says nothing new, or too much, or while what follows is active', () => {
    const run = new Scenario(aGraph(['a', 'b', 'c'], ['a -> b'], { onFailure: 'finish' })).start();
    run.fail('c').succeed('a');
    expect(messageOf(mark(run, 'c', FAILED))).toContain('is failed already');
    expect(messageOf(mark(run, 'a', FAILED))).toContain('"b" after "a" is still active');
    const large: Outcome = { state: 'succeeded', output: 'x'.repeat(1_000_001) };
    expect(messageOf(mark(run, 'b', large))).toContain('larger than');
    mark(run, 'b', { state: 'skipped' });
    expect(messageOf(mark(run, 'b', { state: 'skipped' }))).toContain('is skipped already');
  });
});
