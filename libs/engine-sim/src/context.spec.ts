import { describe, expect, it } from 'vitest';
import { ENGINE_LIMITS, restoreRun } from '@heddle/engine';
import { aGraph, aNode, Scenario } from './index.js';

const transform = (key: string, config: Record<string, string | Record<string, string>>) =>
  aNode(key, { type: 'transform', config });

describe('context', { timeout: 180_000 }, () => {
  it('appends merge key by key, the last write wins', () => {
    const run = new Scenario(aGraph(['a', 'b'], ['a -> b'])).start();
    run.succeed('a', null, { x: 1, y: 1 }).succeed('b', null, { y: 2 });
    expect(run.run.context).toEqual({ x: 1, y: 2 });
    expect(run.run.warnings).toEqual([]);
  });

  it('warns when nodes that ran at the same time write one key', () => {
    const run = new Scenario(aGraph(['a', 'b', 'c'])).start();
    run.now++;
    run.succeed('a', null, { x: 1 }).succeed('b', null, { x: 2 }).succeed('c', null, { z: 3 });
    expect(run.run.context).toEqual({ x: 2, z: 3 });
    expect(run.run.warnings).toEqual([
      '"b" overwrote context.x of "a", which ran at the same time.',
    ]);
  });

  it('is read by what comes after', () => {
    const graph = aGraph(
      [
        'a',
        transform('t', { output: '${{ context.x + 1 }}', context: { x: '${{ context.x * 10 }}' } }),
      ],
      ['a -> t'],
    );
    const run = new Scenario(graph).start().succeed('a', null, { x: 4 });
    expect(run.node('t').output).toBe(5);
    expect(run.run.context).toEqual({ x: 40 });
  });

  it('keeps a bounded number of warnings', () => {
    const keys = Array.from({ length: ENGINE_LIMITS.warningsMax + 20 }, (_, i) => `n${i}`);
    const run = new Scenario(aGraph(keys)).start();
    run.now++;
    for (const key of keys) run.succeed(key, null, { x: key });
    expect(run.run.warnings).toHaveLength(ENGINE_LIMITS.warningsMax);
    expect(run.run.warnings.at(-1)).toBe('More warnings were left out.');
  });
});

describe('output of the run', () => {
  it('is the template of the settings over the final scope', () => {
    const run = new Scenario(
      aGraph(['a'], [], { output: { n: '${{ nodes.a.output.n }}', by: '${{ run.workflow }}' } }),
    ).start();
    expect(run.succeed('a', { n: 3 }).run.output).toEqual({ n: 3, by: 'simulated' });
  });

  it('fails the run when it cannot be rendered', () => {
    const run = new Scenario(aGraph(['a'], [], { output: '${{ nodes.a.output.zz }}' }))
      .start()
      .succeed('a');
    expect(run.run).toMatchObject({
      state: 'failed',
      output: null,
      error: { code: 'EXPRESSION_FAILED' },
    });
    expect(run.run.error?.message).toContain('/settings/output');
  });

  it('is that of a succeed node, which ends the run', () => {
    const end = aNode('end', { type: 'succeed', config: { output: '${{ nodes.a.output }}' } });
    const run = new Scenario(aGraph(['a', 'b', end], ['a -> end'], { output: 'other' }))
      .start()
      .lease('b')
      .succeed('a', 5);
    expect(run.run).toMatchObject({ state: 'succeeded', output: 5 });
    expect(run.states()).toBe('a:succeeded b:canceled end:succeeded');
  });

  it('a fail node ends the run as failed, whatever onFailure says', () => {
    const end = aNode('end', {
      type: 'fail',
      config: { code: 'NO_STOCK', message: 'of ${{ input.item }}' },
    });
    const run = new Scenario(aGraph(['a', 'b', end], ['a -> end'], { onFailure: 'finish' }), {
      item: 'tea',
    })
      .start()
      .succeed('a');
    expect(run.run).toMatchObject({
      state: 'failed',
      error: { code: 'NO_STOCK', message: 'of tea', details: { nodeKey: 'end' } },
    });
    expect(run.states()).toBe('a:succeeded b:canceled end:failed');
  });
});

describe('restoreRun', () => {
  it('ignores nodes that the graph does not have, and lives without stored context writes', () => {
    const run = new Scenario(aGraph(['a', 'b'], ['a -> b'])).start().succeed('a', null, { x: 1 });
    const { contextWrites: _writes, ...stored } = run.run;
    const nodes = [...run.run.nodes.values(), { ...run.node('a'), key: 'stranger' }];
    const restored = restoreRun(run.compiled, { ...stored, nodes });
    expect([...restored.nodes.keys()]).toEqual(['a', 'b']);
    expect(restored).toMatchObject({ openCount: 1, contextWrites: {} });
  });
});
