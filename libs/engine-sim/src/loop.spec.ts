import { describe, expect, it } from 'vitest';
import type { GraphNode } from '@heddle/graph';
import type { JsonObject } from '@heddle/kernel';
import { aGraph, aNode, Scenario } from './index.js';

const body = aGraph(['work'], [], { output: '${{ nodes.work.output }}' });

function loop(config: JsonObject = {}, more: Partial<GraphNode> = {}): GraphNode {
  const own = { until: 'output.n >= 3', maxIterations: 5, body: body as unknown as JsonObject };
  return aNode('cycle', { type: 'loop', config: { ...own, ...config }, ...more });
}

const started = (config: JsonObject = {}, more: Partial<GraphNode> = {}) =>
  new Scenario(aGraph([loop(config, more)]), { n: 1 }).start();

describe('cycle', () => {
  it('runs one iteration after the other until its condition holds', () => {
    const run = started();
    expect(run.effects).toMatchObject([{ index: 0, input: { index: 0, previous: null } }]);
    run.childSucceeds('cycle', 0, { n: 1 });
    expect(run.effects).toMatchObject([{ index: 1, input: { index: 1, previous: { n: 1 } } }]);
    run.childSucceeds('cycle', 1, { n: 3 });
    expect(run.node('cycle')).toMatchObject({ state: 'succeeded', output: { n: 3 } });
    expect(run.node('cycle').children).toMatchObject({ total: null, started: 2, succeeded: 2 });
  });

  it('renders the input of each iteration', () => {
    const input = { from: '${{ previous == null ? input.n : previous.n + 1 }}' };
    const run = started({ input });
    expect(run.effects).toMatchObject([{ input: { from: 1 } }]);
    run.childSucceeds('cycle', 0, { n: 1 });
    expect(run.effects).toMatchObject([{ input: { from: 2 } }]);
  });

  it('the condition sees index, output and the output before', () => {
    const run = started({ until: 'index == 1 && output.n > previous.n' });
    run.childSucceeds('cycle', 0, { n: 1 });
    expect(run.childSucceeds('cycle', 1, { n: 2 }).node('cycle').state).toBe('succeeded');
  });

  it.each([
    ['fail', { state: 'failed', error: { code: 'LOOP_EXHAUSTED' } }],
    ['succeed', { state: 'succeeded', output: { n: 0 } }],
  ])('when it never holds: %s', (onExhausted, expected) => {
    const run = started({ maxIterations: 2, onExhausted });
    run.childSucceeds('cycle', 0, { n: 0 }).childSucceeds('cycle', 1, { n: 0 });
    expect(run.node('cycle')).toMatchObject(expected);
  });

  it('an iteration that fails fails the node', () => {
    const run = started().childFails('cycle', 0);
    expect(run.node('cycle')).toMatchObject({ state: 'failed', error: { code: 'BUSY' } });
  });

  it('an iteration that is canceled cancels the node', () => {
    expect(started().childCanceled('cycle', 0).node('cycle').state).toBe('canceled');
  });

  it('an input or a condition that cannot be evaluated fails the node', () => {
    expect(started({ input: '${{ input.missing }}' }).node('cycle').error).toMatchObject({
      code: 'EXPRESSION_FAILED',
      details: { path: '/config/input' },
    });
    const run = started({ until: 'output.missing' }).childSucceeds('cycle', 0, {});
    expect(run.node('cycle').error).toMatchObject({ details: { path: '/config/until' } });
  });

  it('pauses between two iterations without a child run', () => {
    const run = started({ delayMs: 400 }).childSucceeds('cycle', 0, { n: 1 });
    expect(run.node('cycle')).toMatchObject({ state: 'waiting', waitingFor: 'time', dueAt: 1_400 });
    expect(run.fireNext().started()).toBe('1/1');
    expect(run.node('cycle')).toMatchObject({ state: 'running', waitingFor: 'children' });
    expect(run.now).toBe(1_400);
  });

  it('its timeout counts all iterations and pauses', () => {
    const run = started({ delayMs: 400 }, { timeoutMs: 300 }).childSucceeds('cycle', 0, { n: 1 });
    run.fireNext();
    expect(run.node('cycle')).toMatchObject({ state: 'failed', error: { code: 'TIMEOUT' } });
    expect(run.table.timers.size).toBe(0);
  });

  it('canceled in a pause, nothing is left armed', () => {
    const run = started({ delayMs: 400 }).childSucceeds('cycle', 0, { n: 1 });
    run.cancel('cycle');
    expect(run.node('cycle').state).toBe('canceled');
    expect(run.effects.some((effect) => effect.type === 'cancelChildren')).toBe(false);
  });

  it('the last iteration can be retried, and the loop goes on from there', () => {
    const run = started().childSucceeds('cycle', 0, { n: 1 }).childFails('cycle', 1);
    expect(run.retryItem('cycle', 0)).toMatchObject({ refusal: { code: 'ILLEGAL' } });
    expect(run.retryItem('cycle', 1).ok).toBe(true);
    expect(run.effects).toMatchObject([{ index: 1, try: 2, input: { previous: { n: 1 } } }]);
    run.childSucceeds('cycle', 1, { n: 2 }).childSucceeds('cycle', 2, { n: 3 });
    expect(run.run).toMatchObject({ state: 'succeeded' });
  });

  it('an iteration that goes on makes the loop go on', () => {
    const run = started().childFails('cycle', 0);
    run.do({ type: 'childReopened', ...run.child('cycle', 0) });
    run.childSucceeds('cycle', 0, { n: 5 });
    expect(run.node('cycle').state).toBe('succeeded');
  });
});
