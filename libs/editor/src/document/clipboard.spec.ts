import { describe, expect, it } from 'vitest';
import { aGraph, aNode, anEdge } from './builders.js';
import { cornerOf, fromClipboardText, toClipboardText } from './clipboard.js';

const graph = aGraph(
  [
    aNode('a', { position: { x: 10, y: 90 } }),
    aNode('b', { position: { x: 40, y: 20 } }),
    aNode('c'),
  ],
  [anEdge('a', 'b'), anEdge('b', 'c')],
);

describe('clipboard', () => {
  it('carries the chosen nodes and the edges among them', () => {
    const fragment = fromClipboardText(toClipboardText(graph, ['a', 'b']));
    expect(fragment?.nodes.map((node) => node.key)).toEqual(['a', 'b']);
    expect(fragment?.edges.map((edge) => edge.id)).toEqual(['a-b']);
    expect(fragment && cornerOf(fragment)).toEqual({ x: 10, y: 20 });
  });
  it('takes a whole graph document, too', () => {
    expect(fromClipboardText(JSON.stringify(graph))?.nodes).toHaveLength(3);
  });
  it.each(['', 'hello', '{', '[]', '{"nodes":[]}', '{"nodes":[],"edges":[]}'])(
    'leaves %j alone',
    (text) => {
      expect(fromClipboardText(text)).toBeNull();
    },
  );
});
