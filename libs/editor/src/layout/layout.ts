import dagre from '@dagrejs/dagre';

/** A graph to be laid out: sizes and joins only, so that it can go to a worker. */
export interface LayoutInput {
  nodes: { key: string; width: number; height: number }[];
  edges: { source: string; target: string }[];
}

/** Top left corners by node key. */
export type LayoutPositions = Record<string, { x: number; y: number }>;

/** Above this many nodes a faster ranking is used; the default one takes minutes there. */
const FAST_RANKING_NODES_MIN = 300;
/** Positions are multiples of this. */
const GRID = 8;

/** Places nodes in columns from left to right so that edges cross little. Pure; the same input gives the same places. */
export function layoutGraph({ nodes, edges }: LayoutInput): LayoutPositions {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({
    rankdir: 'LR',
    nodesep: 36,
    ranksep: 84,
    ranker: nodes.length >= FAST_RANKING_NODES_MIN ? 'tight-tree' : 'network-simplex',
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { key, width, height } of nodes) graph.setNode(key, { width, height });
  for (const { source, target } of edges) graph.setEdge(source, target);
  dagre.layout(graph);
  const snap = (value: number): number => Math.round(value / GRID) * GRID;
  return Object.fromEntries(
    nodes.map(({ key, width, height }) => {
      const { x = 0, y = 0 } = graph.node(key) as { x?: number; y?: number };
      return [key, { x: snap(x - width / 2), y: snap(y - height / 2) }];
    }),
  );
}
