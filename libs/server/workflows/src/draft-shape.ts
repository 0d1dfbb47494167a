import { isJsonObject, type Json, type Problem } from '@heddle/kernel';
import { GRAPH_LIMITS, jsonValueProblem, migrateGraph, type GraphDocument } from '@heddle/graph';

/**
 * Whether a document can be kept as a draft: far less than `parseGraph` asks, since nothing that a person draws may be lost;
 * just enough for the editor to open it again.
 */
export function draftShape(
  value: unknown,
): { ok: true; graph: GraphDocument } | { ok: false; problem: Problem } {
  const unfit = jsonValueProblem(value, GRAPH_LIMITS.sizeBytesMax);
  if (unfit) return refuse(unfit.message, unfit.path);
  const migrated = migrateGraph(value as Json);
  if (!migrated.ok) return migrated;
  const document = migrated.value;
  if (!isJsonObject(document)) return refuse('it is not an object', '');
  const { nodes, edges, settings } = document;
  if (!Array.isArray(nodes) || nodes.length > GRAPH_LIMITS.nodesMax)
    return refuse(`nodes must be a list of at most ${GRAPH_LIMITS.nodesMax}`, '/nodes');
  if (!Array.isArray(edges) || edges.length > GRAPH_LIMITS.edgesMax)
    return refuse(`edges must be a list of at most ${GRAPH_LIMITS.edgesMax}`, '/edges');
  if (!isJsonObject(settings)) return refuse('settings must be an object', '/settings');
  const node = nodes.findIndex((n) => !isNode(n));
  if (node >= 0) return refuse('a node needs key, type, config and position', `/nodes/${node}`);
  const edge = edges.findIndex((e) => !hasTexts(e, ['id', 'source', 'target', 'port']));
  if (edge >= 0) return refuse('an edge needs id, source, target and port', `/edges/${edge}`);
  return { ok: true, graph: document as unknown as GraphDocument };
}

function isNode(node: Json): boolean {
  if (!hasTexts(node, ['key', 'type']) || !isJsonObject(node['config'])) return false;
  const { position } = node;
  return (
    isJsonObject(position) && typeof position['x'] === 'number' && typeof position['y'] === 'number'
  );
}

function hasTexts(value: Json, fields: readonly string[]): value is { [key: string]: Json } {
  return isJsonObject(value) && fields.every((field) => typeof value[field] === 'string');
}

function refuse(message: string, path: string): { ok: false; problem: Problem } {
  return { ok: false, problem: { code: 'NOT_A_GRAPH', message, severity: 'error', path } };
}
