import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  downstreamOf,
  emptyGraph,
  findCycle,
  incoming,
  outgoing,
  topologicalOrder,
  upstreamOf,
  type GraphDocument,
} from './index.js';

function graphOf(count: number, pairs: [number, number][]): GraphDocument {
  const nodes = Array.from({ length: count }, (_, i) => ({
    key: `n${i}`,
    type: 'job',
    config: {},
    position: { x: 0, y: 0 },
  }));
  const edges = pairs.map(([a, b], i) => ({
    id: `e${i}`,
    source: `n${a}`,
    target: `n${b}`,
    port: 'success',
  }));
  return { ...emptyGraph(), nodes, edges };
}

const anyGraph = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 14 }).map((pairs) =>
  graphOf(
    8,
    pairs.filter(([a, b]) => a !== b),
  ),
);

describe('topologicalOrder and findCycle', () => {
  it('one of both, and both are right', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const order = topologicalOrder(graph);
        const cycle = findCycle(graph);
        expect(order === null).toBe(cycle !== null);
        if (order) {
          for (const { source, target } of graph.edges)
            expect(order.indexOf(source)).toBeLessThan(order.indexOf(target));
        }
        cycle?.forEach((key, i) => {
          const next = cycle[(i + 1) % cycle.length];
          expect(graph.edges.some((edge) => edge.source === key && edge.target === next)).toBe(
            true,
          );
        });
      }),
    );
  });
});

describe('upstreamOf and downstreamOf', () => {
  it('mirror each other', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        for (const { key } of graph.nodes) {
          for (const other of downstreamOf(graph, key))
            expect(upstreamOf(graph, other).has(key)).toBe(true);
        }
      }),
    );
  });

  it('follow paths', () => {
    const graph = graphOf(5, [
      [0, 1],
      [1, 2],
      [3, 2],
      [2, 4],
    ]);
    expect([...upstreamOf(graph, 'n2')].sort()).toEqual(['n0', 'n1', 'n3']);
    expect([...downstreamOf(graph, 'n1')].sort()).toEqual(['n2', 'n4']);
    expect(incoming(graph, 'n2').map(({ source }) => source)).toEqual(['n1', 'n3']);
    expect(outgoing(graph, 'n4')).toEqual([]);
  });
});
