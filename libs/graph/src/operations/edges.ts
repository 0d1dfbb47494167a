import type { GraphDocument, GraphEdge, GraphNode } from '../document.js';
import { indexOf } from '../index-graph.js';
import { checkSchema } from '../schema-check.js';
import { EDGE_SCHEMA } from '../document-schema.js';
import { freeEdgeId } from '../keys.js';
import { withChanges } from './nodes.js';
import {
  done,
  newEdgeProblem,
  newNodeProblem,
  refuse,
  unknownEdge,
  type OperationResult,
} from './result.js';

/** An edge to be drawn; `id` and `port` are chosen when absent (`success`). */
export type NewEdge = Pick<GraphEdge, 'source' | 'target'> & Partial<GraphEdge>;

/**
 * Joins two nodes. Refused for unknown ends, a node with itself, an equal edge, and an edge that
 * would close a circle.
 */
export function connect(graph: GraphDocument, { edge }: { edge: NewEdge }): OperationResult {
  const full = completeEdge(graph, edge);
  const problem = newEdgeProblem(graph, full) ?? edgeShapeProblem(full);
  return problem ? { ok: false, problem } : done({ ...graph, edges: [...graph.edges, full] });
}

/**
 * Why {@link connect} would refuse the edge; null when it would not. For marking valid drop
 * targets.
 */
export function canConnect(graph: GraphDocument, edge: NewEdge) {
  return newEdgeProblem(graph, completeEdge(graph, edge));
}

function completeEdge(graph: GraphDocument, edge: NewEdge): GraphEdge {
  const id = edge.id ?? freeEdgeId(edge.source, edge.target, indexOf(graph).edges);
  const { source, target, port = 'success', when } = edge;
  return when === undefined ? { id, source, target, port } : { id, source, target, port, when };
}

function edgeShapeProblem(edge: GraphEdge) {
  const [first] = checkSchema(EDGE_SCHEMA, edge as never);
  return first
    ? refuse('SCHEMA', first.message, { edgeId: edge.id, path: first.path }).problem
    : null;
}

/** Removes edges. */
export function removeEdges(graph: GraphDocument, { ids }: { ids: string[] }): OperationResult {
  const gone = new Set(ids);
  for (const id of gone) if (!indexOf(graph).edges.has(id)) return unknownEdge(id);
  return done({ ...graph, edges: graph.edges.filter((edge) => !gone.has(edge.id)) });
}

/** Fields of an edge that {@link updateEdge} sets; null removes the condition. */
export type EdgeChanges = Partial<Pick<GraphEdge, 'source' | 'target' | 'port'>> & {
  when?: string | null;
};

/** Changes port, condition or ends of one edge, under the same rules as {@link connect}. */
export function updateEdge(
  graph: GraphDocument,
  { id, changes }: { id: string; changes: EdgeChanges },
): OperationResult {
  const edge = indexOf(graph).edges.get(id);
  if (!edge) return unknownEdge(id);
  const next = withChanges(edge, { ...changes, id });
  const rest = { ...graph, edges: graph.edges.filter((other) => other.id !== id) };
  const problem = edgeShapeProblem(next) ?? newEdgeProblem(rest, next);
  if (problem) return { ok: false, problem };
  return done({ ...graph, edges: graph.edges.map((other) => (other.id === id ? next : other)) });
}

/**
 * Puts a new node into the middle of an edge: the edge keeps its id, port and condition and now
 * enters the node, and a new edge leads on from the node's `port` (`success` when absent) to the
 * old target.
 */
export function insertOnEdge(
  graph: GraphDocument,
  { edgeId, node, port = 'success' }: { edgeId: string; node: GraphNode; port?: string },
): OperationResult {
  const edge = indexOf(graph).edges.get(edgeId);
  if (!edge) return unknownEdge(edgeId);
  const problem = newNodeProblem(graph, node);
  if (problem) return { ok: false, problem };
  const withNode = {
    ...graph,
    nodes: [...graph.nodes, node],
    edges: graph.edges.map((other) => (other === edge ? { ...edge, target: node.key } : other)),
  };
  return connect(withNode, { edge: { source: node.key, target: edge.target, port } });
}
