import {
  incoming,
  indexOf,
  topologicalOrder,
  type GraphDocument,
  type GraphEdge,
} from '@heddle/graph';
import type { Problem } from '@heddle/kernel';
import { DEFAULT_JOIN } from './join.js';
import type { NodeRegistry } from './node-type.js';

/**
 * Warnings for nodes that can never start, however the nodes before them end: an `all` join over
 * both `success` and `failure` of one node, two cases of which only one is taken, or edges from
 * nodes that never start themselves. Conditions are taken to be satisfiable.
 */
export function joinWarnings(graph: GraphDocument, registry: NodeRegistry): Problem[] {
  const problems: Problem[] = [];
  const dead = new Set<string>();
  for (const key of topologicalOrder(graph) ?? []) {
    const edges = incoming(graph, key);
    if (edges.length === 0) continue;
    const join = indexOf(graph).nodes.get(key)?.join ?? DEFAULT_JOIN;
    const needed = join.kind === 'all' ? edges.length : join.kind === 'n-of-m' ? join.n : 1;
    const possible = mostLive(graph, registry, edges, dead);
    if (possible >= needed) continue;
    dead.add(key);
    const message = `This node can never start: its join needs ${needed} live edges, but at most ${possible} of its ${edges.length} can be live together.`;
    problems.push({
      code: 'JOIN_NEVER_FIRES',
      message,
      severity: 'warning',
      nodeKey: key,
      path: '/join',
    });
  }
  return problems;
}

function mostLive(
  graph: GraphDocument,
  registry: NodeRegistry,
  edges: readonly GraphEdge[],
  dead: ReadonlySet<string>,
): number {
  const bySource = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    if (dead.has(edge.source)) continue;
    bySource.set(edge.source, [...(bySource.get(edge.source) ?? []), edge]);
  }
  let total = 0;
  for (const [source, own] of bySource) total += mostLiveOf(graph, registry, source, own);
  return total;
}

/** Most edges of one source that are live after the same outcome of it. */
function mostLiveOf(
  graph: GraphDocument,
  registry: NodeRegistry,
  source: string,
  edges: readonly GraphEdge[],
): number {
  const count = (...ports: string[]) => edges.filter((edge) => ports.includes(edge.port)).length;
  const named = new Map<string, number>();
  for (const { port } of edges) {
    if (!['success', 'failure', 'always'].includes(port))
      named.set(port, (named.get(port) ?? 0) + 1);
  }
  const node = indexOf(graph).nodes.get(source);
  const type = node && Object.hasOwn(registry, node.type) ? registry[node.type] : undefined;
  const isExclusive = node && type?.hasExclusivePorts?.(node.config);
  const counts = [...named.values()];
  const cases = isExclusive ? Math.max(0, ...counts) : counts.reduce((sum, n) => sum + n, 0);
  return Math.max(count('success', 'always') + cases, count('failure', 'always'));
}
