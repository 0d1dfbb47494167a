import { describe, expect, it } from 'vitest';
import { renameNodeInExpression, renameNodeInTemplate } from './index.js';

describe('renameNodeInExpression', () => {
  it.each([
    ['nodes.a.output + nodes.ab.output', 'nodes.z.output + nodes.ab.output'],
    ['nodes["a"].output', 'nodes["z"].output'],
    ["nodes['a'].output == 'nodes.a'", "nodes['z'].output == 'nodes.a'"],
    ['nodes . a . output', 'nodes . z . output'],
    ['nodes.?a.?output.orValue(1)', 'nodes.?z.?output.orValue(1)'],
    ['input.nodes.a', 'input.nodes.a'],
    [
      '[1].map(x, nodes.a.output + x) + [nodes.a.attempts]',
      '[1].map(x, nodes.z.output + x) + [nodes.z.attempts]',
    ],
    ['has(nodes.a.output)', 'has(nodes.z.output)'],
    ['nodes.a.', 'nodes.a.'],
    [
      'output.n > nodes.a.output && item == previous',
      'output.n > nodes.z.output && item == previous',
    ],
  ])('%s', (source, expected) => {
    expect(renameNodeInExpression(source, 'a', 'z')).toBe(expected);
  });
});

describe('renameNodeInTemplate', () => {
  it('rewrites expressions only', () => {
    const value = {
      t: 'nodes.a: ${{ nodes.a.output }} ${{nodes.b.output}}',
      n: 1,
      l: ['${{ nodes.a.status }}'],
    };
    expect(renameNodeInTemplate(value, 'a', 'long_name')).toEqual({
      t: 'nodes.a: ${{ nodes.long_name.output }} ${{nodes.b.output}}',
      n: 1,
      l: ['${{ nodes.long_name.status }}'],
    });
  });

  it('returns the same value when nothing refers to the node', () => {
    const value = { t: ['${{ nodes.b.output }}'] };
    expect(renameNodeInTemplate(value, 'a', 'z')).toBe(value);
  });
});
