import { renameNodeInExpression, renameNodeInTemplate } from '@heddle/expression';
import { isJsonObject, type Json, type JsonObject } from '@heddle/kernel';
import type { GraphDocument, GraphEdge, GraphNode } from '../document.js';
import { BODY_TYPES } from '../bodies.js';
import { indexOf } from '../index-graph.js';
import { nodeKeyProblem } from '../keys.js';
import {
  done, newNodeProblem, nodeShapeProblem, refuse, unknownNode, type OperationResult,
} from './result.js'; // prettier-ignore

/** Adds one node. */
export function addNode(graph: GraphDocument, { node }: { node: GraphNode }): OperationResult {
  const problem = newNodeProblem(graph, node);
  return problem ? { ok: false, problem } : done({ ...graph, nodes: [...graph.nodes, node] });
}

/** Removes nodes and every edge that touches them. */
export function removeNodes(graph: GraphDocument, { keys }: { keys: string[] }): OperationResult {
  const gone = new Set(keys);
  for (const key of gone) if (!indexOf(graph).nodes.has(key)) return unknownNode(key);
  return done({
    ...graph,
    nodes: graph.nodes.filter((node) => !gone.has(node.key)),
    edges: graph.edges.filter((edge) => !gone.has(edge.source) && !gone.has(edge.target)),
  });
}

/** Fields of a node that {@link updateNode} sets; null removes an optional one. */
export type NodeChanges = {
  [Field in Exclude<keyof GraphNode, 'key'>]?: GraphNode[Field] | null;
};

/** Changes fields of one node; its key has its own operation. */
export function updateNode(
  graph: GraphDocument,
  { key, changes }: { key: string; changes: NodeChanges },
): OperationResult {
  const node = indexOf(graph).nodes.get(key);
  if (!node) return unknownNode(key);
  const next = withChanges(node, { ...changes, key });
  const problem = nodeShapeProblem(next);
  return problem ? { ok: false, problem } : done(replaceNode(graph, key, next));
}

/** A copy with the fields set; null and undefined remove them. */
export function withChanges<T extends object>(value: T, changes: object): T {
  const next = { ...value } as Record<string, unknown>;
  for (const [field, change] of Object.entries(changes)) {
    if (change === null || change === undefined) delete next[field];
    else next[field] = change;
  }
  return next as T;
}

function replaceNode(graph: GraphDocument, key: string, next: GraphNode): GraphDocument {
  return { ...graph, nodes: graph.nodes.map((node) => (node.key === key ? next : node)) };
}

/**
 * Moves nodes to new places; keys that are not in the graph are ignored, as their nodes may just
 * have been removed by someone else.
 */
export function moveNodes(
  graph: GraphDocument,
  { positions }: { positions: Readonly<Record<string, { x: number; y: number }>> },
): OperationResult {
  for (const { x, y } of Object.values(positions)) {
    if (Number.isFinite(x) && Number.isFinite(y)) continue;
    return refuse('SCHEMA', 'A position needs two finite numbers.', { path: '/position' });
  }
  const nodes = graph.nodes.map((node) => {
    const place = Object.hasOwn(positions, node.key) ? positions[node.key] : undefined;
    return place ? { ...node, position: { x: place.x, y: place.y } } : node;
  });
  return done({ ...graph, nodes });
}

/**
 * Which strings of a node type's config are bare expressions, as `NodeType.expressionPaths` lists
 * them.
 */
export type ExpressionPathsOf = (type: string) => readonly string[];

/**
 * Gives a node another key, in its edges and in every expression that reads `nodes.<key>`.
 * Expressions that do not compile stay as they are. Without `expressionPathsOf`, bare expressions
 * inside configs are not rewritten (templates, edge conditions and the run's output are).
 */
export function renameNodeKey(
  graph: GraphDocument,
  args: { key: string; newKey: string; expressionPathsOf?: ExpressionPathsOf },
): OperationResult {
  const { key, newKey, expressionPathsOf = () => [] } = args;
  const { nodes } = indexOf(graph);
  if (!nodes.has(key)) return unknownNode(key);
  if (key === newKey) return done(graph);
  const bad = nodeKeyProblem(newKey);
  if (bad) return refuse('INVALID_KEY', bad, { nodeKey: key, path: '/key' });
  if (nodes.has(newKey)) {
    const message = `The node key "${newKey}" is used already.`;
    return refuse('DUPLICATE_KEY', message, { nodeKey: key, path: '/key' });
  }
  const renames = new Map([[key, newKey]]);
  const output = graph.settings.output;
  return done({
    ...graph,
    nodes: graph.nodes.map((node) => renameInNode(node, renames, expressionPathsOf)),
    edges: graph.edges.map((edge) => renameInEdge(edge, renames)),
    settings:
      output === undefined
        ? graph.settings
        : { ...graph.settings, output: renameNodeInTemplate(output, key, newKey) },
  });
}

/**
 * A node under its new key, with its expressions following all renames; the same object when
 * nothing changes.
 */
export function renameInNode(
  node: GraphNode,
  renames: ReadonlyMap<string, string>,
  expressionPathsOf: ExpressionPathsOf,
): GraphNode {
  const body = BODY_TYPES.has(node.type) ? node.config['body'] : undefined;
  // Keys inside a body are names of another graph.
  const before: JsonObject = body === undefined ? node.config : { ...node.config, body: null };
  let config: Json = before;
  for (const [from, to] of renames) {
    config = renameNodeInTemplate(config, from, to);
    for (const path of expressionPathsOf(node.type)) {
      const rewrite = (source: string) => renameNodeInExpression(source, from, to);
      config = rewriteAt(config, path.split('/').slice(1), rewrite);
    }
  }
  const key = renames.get(node.key) ?? node.key;
  if (config === before) return key === node.key ? node : { ...node, key };
  const renamed = config as JsonObject;
  return { ...node, key, config: body === undefined ? renamed : { ...renamed, body } };
}

/** Rewrites the strings at a path; `{index}` stands for every index. */
function rewriteAt(value: Json, steps: string[], rewrite: (source: string) => string): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return typeof value === 'string' ? rewrite(value) : value;
  if (Array.isArray(value) && step === '{index}') {
    const items = value.map((item) => rewriteAt(item, rest, rewrite));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  if (!isJsonObject(value) || !Object.hasOwn(value, step)) return value;
  const before = value[step] as Json;
  const after = rewriteAt(before, rest, rewrite);
  return after === before ? value : { ...value, [step]: after };
}

/**
 * An edge with its ends and its condition following all renames; the same object when nothing
 * changes.
 */
export function renameInEdge(edge: GraphEdge, renames: ReadonlyMap<string, string>): GraphEdge {
  const source = renames.get(edge.source) ?? edge.source;
  const target = renames.get(edge.target) ?? edge.target;
  let when = edge.when;
  for (const [from, to] of renames) {
    if (when !== undefined) when = renameNodeInExpression(when, from, to);
  }
  if (source === edge.source && target === edge.target && when === edge.when) return edge;
  return { ...edge, source, target, ...(when === undefined ? {} : { when }) };
}
