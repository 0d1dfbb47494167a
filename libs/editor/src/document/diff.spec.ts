import { GRAPH_OPERATIONS, type GraphDocument } from '@heddle/graph';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aGraph, aNode, anEdge } from './builders.js';
import { applyDiff, diffGraphs, invertDiff, isEmptyDiff } from './diff.js';

const {
  addNode,
  connect,
  moveNodes,
  removeEdges,
  removeNodes,
  renameNodeKey,
  updateNode,
  updateSettings,
} = GRAPH_OPERATIONS;

/** Does one edit chosen by three numbers; a refused one leaves the graph as it is. */
function edited(graph: GraphDocument, [kind, a, b]: readonly number[]): GraphDocument {
  const key = (n = 0): string => graph.nodes[n % Math.max(1, graph.nodes.length)]?.key ?? 'none';
  const edits = [
    () => addNode(graph, { node: aNode(`n${a}`) }),
    () => removeNodes(graph, { keys: [key(a)] }),
    () => connect(graph, { edge: { source: key(a), target: key(b) } }),
    () => removeEdges(graph, { ids: graph.edges.slice(0, 1).map((edge) => edge.id) }),
    () => moveNodes(graph, { positions: { [key(a)]: { x: a ?? 0, y: b ?? 0 } } }),
    () => updateNode(graph, { key: key(a), changes: { notes: `note ${b}` } }),
    () => renameNodeKey(graph, { key: key(a), newKey: `r${b}` }),
    () => updateSettings(graph, { changes: { onFailure: (b ?? 0) % 2 ? 'stop' : 'finish' } }),
  ];
  const result = edits[(kind ?? 0) % edits.length]?.();
  return result?.ok ? result.graph : graph;
}

describe('graph diffs', () => {
  it('say nothing of equal documents', () => {
    const graph = aGraph([aNode('a')]);
    expect(isEmptyDiff(diffGraphs(graph, graph))).toBe(true);
  });

  it('lead there and back exactly, after any edits', () => {
    const step = fc.tuple(fc.nat(7), fc.nat(9), fc.nat(9));
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 12 }),
        fc.array(step, { maxLength: 12 }),
        (first, second) => {
          const before = first.reduce(edited, aGraph());
          const after = second.reduce(edited, before);
          const diff = diffGraphs(before, after);
          expect(applyDiff(before, diff)).toEqual(after);
          expect(applyDiff(after, invertDiff(diff))).toEqual(before);
        },
      ),
      // A key that a rename sets free and another node takes, at another place.
      {
        examples: [
          [
            [
              [0, 7, 0],
              [0, 0, 0],
            ],
            [
              [6, 0, 0],
              [0, 7, 0],
            ],
          ],
        ],
      },
    );
  });

  it('leave alone what somebody else did in between', () => {
    const before = aGraph([aNode('a'), aNode('b')], [anEdge('a', 'b')]);
    const diff = diffGraphs(before, edited(before, [5, 0, 1]));
    const theirs = edited(before, [4, 1, 7]);
    const undone = applyDiff(applyDiff(theirs, diff), invertDiff(diff));
    expect(undone).toEqual(theirs);
  });
});
