import type { GraphDocument, GraphEdge, GraphNode } from './document.js';

/** Look-ups over one document. Made once per document: documents are never changed in place. */
export interface GraphIndex {
  nodes: ReadonlyMap<string, GraphNode>;
  edges: ReadonlyMap<string, GraphEdge>;
  incoming: ReadonlyMap<string, readonly GraphEdge[]>;
  outgoing: ReadonlyMap<string, readonly GraphEdge[]>;
}

const indices = new WeakMap<GraphDocument, GraphIndex>();
const NONE: readonly GraphEdge[] = [];

/**
 * The look-ups of a document, kept as long as the document. Edges with unknown ends appear at the
 * end they have.
 */
export function indexOf(graph: GraphDocument): GraphIndex {
  const known = indices.get(graph);
  if (known) return known;
  const index = {
    nodes: new Map(graph.nodes.map((node) => [node.key, node])),
    edges: new Map(graph.edges.map((edge) => [edge.id, edge])),
    incoming: groupBy(graph.edges, (edge) => edge.target),
    outgoing: groupBy(graph.edges, (edge) => edge.source),
  };
  indices.set(graph, index);
  return index;
}

function groupBy(
  edges: readonly GraphEdge[],
  keyOf: (edge: GraphEdge) => string,
): Map<string, GraphEdge[]> {
  const groups = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    const group = groups.get(keyOf(edge));
    if (group) group.push(edge);
    else groups.set(keyOf(edge), [edge]);
  }
  return groups;
}

/** Edges that enter a node, in document order. */
export function incoming(graph: GraphDocument, key: string): readonly GraphEdge[] {
  return indexOf(graph).incoming.get(key) ?? NONE;
}

/** Edges that leave a node, in document order. */
export function outgoing(graph: GraphDocument, key: string): readonly GraphEdge[] {
  return indexOf(graph).outgoing.get(key) ?? NONE;
}

/**
 * Node keys with every edge pointing forwards, document order among equals; null when there is a
 * cycle. See {@link findCycle} for its nodes.
 */
export function topologicalOrder(graph: GraphDocument): string[] | null {
  const { nodes, incoming: into, outgoing: out } = indexOf(graph);
  const missing = new Map<string, number>();
  const order: string[] = [];
  for (const node of graph.nodes) {
    const count = (into.get(node.key) ?? NONE).filter((edge) => nodes.has(edge.source)).length;
    missing.set(node.key, count);
    if (count === 0) order.push(node.key);
  }
  for (let i = 0; i < order.length; i++) {
    for (const edge of out.get(order[i] as string) ?? NONE) {
      const left = missing.get(edge.target);
      if (left === undefined) continue;
      missing.set(edge.target, left - 1);
      if (left === 1) order.push(edge.target);
    }
  }
  return order.length === nodes.size ? order : null;
}

/** Keys of the nodes of one cycle, in the order of its edges; null when there is none. */
export function findCycle(graph: GraphDocument): string[] | null {
  const { nodes, outgoing: out } = indexOf(graph);
  const done = new Set<string>();
  for (const start of nodes.keys()) {
    if (done.has(start)) continue;
    const cycle = cycleFrom(start, out, done);
    if (cycle) return cycle;
  }
  return null;
}

/** Depth-first search with its own stack: graphs are deeper than the call stack allows. */
function cycleFrom(
  start: string,
  out: ReadonlyMap<string, readonly GraphEdge[]>,
  done: Set<string>,
): string[] | null {
  const path: { key: string; next: number }[] = [{ key: start, next: 0 }];
  const onPath = new Set([start]);
  while (path.length > 0) {
    const top = path[path.length - 1] as { key: string; next: number };
    const edge = (out.get(top.key) ?? NONE)[top.next++];
    if (!edge) {
      done.add(top.key);
      onPath.delete(top.key);
      path.pop();
    } else if (onPath.has(edge.target)) {
      const keys = path.map((entry) => entry.key);
      return keys.slice(keys.indexOf(edge.target));
    } else if (!done.has(edge.target)) {
      onPath.add(edge.target);
      path.push({ key: edge.target, next: 0 });
    }
  }
  return null;
}

/** Keys of all nodes from which a path leads to `key`, itself left out. */
export function upstreamOf(graph: GraphDocument, key: string): Set<string> {
  const { incoming: into } = indexOf(graph);
  return reachable(key, (at) => (into.get(at) ?? NONE).map((edge) => edge.source));
}

/** Keys of all nodes to which a path leads from `key`, itself left out. */
export function downstreamOf(graph: GraphDocument, key: string): Set<string> {
  const { outgoing: out } = indexOf(graph);
  return reachable(key, (at) => (out.get(at) ?? NONE).map((edge) => edge.target));
}

function reachable(start: string, next: (key: string) => string[]): Set<string> {
  const found = new Set<string>();
  const open = [start];
  while (open.length > 0) {
    for (const key of next(open.pop() as string)) {
      if (found.has(key)) continue;
      found.add(key);
      open.push(key);
    }
  }
  found.delete(start);
  return found;
}
