import { isJsonObject, type Problem } from '@heddle/kernel';
import type { GraphDocument, GraphNode } from './document.js';
import { indexOf } from './index-graph.js';

/** Node types that hold a graph of their own, a whole document, in `config.body`. */
export const BODY_TYPES: ReadonlySet<string> = new Set(['forEach', 'loop']);

/**
 * The graph drawn inside a node; null when its type has none, or none has been drawn. Only sound
 * when the document around it has passed `parseGraph`.
 */
export function bodyOf(node: GraphNode): GraphDocument | null {
  const body = BODY_TYPES.has(node.type) ? node.config['body'] : undefined;
  return isJsonObject(body) ? (body as unknown as GraphDocument) : null;
}

/**
 * The graph inside nodes: `['batch', 'each']` is the body of `each` in the body of `batch`, `[]` the
 * document itself. Null when there is none.
 */
export function graphAt(document: GraphDocument, path: readonly string[]): GraphDocument | null {
  let graph: GraphDocument | null = document;
  for (const key of path) {
    const node: GraphNode | undefined = graph && indexOf(graph).nodes.get(key);
    graph = node ? bodyOf(node) : null;
    if (!graph) return null;
  }
  return graph;
}

/** The document with the graph at a path replaced; null when there is none at that path. */
export function withGraphAt(
  document: GraphDocument,
  path: readonly string[],
  graph: GraphDocument,
): GraphDocument | null {
  const [key, ...rest] = path;
  if (key === undefined) return graph;
  const node = indexOf(document).nodes.get(key);
  const inner = node && bodyOf(node);
  const body = inner && withGraphAt(inner, rest, graph);
  if (!node || !body) return null;
  const next = { ...node, config: { ...node.config, body: body as never } };
  return { ...document, nodes: document.nodes.map((other) => (other === node ? next : other)) };
}

/** Nodes and edges of a graph and of all graphs inside it. */
export function graphSize(graph: GraphDocument): { nodes: number; edges: number } {
  const size = { nodes: graph.nodes.length, edges: graph.edges.length };
  for (const node of graph.nodes) {
    const body = bodyOf(node);
    if (!body || !Array.isArray(body.nodes) || !Array.isArray(body.edges)) continue;
    const inner = graphSize(body);
    size.nodes += inner.nodes;
    size.edges += inner.edges;
  }
  return size;
}

/**
 * Problems of a body as problems of the graph around it: `nodeKey` is the node that holds the body,
 * and the path goes on below `/config/body`, with places in lists for keys:
 * `/config/body/nodes/2/config/input`, `/config/body/edges/0/when`, `/config/body/settings/output`.
 */
export function problemsInBody(
  nodeKey: string,
  body: GraphDocument,
  problems: readonly Problem[],
): Problem[] {
  if (problems.length === 0) return [];
  const places = {
    nodes: placesOf(body.nodes, 'key'),
    edges: placesOf(body.edges, 'id'),
  };
  return problems.map(({ nodeKey: inner, edgeId, path = '', ...rest }) => {
    const list = inner === undefined ? 'edges' : 'nodes';
    const place = places[list].get(inner ?? edgeId);
    const at = place === undefined ? '' : `/${list}/${place}`;
    return { ...rest, nodeKey, path: `/config/body${at}${path}` };
  });
}

function placesOf(list: unknown, name: string): Map<unknown, number> {
  const places = new Map<unknown, number>();
  if (!Array.isArray(list)) return places;
  list.forEach((item: unknown, i) => {
    const id = isJsonObject(item) ? item[name] : undefined;
    if (!places.has(id)) places.set(id, i);
  });
  return places;
}

const IN_BODY = /^\/config\/body(?:\/(nodes|edges)\/(\d+))?(\/.*|)$/;

/**
 * Where a problem is, as its own graph sees it: `path` leads to that graph (see {@link graphAt}), and
 * the problem names the node or edge in it. The way back from {@link problemsInBody}.
 */
export function placeOfProblem(
  document: GraphDocument,
  problem: Problem,
): { path: string[]; problem: Problem } {
  const path: string[] = [];
  let graph = document;
  let found = problem;
  for (;;) {
    const node = found.nodeKey === undefined ? undefined : indexOf(graph).nodes.get(found.nodeKey);
    const body = node ? bodyOf(node) : null;
    const match = IN_BODY.exec(found.path ?? '');
    if (!node || !body || !match) return { path, problem: found };
    const { nodeKey: _outer, ...rest } = found;
    const [, list, place, inside = ''] = match;
    found = { ...rest, path: inside };
    if (list === 'nodes') found.nodeKey = body.nodes[Number(place)]?.key ?? '';
    if (list === 'edges') found.edgeId = body.edges[Number(place)]?.id ?? '';
    path.push(node.key);
    graph = body;
  }
}
