import { checkGraph } from '@heddle/engine';
import { emptyGraph } from '@heddle/graph';
import { NODE_TYPES } from '@heddle/nodes';
import { describe, expect, it } from 'vitest';
import { aGraph, aNode } from './builders.js';
import { problemsAtLevel } from './levels.js';

const wrong = aNode('wrong', {
  type: 'transform',
  config: { output: '${{ nodes.nowhere.output }}' },
});
const body = { ...emptyGraph(), nodes: [wrong] };
const graph = aGraph([
  aNode('each', { type: 'forEach', config: { items: '[]', body: body as never } }),
  aNode('other', { type: 'transform', config: { output: '${{ nodes.missing.output }}' } }),
]);

describe('problemsAtLevel', () => {
  const problems = checkGraph(graph, NODE_TYPES);
  const keysAt = (path: readonly string[]) =>
    problemsAtLevel(graph, problems, path).map((problem) => problem.nodeKey);

  it('marks the node that a problem lies in, and the very node one level down', () => {
    expect(new Set(keysAt([]))).toEqual(new Set(['each', 'other']));
    expect(keysAt(['each'])).toEqual(['wrong']);
  });
  it('leaves out what lies elsewhere', () => expect(keysAt(['other'])).toEqual([]));
});
