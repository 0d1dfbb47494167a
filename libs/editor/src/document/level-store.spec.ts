import { addNode, emptyGraph, type GraphNode, removeNodes } from '@heddle/graph';
import { describe, expect, it, vi } from 'vitest';
import { aGraph, aNode } from './builders.js';
import { createDocumentStore } from './document-store.js';
import { existingLevel, levelStore } from './level-store.js';

function holding(key: string, ...nodes: GraphNode[]): GraphNode {
  const body = { ...emptyGraph(), nodes };
  return aNode(key, { type: 'forEach', config: { items: '[]', body: body as never } });
}

const nested = () => aGraph([aNode('first'), holding('outer', holding('inner', aNode('deep')))]);
const keysAt = (store: ReturnType<typeof levelStore>): string[] =>
  store.state.getState().graph.nodes.map((node) => node.key);

describe('levelStore', () => {
  it('shows and edits a graph that lies in nodes, in the history of the whole document', () => {
    const root = createDocumentStore(nested());
    const level = levelStore(root, ['outer', 'inner']);
    expect(keysAt(level)).toEqual(['deep']);
    level.edit((graph) => addNode(graph, { node: aNode('more') }), { label: 'Add node' });
    expect(keysAt(level)).toEqual(['deep', 'more']);
    expect(root.state.getState().graph.nodes[0]).toBe(root.state.getState().graph.nodes[0]);
    expect(root.undo()).toEqual({ label: 'Add node', place: ['outer', 'inner'] });
    expect(keysAt(level)).toEqual(['deep']);
    expect(level.redo()).toEqual({ label: 'Add node', place: ['outer', 'inner'] });
    expect(keysAt(level)).toEqual(['deep', 'more']);
  });
  it('leaves the other nodes of the document the very same', () => {
    const root = createDocumentStore(nested());
    const [first] = root.state.getState().graph.nodes;
    levelStore(root, ['outer']).edit((graph) => addNode(graph, { node: aNode('x') }), {
      label: 'x',
    });
    expect(root.state.getState().graph.nodes[0]).toBe(first);
  });
  it('hands back why an operation was refused, and changes nothing', () => {
    const root = createDocumentStore(nested());
    const before = root.state.getState().graph;
    const result = levelStore(root, ['outer']).edit(
      (graph) => addNode(graph, { node: aNode('inner') }),
      { label: 'x' },
    );
    expect(result.ok).toBe(false);
    expect(root.state.getState().graph).toBe(before);
  });
  it('tells of changes, also of those made above it', () => {
    const root = createDocumentStore(nested());
    const level = levelStore(root, ['outer']);
    const listener = vi.fn();
    level.state.subscribe(listener);
    root.edit((graph) => removeNodes(graph, { keys: ['outer'] }), { label: 'x' });
    expect(listener).toHaveBeenCalledOnce();
    expect(keysAt(level)).toEqual([]);
  });
});

describe('existingLevel', () => {
  it('is the deepest graph that is still there', () => {
    const graph = nested();
    expect(existingLevel(graph, ['outer', 'inner'])).toEqual(['outer', 'inner']);
    expect(existingLevel(graph, ['outer', 'gone', 'x'])).toEqual(['outer']);
    expect(existingLevel(graph, ['first'])).toEqual([]);
  });
});
