import type { Problem } from '@heddle/kernel';
import { checkSchema } from '../schema-check.js';
import { NODE_SCHEMA } from '../document-schema.js';
import { GRAPH_LIMITS, type GraphDocument, type GraphEdge, type GraphNode } from '../document.js';
import { downstreamOf, indexOf, outgoing } from '../index-graph.js';
import { edgeIdProblem, nodeKeyProblem } from '../keys.js';
import { graphSize } from '../bodies.js';
import { bodyProblems, edgeIdentity } from '../parse.js';

/** Outcome of an edit: a new document that shares what did not change, or why it was refused. */
export type OperationResult = { ok: true; graph: GraphDocument } | { ok: false; problem: Problem };

/** A successful edit. */
export function done(graph: GraphDocument): OperationResult {
  return { ok: true, graph };
}

/** A refused edit. */
export function refuse(
  code: string,
  message: string,
  place: Pick<Problem, 'nodeKey' | 'edgeId' | 'path'> = {},
): { ok: false; problem: Problem } {
  return { ok: false, problem: { code, message, severity: 'error', ...place } };
}

/** Refusal for a key that no node has. */
export function unknownNode(key: string): { ok: false; problem: Problem } {
  return refuse('UNKNOWN_NODE', `There is no node "${key}".`, { nodeKey: key });
}

/** Refusal for an id that no edge has. */
export function unknownEdge(id: string): { ok: false; problem: Problem } {
  return refuse('UNKNOWN_EDGE', `There is no edge "${id}".`, { edgeId: id });
}

/** Why `node` cannot be added to the document beside its edges; null when it can. */
export function newNodeProblem(graph: GraphDocument, node: GraphNode): Problem | null {
  const bad = nodeKeyProblem(node.key);
  if (bad) return refuse('INVALID_KEY', bad, { path: '/key' }).problem;
  if (indexOf(graph).nodes.has(node.key)) {
    const message = `The node key "${node.key}" is used already.`;
    return refuse('DUPLICATE_KEY', message, { nodeKey: node.key, path: '/key' }).problem;
  }
  if (graphSize(graph).nodes >= GRAPH_LIMITS.nodesMax) {
    const message = `A graph has at most ${GRAPH_LIMITS.nodesMax} nodes.`;
    return refuse('TOO_LARGE', message, { path: '/nodes' }).problem;
  }
  return nodeShapeProblem(node);
}

/** Why a node is not well-shaped; null when it is. */
export function nodeShapeProblem(node: GraphNode): Problem | null {
  const [first] = checkSchema(NODE_SCHEMA, node as never);
  if (!first) return bodyProblems(node, 1)[0] ?? null;
  return refuse('SCHEMA', first.message, { nodeKey: node.key, path: first.path }).problem;
}

/**
 * Why `edge` cannot be added to the document; null when it can. Unknown ports are left to the
 * save-time checks.
 */
export function newEdgeProblem(graph: GraphDocument, edge: GraphEdge): Problem | null {
  const { nodes, edges } = indexOf(graph);
  for (const end of [edge.source, edge.target])
    if (!nodes.has(end)) return unknownNode(end).problem;
  const place = { edgeId: edge.id };
  const bad = edgeIdProblem(edge.id);
  if (bad) return refuse('INVALID_KEY', bad, { path: '/id' }).problem;
  if (edges.has(edge.id)) {
    return refuse('DUPLICATE_KEY', `The edge id "${edge.id}" is used already.`, place).problem;
  }
  if (graphSize(graph).edges >= GRAPH_LIMITS.edgesMax) {
    const message = `A graph has at most ${GRAPH_LIMITS.edgesMax} edges.`;
    return refuse('TOO_LARGE', message, { path: '/edges' }).problem;
  }
  if (edge.source === edge.target) {
    return refuse('SELF_LOOP', `An edge cannot join "${edge.source}" with itself.`, place).problem;
  }
  const identity = edgeIdentity(edge);
  const twin = outgoing(graph, edge.source).find((other) => edgeIdentity(other) === identity);
  if (twin) {
    const message = `"${edge.source}" and "${edge.target}" are joined like this already.`;
    return refuse('DUPLICATE_EDGE', message, { edgeId: twin.id }).problem;
  }
  if (downstreamOf(graph, edge.target).has(edge.source)) {
    const message = `This edge would close a circle: "${edge.source}" already waits, directly or not, for "${edge.target}".`;
    return refuse('CYCLE', message, place).problem;
  }
  return null;
}
