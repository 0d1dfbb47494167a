import { describe, expect, it } from 'vitest';
import type { Join } from '@heddle/graph';
import { aGraph, aNode, anEdge, Scenario } from './index.js';

/** a and b run side by side and both lead to j. */
function meeting(join: Join, settings = {}): Scenario {
  const edges = ['a -> j', 'b -> j', 'a:failure -> saved', 'b:failure -> saved'];
  return new Scenario(aGraph(['a', 'b', aNode('j', { join }), 'saved'], edges, settings)).start();
}

describe('joins', { timeout: 180_000 }, () => {
  it('any: waits for all edges, one live one is enough', () => {
    const run = meeting({ kind: 'any' }).succeed('a');
    expect(run.states()).toBe('a:succeeded b:queued j:pending saved:pending');
    run.fail('b');
    expect(run.states()).toBe('a:succeeded b:failed j:queued saved:queued');
  });

  it('all: one dead edge skips it', () => {
    const run = meeting({ kind: 'all' }).succeed('a').fail('b');
    expect(run.states()).toBe('a:succeeded b:failed j:skipped saved:queued');
  });

  it('first: starts at once and ignores what comes later', () => {
    const run = meeting({ kind: 'first' }).succeed('a');
    expect(run.node('j').state).toBe('queued');
    run.succeed('b');
    expect(run.node('j').attempt).toBe(1);
    expect(run.states()).toBe('a:succeeded b:succeeded j:queued saved:skipped');
  });

  it('n-of-m: the n-th live edge starts it', () => {
    const graph = aGraph(
      ['a', 'b', 'c', aNode('j', { join: { kind: 'n-of-m', n: 2 } })],
      ['a -> j', 'b -> j', 'c -> j'],
    );
    const run = new Scenario(graph).start().succeed('b');
    expect(run.run.nodes.get('j')?.state).toBe('pending');
    expect(run.succeed('c').node('j').state).toBe('queued');
  });

  it('skips travel to the end of a long chain in one step', () => {
    const keys = Array.from({ length: 3_000 }, (_, i) => `n${i}`);
    const edges = keys.slice(1).map((key, i) => `n${i} -> ${key}`);
    const graph = aGraph([...keys, 'c'], [...edges, 'n0:failure -> c'], { onFailure: 'finish' });
    const run = new Scenario(graph).start().fail('n0');
    expect(run.node('n2999').state).toBe('skipped');
    expect(run.node('c').state).toBe('queued');
  });
});

describe('edges', () => {
  it('keep why they were taken or not', () => {
    const graph = aGraph(
      ['a', 'b', 'c', 'd'],
      [
        anEdge('a -> b', 'nodes.a.output.n > input.limit'),
        anEdge('a:failure -> c'),
        anEdge('a:always -> d'),
      ],
    );
    const run = new Scenario(graph, { limit: 5 }).start().succeed('a', { n: 3 });
    expect(run.node('a').verdicts).toEqual({
      'a-b-success': {
        isLive: false,
        reason: 'when',
        values: { 'nodes.a.output.n': 3, 'input.limit': 5 },
      },
      'a-c-failure': { isLive: false, reason: 'port' },
      'a-d-always': { isLive: true, reason: 'taken' },
    });
    expect(run.states()).toBe('a:succeeded b:skipped c:skipped d:queued');
  });

  it('a condition that cannot be evaluated is dead and fails the run', () => {
    const graph = aGraph(['a', 'b', 'c'], [anEdge('a -> b', 'input.missing > 1')]);
    const run = new Scenario(graph).start().succeed('a');
    expect(run.run.state).toBe('failed');
    expect(run.run.error?.message).toContain('from "a" to "b"');
    expect(run.run.uncaught).toEqual(['edge:a-b-success']);
    expect(run.node('a').verdicts?.['a-b-success']).toMatchObject({
      reason: 'error',
      isLive: false,
    });
  });

  it('a condition that is no boolean is an error, too', () => {
    const run = new Scenario(aGraph(['a', 'b'], [anEdge('a -> b', 'input.n')]), { n: 1 })
      .start()
      .succeed('a');
    expect(run.node('a').verdicts?.['a-b-success']?.message).toContain('true or false, but is 1');
  });

  it('a decision takes its case, and success as well', () => {
    const decide = aNode('d', {
      type: 'decision',
      config: {
        cases: [
          { name: 'big', when: 'input.n > 5' },
          { name: 'huge', when: 'input.n > 6' },
        ],
      },
    });
    const edges = ['d:big -> b', 'd:huge -> h', 'd:default -> x', 'd -> s'];
    const run = new Scenario(aGraph([decide, 'b', 'h', 'x', 's'], edges), { n: 9 }).start();
    expect(run.states()).toBe('d:succeeded b:queued h:skipped x:skipped s:queued');
    expect(run.node('d').output).toEqual({ case: 'big', cases: ['big'] });
    const other = new Scenario(aGraph([decide, 'b', 'h', 'x', 's'], edges), { n: 1 }).start();
    expect(other.states()).toBe('d:succeeded b:skipped h:skipped x:queued s:queued');
  });
});
