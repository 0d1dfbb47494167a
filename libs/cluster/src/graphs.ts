import type { JsonObject } from '@heddle/kernel';
import type { GraphDocument, GraphNode } from '@heddle/graph';

/** A job node of the group `demo`. */
export function jobNode(
  key: string,
  executor: string,
  input: JsonObject = {},
  extra: Partial<GraphNode> = {},
): GraphNode {
  const config = { group: 'demo', executor, mode: 'single', input };
  return { key, type: 'job', config, position: { x: 0, y: 0 }, join: { kind: 'all' }, ...extra };
}

/** A graph of nodes and `source → target` pairs on the port `success`. */
export function graphOf(nodes: GraphNode[], pairs: [string, string][]): GraphDocument {
  const edges = pairs.map(([source, target]) => ({
    id: `${source}-${target}`,
    source,
    target,
    port: 'success',
  }));
  return { schemaVersion: 1, nodes, edges, settings: { onFailure: 'stop' } };
}

/** `length` jobs, one after the other. */
export function chainGraph(length: number, executor: string): GraphDocument {
  const keys = Array.from({ length }, (_, i) => `n${i}`);
  return graphOf(
    keys.map((key) => jobNode(key, executor)),
    keys.slice(1).map((key, i) => [keys[i]!, key]),
  );
}

/** One job, `width` jobs after it at the same time, one job after all of them. */
export function fanGraph(width: number, executor: string, input: JsonObject = {}): GraphDocument {
  const middle = Array.from({ length: width }, (_, i) => `m${i}`);
  return graphOf(
    ['first', ...middle, 'last'].map((key) => jobNode(key, executor, input)),
    middle.flatMap((key): [string, string][] => [
      ['first', key],
      [key, 'last'],
    ]),
  );
}
