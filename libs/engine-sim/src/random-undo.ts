import type { GraphDocument, GraphNode } from '@heddle/graph';
import { chance, pick, type Chooser } from './chooser.js';

/** Types of nodes that end the run: they have no ports. */
const ENDS: ReadonlySet<string> = new Set(['succeed', 'fail']);

/** Gives some nodes of a graph a node that undoes them; keys go on counting. */
export function withUndoNodes(choose: Chooser, graph: GraphDocument): GraphDocument {
  if (chance(choose, 40)) return graph;
  const nodes = [...graph.nodes];
  const edges = [...graph.edges];
  for (const { key: source, type } of graph.nodes) {
    if (ENDS.has(type) || !chance(choose, 50)) continue;
    const target = `n${nodes.length}`;
    nodes.push(undoNode(choose, target, source));
    edges.push({ id: `${source}-${target}-undo`, source, target, port: 'undo' });
  }
  const compensate = pick(choose, [undefined, undefined, 'onFailure', 'never'] as const);
  const settings = { ...graph.settings, ...(compensate ? { compensate } : {}) };
  return { ...graph, nodes, edges, settings };
}

function undoNode(choose: Chooser, key: string, source: string): GraphNode {
  const value = chance(choose, 10) ? '${{ input.missing }}' : `\${{ nodes.${source}.output }}`;
  const config = { group: 'g', executor: 'undo', mode: 'single', input: { value } };
  const node: GraphNode = { key, type: 'job', config, position: { x: 0, y: 0 } };
  if (chance(choose, 40)) {
    node.retry = { attempts: 2, backoff: { kind: 'fixed', delayMs: choose.int(500) } };
  }
  if (chance(choose, 15)) node.timeoutMs = 1 + choose.int(2_000);
  return node;
}
