import {
  incoming,
  indexOf,
  outgoing,
  UNDO_PORT,
  type GraphDocument,
  type GraphEdge,
} from '@heddle/graph';
import type { Problem } from '@heddle/kernel';
import type { NodeRegistry } from './node-type.js';

/**
 * An undo node does nothing but undo: one edge enters it, of port `undo` and without a condition, none leaves it,
 * it does work of its own, and a node has at most one.
 */
export function undoProblems(graph: GraphDocument, registry: NodeRegistry): Problem[] {
  const edges = graph.edges.filter((edge) => edge.port === UNDO_PORT);
  const sources = new Set<string>();
  return edges.flatMap((edge) => {
    const found = problemOf(graph, registry, edge, sources.has(edge.source));
    sources.add(edge.source);
    return found ? [{ ...found, severity: 'error' as const, edgeId: edge.id }] : [];
  });
}

type Found = Pick<Problem, 'code' | 'message' | 'path'>;

function problemOf(
  graph: GraphDocument,
  registry: NodeRegistry,
  edge: GraphEdge,
  isSecond: boolean,
): Found | null {
  const { source, target } = edge;
  if (isSecond) {
    const message = `"${source}" has an undo node already: one node undoes all that it did.`;
    return { code: 'UNDO_TWICE', message, path: '/source' };
  }
  if (edge.when !== undefined) {
    const message = 'An undo edge has no condition: what was done is undone.';
    return { code: 'UNDO_CONDITION', message, path: '/when' };
  }
  if (incoming(graph, target).length > 1) {
    const message = `"${target}" undoes "${source}", so no other edge may enter it.`;
    return { code: 'UNDO_SHARED', message, path: '/target' };
  }
  if (outgoing(graph, target).length > 0) {
    const message = `"${target}" undoes "${source}", so no edge may leave it.`;
    return { code: 'UNDO_GOES_ON', message, path: '/target' };
  }
  const name = indexOf(graph).nodes.get(target)?.type ?? '';
  const type = Object.hasOwn(registry, name) ? registry[name] : undefined;
  if (!type || (type.canUndo ?? type.hasEditableInput)) return null;
  const fit = Object.values(registry).filter((t) => t.canUndo ?? t.hasEditableInput);
  const message = `A ${name} node cannot undo anything; these can: ${fit.map((t) => t.type).join(', ')}.`;
  return { code: 'UNDO_TYPE', message, path: '/target' };
}
