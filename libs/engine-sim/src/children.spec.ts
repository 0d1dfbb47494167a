import { describe, expect, it } from 'vitest';
import type { JsonObject } from '@heddle/kernel';
import type { GraphNode } from '@heddle/graph';
import { aGraph, aNode, Scenario } from './index.js';

const messageOf = (result: ReturnType<Scenario['offer']>) =>
  result.ok ? 'accepted' : result.refusal.message;

const body = () => aGraph(['work'], [], { output: '${{ nodes.work.output }}' });

/** A `forEach` named `each` over `input.list`, four at a time. */
function each(config: JsonObject = {}, more: Partial<GraphNode> = {}): GraphNode {
  const own = { items: 'input.list', concurrency: 4, body: body() as unknown as JsonObject };
  return aNode('each', { type: 'forEach', config: { ...own, ...config }, ...more });
}

const overList = (length: number, node: GraphNode = each(), edges: string[] = []) => {
  const after = edges.length > 0 ? ['after'] : [];
  const list = Array.from({ length }, (_, i) => `item${i}`);
  return new Scenario(aGraph([node, ...after], edges), { list }).start();
};

describe('subworkflow', () => {
  const sub = (more: Partial<GraphNode> = {}, config: JsonObject = {}) =>
    aNode('sub', {
      type: 'subworkflow',
      config: { workflow: 'billing', input: { n: '${{ input.n }}' }, ...config },
      ...more,
    });

  it('starts one child run and ends as it does', () => {
    const run = new Scenario(aGraph([sub()]), { n: 4 }).start();
    expect(run.effects).toEqual([
      {
        type: 'startChild',
        nodeKey: 'sub',
        generation: 1,
        index: 0,
        try: 1,
        label: null,
        input: { n: 4 },
        graph: { kind: 'workflow', name: 'billing', version: null },
      },
    ]);
    expect(run.node('sub')).toMatchObject({ state: 'running', waitingFor: 'children' });
    run.childSucceeds('sub', 0, { paid: true });
    expect(run.node('sub')).toMatchObject({ state: 'succeeded', output: { paid: true } });
    expect(run.run.state).toBe('succeeded');
  });

  it('may name a version', () => {
    const run = new Scenario(aGraph([sub({}, { version: 7 })]), { n: 1 }).start();
    expect(run.effects).toMatchObject([{ graph: { name: 'billing', version: 7 } }]);
  });

  it('keeps the code and details of the child run’s error', () => {
    const run = new Scenario(aGraph([sub()]), { n: 4 }).start();
    run.childFails('sub', 0, { code: 'NO_FUNDS', message: 'empty', details: { nodeKey: 'pay' } });
    expect(run.node('sub').error).toEqual({
      code: 'NO_FUNDS',
      message: 'empty',
      details: { nodeKey: 'pay' },
    });
    expect(run.run.state).toBe('failed');
  });

  it('is canceled when its child run is, whatever its retry policy says', () => {
    const retry = { attempts: 3, backoff: { kind: 'fixed', delayMs: 1 } } as const;
    const run = new Scenario(aGraph([sub({ retry: { ...retry } })]), { n: 4 }).start();
    run.childCanceled('sub');
    expect(run.node('sub')).toMatchObject({ state: 'canceled', error: { code: 'CANCELED' } });
  });

  it('is retried as a new child run of the next generation', () => {
    const retry = { attempts: 2, backoff: { kind: 'fixed', delayMs: 10 } } as const;
    const run = new Scenario(aGraph([sub({ retry: { ...retry } })]), { n: 4 }).start();
    const first = run.child('sub', 0);
    run.childFails('sub').fireNext();
    expect(run.effects).toMatchObject([{ type: 'startChild', generation: 2, try: 1 }]);
    const late = { state: 'succeeded', output: 1, error: null } as const;
    expect(run.offer({ type: 'childEnded', ...first, ...late })).toMatchObject({
      refusal: { code: 'STALE' },
    });
  });

  it('is canceled with its child run at its timeout, which counts the whole child run', () => {
    const run = new Scenario(aGraph([sub({ timeoutMs: 500 })]), { n: 4 }).start().fireNext();
    expect(run.effects).toContainEqual({
      type: 'cancelChildren',
      nodeKey: 'sub',
      generation: 1,
      reason: 'The attempt ran longer than its timeout of 500 ms.',
    });
    expect(run.node('sub')).toMatchObject({ state: 'failed', error: { code: 'TIMEOUT' } });
    expect(run.items('sub')).toBe('canceled');
  });

  it.each<[string, (run: Scenario) => unknown]>([
    ['cancel', (run) => run.cancel('sub')],
    ['skip', (run) => run.skip('sub')],
    ['its deadline', (run) => run.fireNext()],
    [
      'the end of the run',
      (run) => run.do({ type: 'runCancelRequested', actor: { id: '1', name: 'A' }, reason: null }),
    ],
  ])('its child run is canceled once by %s', (_what, act) => {
    const run = new Scenario(aGraph([sub({ deadlineMs: 900 })]), { n: 4 }).start();
    act(run);
    expect(run.effects.filter((effect) => effect.type === 'cancelChildren')).toHaveLength(1);
    expect(run.run.state).not.toBe('running');
  });
});

describe('forEach', () => {
  it('starts items in order, as many at a time as allowed', () => {
    const run = overList(6);
    expect(run.started()).toBe('0/1 1/1 2/1 3/1');
    expect(run.childSucceeds('each', 2).started()).toBe('4/1');
    expect(run.childSucceeds('each', 0).started()).toBe('5/1');
    expect(run.childSucceeds('each', 1).started()).toBe('');
    expect(run.node('each').children).toMatchObject({ total: 6, active: 3, succeeded: 3 });
  });

  it('outputs stand in the order of the list, whoever ended first', () => {
    const run = overList(3);
    run.childSucceeds('each', 2, 'c').childSucceeds('each', 0, 'a').childSucceeds('each', 1, 'b');
    expect(run.node('each')).toMatchObject({ state: 'succeeded', output: ['a', 'b', 'c'] });
  });

  it('input and label are rendered for each item', () => {
    const config = { itemInput: { n: '${{ item }}', of: '${{ input.list.size() }}' } };
    const run = overList(2, each({ ...config, label: 'No. ${{ index + 1 }}' }));
    expect(run.effects).toMatchObject([
      { label: 'No. 1', input: { n: 'item0', of: 2 }, graph: { kind: 'body' } },
      { label: 'No. 2', input: { n: 'item1', of: 2 } },
    ]);
    expect(run.run.items.get('each')?.[1]).toMatchObject({ label: 'No. 2', state: 'active' });
  });

  it('an item gets { item, index } unless told otherwise', () => {
    expect(overList(1).effects).toMatchObject([
      { input: { item: 'item0', index: 0 }, label: null },
    ]);
  });

  it('takes the entries of a map, and nothing else but lists', () => {
    const over = (list: never) => new Scenario(aGraph([each()]), { list }).start();
    expect(over({ a: 1, b: 2 } as never).effects).toMatchObject([
      { input: { item: { key: 'a', value: 1 } } },
      { input: { item: { key: 'b', value: 2 } } },
    ]);
    expect(over(5 as never).node('each')).toMatchObject({
      state: 'failed',
      error: { code: 'EXPRESSION_FAILED', isFinal: true },
    });
  });

  it('an empty list is done at once', () => {
    expect(overList(0).node('each')).toMatchObject({ state: 'succeeded', output: [] });
  });

  it('collects what it is told to', () => {
    const run = overList(2, each({ collect: { id: '${{ item }}', got: '${{ output.n }}' } }));
    run.childSucceeds('each', 0, { n: 1 }).childSucceeds('each', 1, { n: 2 });
    expect(run.node('each').output).toEqual([
      { id: 'item0', got: 1 },
      { id: 'item1', got: 2 },
    ]);
  });

  it('tells later nodes how many items did what', () => {
    const after = aNode('after', {
      type: 'transform',
      config: { output: '${{ nodes.each.items }}' },
    });
    const node = each({ tolerate: { count: 1 } });
    const graph = aGraph([node, after], ['each -> after']);
    const run = new Scenario(graph, { list: [1, 2] }).start();
    run.childFails('each', 0).childSucceeds('each', 1);
    expect(run.node('after').output).toEqual({ total: 2, succeeded: 1, failed: 1, canceled: 0 });
  });

  it('the first failure fails it: nothing more is started, what runs is canceled, then it ends', () => {
    const run = overList(9).childFails('each', 1);
    expect(run.effects).toMatchObject([{ type: 'cancelChildren', nodeKey: 'each' }]);
    expect(run.node('each')).toMatchObject({ state: 'running', error: { code: 'ITEMS_FAILED' } });
    run.childCanceled('each', 0).childFails('each', 2).childSucceeds('each', 3);
    expect(run.node('each')).toMatchObject({ state: 'failed', output: null });
    expect(run.node('each').error).toEqual({
      code: 'ITEMS_FAILED',
      message: 'Item 1 failed: no luck',
      details: { index: 1, label: null, code: 'BUSY', failed: 1, canceled: 0, total: 9 },
    });
    expect(run.items('each')).toBe('canceled failed failed succeeded');
  });

  it('finish: what runs may end first', () => {
    const run = overList(9, each({ onExceeded: 'finish' })).childFails('each', 1);
    expect(run.effects).toEqual([]);
    run.childSucceeds('each', 0).childSucceeds('each', 2);
    expect(run.node('each').state).toBe('running');
    run.childSucceeds('each', 3);
    expect(run.node('each').state).toBe('failed');
    expect(run.items('each')).toBe('succeeded failed succeeded succeeded');
  });

  it.each<[JsonObject, number, string]>([
    [{ tolerate: { count: 2 } }, 2, 'running'],
    [{ tolerate: { count: 2 } }, 3, 'stopping'],
    [{ tolerate: { share: 0.29 } }, 29, 'running'],
    [{ tolerate: { share: 0.29 } }, 30, 'stopping'],
    [{ tolerate: { share: 1 } }, 60, 'running'],
  ])('%j after %i failures is %s', (config, failures, expected) => {
    const run = overList(100, each({ concurrency: 100, ...config }));
    for (let i = 0; i < failures; i++) run.childFails('each', i);
    expect(run.node('each').children?.isStopping ? 'stopping' : 'running').toBe(expected);
  });

  it('a tolerated failure leaves null at its place', () => {
    const run = overList(3, each({ tolerate: { count: 1 } }));
    run.childFails('each', 1).childSucceeds('each', 0, 'a').childSucceeds('each', 2, 'c');
    expect(run.node('each')).toMatchObject({ state: 'succeeded', output: ['a', null, 'c'] });
  });

  it('stops when told to, and succeeds with what it has', () => {
    const run = overList(9, each({ stopWhen: 'output.found' }));
    run.childSucceeds('each', 1, { found: false }).childSucceeds('each', 0, { found: true });
    expect(run.effects).toMatchObject([{ type: 'cancelChildren' }]);
    run.childCanceled('each', 2).childFails('each', 3).childCanceled('each', 4);
    expect(run.node('each')).toMatchObject({ state: 'succeeded', error: null });
    const output = [{ found: true }, { found: false }];
    expect(run.node('each').output).toEqual([...output, ...Array<null>(7).fill(null)]);
  });

  it('a condition that cannot be evaluated fails it', () => {
    const run = overList(1, each({ stopWhen: 'output.missing' })).childSucceeds('each', 0, {});
    expect(run.node('each').error).toMatchObject({
      code: 'EXPRESSION_FAILED',
      details: { path: '/config/stopWhen' },
    });
  });

  it('an item that cannot be rendered has failed; there is a warning, and no child run', () => {
    const node = each({ itemInput: '${{ item.id }}', tolerate: { count: 1 } });
    const run = new Scenario(aGraph([node]), { list: [{ id: 1 }, {}, { id: 3 }] }).start();
    expect(run.started()).toBe('0/1 2/1');
    expect(run.run.warnings[0]).toMatch(/^Item 1 of "each" could not be started: /);
    run.childSucceeds('each', 0).childSucceeds('each', 2);
    expect(run.node('each')).toMatchObject({ state: 'succeeded', children: { failed: 1 } });
    expect(run.node('each').output).toEqual([{ of: 0 }, null, { of: 2 }]);
  });

  it('hears of each item once', () => {
    const run = overList(2);
    const ended = run.child('each', 0);
    run.childSucceeds('each', 0);
    const twice = { type: 'childEnded', ...ended, state: 'failed', output: null, error: null };
    expect(run.offer(twice as never)).toMatchObject({ refusal: { code: 'STALE' } });
    const never = { type: 'childEnded', ...ended, index: 9, state: 'failed' };
    expect(run.offer({ ...never, output: null, error: null } as never)).toMatchObject({
      refusal: { code: 'STALE' },
    });
  });

  it('starts no items while it is held', () => {
    const run = overList(9);
    const by = { actor: { id: '1', name: 'Ana' }, reason: null };
    run.do({ type: 'nodeHoldRequested', nodeKey: 'each', until: null, ...by });
    run.childSucceeds('each', 0).childSucceeds('each', 1);
    expect(run.node('each').children).toMatchObject({ active: 2, started: 4 });
    run.do({ type: 'nodeReleaseRequested', nodeKey: 'each', ...by });
    expect(run.started()).toBe('4/1 5/1');
  });
});

describe('retry of one item', () => {
  it('waits for its place while the node is held, and the node does not end meanwhile', () => {
    const run = overList(2, each({ tolerate: { count: 9 } }));
    const by = { actor: { id: '1', name: 'Ana' }, reason: null };
    run
      .childFails('each', 0)
      .do({ type: 'nodeHoldRequested', nodeKey: 'each', until: null, ...by });
    run.retryItem('each', 0);
    run.childSucceeds('each', 1);
    expect(run.node('each')).toMatchObject({
      state: 'running',
      children: { active: 0, again: [0] },
    });
    run.do({ type: 'nodeReleaseRequested', nodeKey: 'each', ...by });
    expect(run.started()).toBe('0/2');
    run.childSucceeds('each', 0, 'again');
    expect(run.node('each').output).toEqual(['again', { of: 1 }]);
  });

  it('while the node runs: once more as the next try, when there is room', () => {
    const run = overList(5, each({ concurrency: 2, tolerate: { count: 9 } }));
    run.childFails('each', 0).childFails('each', 1);
    expect(run.retryItem('each', 0).ok).toBe(true);
    expect(run.started()).toBe('');
    expect(messageOf(run.retryItem('each', 0))).toMatch(/about to be started/);
    expect(run.childSucceeds('each', 2).started()).toBe('0/2');
    expect(run.node('each').children).toMatchObject({ active: 2, failed: 1, succeeded: 1 });
    run.childSucceeds('each', 0).childSucceeds('each', 3).childSucceeds('each', 4);
    expect(run.node('each').output).toEqual([{ of: 0 }, null, { of: 2 }, { of: 3 }, { of: 4 }]);
  });

  it('of an ended node goes on with the same items and reopens the run', () => {
    const run = overList(6, each(), ['each -> after']).childFails('each', 1);
    run.childSucceeds('each', 0).childCanceled('each', 2).childCanceled('each', 3);
    expect(run.run.state).toBe('failed');
    expect(run.retryItem('each', 1).ok).toBe(true);
    expect(run.started()).toBe('1/2 2/2 3/2 4/1');
    expect(run.run).toMatchObject({ state: 'running', error: null, uncaught: [] });
    expect(run.node('each')).toMatchObject({
      state: 'running',
      attempt: 2,
      children: { generation: 1, active: 4, succeeded: 1, failed: 0, canceled: 0 },
    });
    for (const index of [1, 2, 3, 4]) run.childSucceeds('each', index, index);
    run.childSucceeds('each', 5, 5);
    expect(run.node('each').output).toEqual([{ of: 0 }, 1, 2, 3, 4, 5]);
    expect(run.states()).toBe('each:succeeded after:queued');
  });

  it('two failed items are retried one after the other without failing the node in between', () => {
    const run = overList(2, each({ onExceeded: 'finish' }));
    run.childFails('each', 0).childFails('each', 1);
    run.retryItem('each', 0);
    expect(run.retryItem('each', 1).ok).toBe(true);
    run.childSucceeds('each', 0);
    expect(run.node('each').state).toBe('running');
    run.childSucceeds('each', 1);
    expect(run.node('each').state).toBe('succeeded');
  });

  it('a failure that is left fails the node at its end', () => {
    const run = overList(2, each({ onExceeded: 'finish' }));
    run.childFails('each', 0).childFails('each', 1);
    run.retryItem('each', 0);
    run.childSucceeds('each', 0);
    expect(run.node('each').error).toMatchObject({ code: 'ITEMS_FAILED', details: { index: 1 } });
  });

  it('resets what came after', () => {
    const run = overList(2, each(), ['each -> after']);
    run.childSucceeds('each', 0).childSucceeds('each', 1).succeed('after');
    run.retryItem('each', 1);
    expect(run.states()).toBe('each:running after:pending');
  });

  it('is refused for items that are active or were never started, and for other nodes', () => {
    const run = overList(6, each(), ['each -> after']);
    expect(messageOf(run.retryItem('each', 0))).toBe(
      'Item 0 of "each" is still active: only an item that has ended can be retried.',
    );
    expect(messageOf(run.retryItem('each', 5))).toMatch(/has not been started/);
    expect(messageOf(run.retryItem('after', 0))).toMatch(/has no child runs/);
    run.childFails('each', 0);
    expect(messageOf(run.retryItem('each', 0))).toMatch(/about to end/);
  });

  it('is refused while the node waits for its join again', () => {
    const graph = aGraph(['a', each(), 'other'], ['a -> each']);
    const run = new Scenario(graph, { list: [1] }).start().succeed('a').fail('other');
    expect(run.states()).toBe('a:succeeded each:canceled other:failed');
    run.retry('a');
    expect(run.states()).toBe('a:queued each:pending other:failed');
    expect(messageOf(run.retryItem('each', 0))).toMatch(/has no child runs/);
  });

  it('retry of the node itself starts anew, in the next generation', () => {
    const run = overList(2).childFails('each', 0).childCanceled('each', 1);
    run.retry('each');
    expect(run.effects).toMatchObject([
      { type: 'startChild', generation: 2, index: 0, try: 1 },
      { type: 'startChild', generation: 2, index: 1, try: 1 },
    ]);
  });
});

describe('a child run that goes on', () => {
  const reopened = (run: Scenario, index: number) =>
    run.offer({ type: 'childReopened', ...run.child('each', index) });

  it('makes its item active again while the node runs', () => {
    const run = overList(3, each({ tolerate: { count: 1 } })).childFails('each', 0);
    expect(reopened(run, 0).ok).toBe(true);
    expect(run.node('each').children).toMatchObject({ active: 3, failed: 0 });
    expect(run.started()).toBe('');
    run.childSucceeds('each', 0).childSucceeds('each', 1).childSucceeds('each', 2);
    expect(run.node('each').output).toEqual([{ of: 0 }, { of: 1 }, { of: 2 }]);
  });

  it('reopens an ended node and its run', () => {
    const run = overList(2, each(), ['each -> after']).childFails('each', 0);
    run.childSucceeds('each', 1);
    expect(run.run.state).toBe('failed');
    expect(reopened(run, 0).ok).toBe(true);
    expect(run.node('each')).toMatchObject({ state: 'running', attempt: 2 });
    run.childSucceeds('each', 0);
    expect(run.states()).toBe('each:succeeded after:queued');
  });

  it('is refused for another try, and for an item that is active', () => {
    const run = overList(2);
    expect(reopened(run, 0)).toMatchObject({ refusal: { code: 'STALE' } });
    run.childFails('each', 0).childSucceeds('each', 1);
    const other = { ...run.child('each', 0), try: 2 };
    expect(run.offer({ type: 'childReopened', ...other })).toMatchObject({
      refusal: { code: 'STALE' },
    });
  });
});

describe('a run that is reopened', () => {
  it('lets a node that its end had canceled go on with its items', () => {
    const graph = aGraph([each(), 'other']);
    const run = new Scenario(graph, { list: [1, 2, 3] }).start();
    run.childSucceeds('each', 0, 'a').fail('other');
    expect(run.states()).toBe('each:canceled other:failed');
    expect(run.items('each')).toBe('succeeded canceled canceled');
    run.retry('other');
    expect(run.started()).toBe('1/2 2/2');
    run.childSucceeds('each', 1, 'b').childSucceeds('each', 2, 'c').succeed('other');
    expect(run.node('each').output).toEqual(['a', 'b', 'c']);
  });
});
