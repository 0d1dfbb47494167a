import {
  emptyGraph,
  type GraphDocument,
  type GraphEdge,
  type GraphNode,
  type GraphSettings,
} from '@heddle/graph';
import type { JsonObject } from '@heddle/kernel';

/** A node for tests: a job unless `type` says otherwise. */
export function aNode(key: string, more: Partial<GraphNode> = {}): GraphNode {
  const config: JsonObject = { group: 'g', executor: 'x', mode: 'single', input: { from: key } };
  return { key, type: 'job', config, position: { x: 0, y: 0 }, ...more };
}

/** An edge for tests, written `a -> b` or `a:port -> b`. */
export function anEdge(text: string, when?: string): GraphEdge {
  const [left = '', target = ''] = text.split('->').map((part) => part.trim());
  const [source = '', port = 'success'] = left.split(':');
  return { id: `${source}-${target}-${port}`, source, target, port, ...(when ? { when } : {}) };
}

/** A graph for tests. Nodes may be given by key alone, edges as text. */
export function aGraph(
  nodes: readonly (string | GraphNode)[],
  edges: readonly (string | GraphEdge)[] = [],
  settings: Partial<GraphSettings> = {},
): GraphDocument {
  return {
    ...emptyGraph(),
    nodes: nodes.map((node) => (typeof node === 'string' ? aNode(node) : node)),
    edges: edges.map((edge) => (typeof edge === 'string' ? anEdge(edge) : edge)),
    settings: { onFailure: 'stop', ...settings },
  };
}
