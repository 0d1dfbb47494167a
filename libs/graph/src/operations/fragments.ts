import { checkSchema } from '../schema-check.js';
import { EDGE_SCHEMA, NODE_SCHEMA } from '../document-schema.js';
import { GRAPH_LIMITS, type GraphDocument, type GraphEdge, type GraphNode } from '../document.js';
import { graphSize } from '../bodies.js';
import { indexOf } from '../index-graph.js';
import { freeEdgeId, freeNodeKey } from '../keys.js';
import { structureProblems } from '../parse.js';
import { renameInEdge, renameInNode, type ExpressionPathsOf } from './nodes.js';
import { refuse, type OperationResult } from './result.js';

/** Part of a graph as it travels by clipboard: nodes and the edges among them. */
export interface GraphFragment {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

/** The named nodes and the edges that join two of them. */
export function copyFragment(graph: GraphDocument, keys: Iterable<string>): GraphFragment {
  const chosen = new Set(keys);
  return {
    nodes: graph.nodes.filter((node) => chosen.has(node.key)),
    edges: graph.edges.filter((edge) => chosen.has(edge.source) && chosen.has(edge.target)),
  };
}

/**
 * Outcome of {@link pasteFragment}: also the keys that the pasted nodes got, in the fragment's
 * order.
 */
export type PasteResult =
  (OperationResult & { ok: false }) | { ok: true; graph: GraphDocument; keys: string[] };

/**
 * Adds a copy of a fragment, moved by `offset`. Keys and ids that are taken are replaced by free
 * ones, and expressions inside the fragment follow. The fragment may come from anywhere: it is
 * checked first.
 */
export function pasteFragment(
  graph: GraphDocument,
  args: {
    fragment: GraphFragment;
    offset?: { x: number; y: number };
    expressionPathsOf?: ExpressionPathsOf;
  },
): PasteResult {
  const { fragment, offset = { x: 0, y: 0 }, expressionPathsOf = () => [] } = args;
  const bad = fragmentProblem(graph, fragment);
  if (bad) return bad;
  const renames = freeKeys(graph, fragment);
  const nodes = fragment.nodes.map((node) => {
    const { x, y } = node.position;
    const copy = renameInNode(node, renames, expressionPathsOf);
    return { ...copy, position: { x: x + offset.x, y: y + offset.y } };
  });
  const taken = new Set(indexOf(graph).edges.keys());
  const edges = fragment.edges.map((edge) => {
    const copy = renameInEdge(edge, renames);
    const id = taken.has(edge.id) ? freeEdgeId(copy.source, copy.target, taken) : edge.id;
    taken.add(id);
    return { ...copy, id };
  });
  return {
    ok: true,
    graph: { ...graph, nodes: [...graph.nodes, ...nodes], edges: [...graph.edges, ...edges] },
    keys: nodes.map((node) => node.key),
  };
}

function freeKeys(graph: GraphDocument, fragment: GraphFragment): Map<string, string> {
  const own = new Set(fragment.nodes.map((node) => node.key));
  const taken = new Set([...indexOf(graph).nodes.keys(), ...own]);
  const renames = new Map<string, string>();
  for (const { key } of fragment.nodes) {
    if (!indexOf(graph).nodes.has(key)) continue;
    const free = freeNodeKey(key.replace(/_\d+$/, ''), taken);
    taken.add(free);
    renames.set(key, free);
  }
  return renames;
}

function fragmentProblem(graph: GraphDocument, fragment: GraphFragment) {
  const list = { type: 'array', items: NODE_SCHEMA };
  const shape = checkSchema(
    {
      type: 'object',
      properties: { nodes: list, edges: { type: 'array', items: EDGE_SCHEMA } },
      required: ['nodes', 'edges'],
    },
    fragment as never,
  )[0];
  if (shape) return refuse('SCHEMA', `Cannot paste this: ${shape.message}`, { path: shape.path });
  const [problem] = structureProblems({ ...graph, nodes: fragment.nodes, edges: fragment.edges });
  if (problem) return { ok: false, problem } as const;
  const [own, added] = [graphSize(graph), graphSize({ ...graph, ...fragment })];
  if (
    own.nodes + added.nodes > GRAPH_LIMITS.nodesMax ||
    own.edges + added.edges > GRAPH_LIMITS.edgesMax
  ) {
    const message = `A graph has at most ${GRAPH_LIMITS.nodesMax} nodes and ${GRAPH_LIMITS.edgesMax} edges.`;
    return refuse('TOO_LARGE', message, { path: '/nodes' });
  }
  return null;
}
