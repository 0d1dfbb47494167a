import dagre from '@dagrejs/dagre';
import { layeredPositions, wrapColumns, type LayoutPositions } from '@heddle/graph';

/** A graph to be laid out: sizes and joins only, so that it can go to a worker. */
export interface LayoutInput {
  nodes: { key: string; width: number; height: number }[];
  edges: { source: string; target: string }[];
}

/** Above this many nodes the quick layering is used: the careful one takes minutes there. */
const QUICK_NODES_MIN = 250;
/** Positions are multiples of this. */
const GRID = 8;

const snap = (value: number): number => Math.round(value / GRID) * GRID;

/** Places nodes in columns from left to right so that edges cross little. Pure; the same input gives the same places. */
export function layoutGraph(input: LayoutInput): LayoutPositions {
  return input.nodes.length >= QUICK_NODES_MIN ? quickLayout(input) : carefulLayout(input);
}

/** One column per longest distance from a start, tall columns broken into blocks. */
function quickLayout(input: LayoutInput): LayoutPositions {
  const parents = new Map<string, string[]>(input.nodes.map(({ key }) => [key, []]));
  for (const { source, target } of input.edges) parents.get(target)?.push(source);
  const layered = layeredPositions([...parents].map(([id, list]) => ({ id, parents: list })));
  // A cycle cannot be drawn, but a draft may not be given up for it.
  if (!layered) return carefulLayout(input);
  const wrapped = wrapColumns(input.nodes, Object.fromEntries(layered));
  return Object.fromEntries(
    Object.entries(wrapped).map(([key, { x, y }]) => [key, { x: snap(x), y: snap(y) }]),
  );
}

function carefulLayout({ nodes, edges }: LayoutInput): LayoutPositions {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 36, ranksep: 84, ranker: 'network-simplex' });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { key, width, height } of nodes) graph.setNode(key, { width, height });
  for (const { source, target } of edges) graph.setEdge(source, target);
  dagre.layout(graph);
  return Object.fromEntries(
    nodes.map(({ key, width, height }) => {
      const { x = 0, y = 0 } = graph.node(key) as { x?: number; y?: number };
      return [key, { x: snap(x - width / 2), y: snap(y - height / 2) }];
    }),
  );
}
