import { bodyOf, type GraphDocument, type GraphNode } from '@heddle/graph';
import type { JsonObject } from '@heddle/kernel';
import { aGraph, aNode } from '../builders.js';
import { SimulationFailure } from '../failure.js';

/** How far a pattern can be expressed. */
export type PatternStatus = 'supported' | 'partial' | 'not supported';

/** One control-flow pattern, the graph that expresses it, and its demonstration. */
export interface Pattern {
  /** Number in the catalogue of Russell, ter Hofstede, van der Aalst and Mulyar (2006). */
  id: number;
  name: string;
  status: PatternStatus;
  /** How it is expressed, in one or two sentences; of what is not supported, why it is not. */
  how: string;
  /** The graph that {@link show} runs. */
  graph: GraphDocument;
  /** Runs the graph and checks order and outcome. @throws {SimulationFailure} */
  show(graph: GraphDocument): void;
}

/** Checks one thing that a pattern says. */
export function see(isTrue: boolean, what: string): void {
  if (!isTrue) throw new SimulationFailure('pattern', `it is not so that ${what}`);
}

/** Checks that two values are the same as JSON. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new SimulationFailure('pattern', `${what}: ${is} instead of ${should}`);
}

/** A decision with the given cases. */
export function choice(key: string, cases: Record<string, string>, mode = 'first'): GraphNode {
  const list = Object.entries(cases).map(([name, when]) => ({ name, when }));
  return aNode(key, { type: 'decision', config: { mode, cases: list } });
}

/** A `forEach` over items. */
export function each(
  key: string,
  items: string,
  body: GraphDocument,
  more: JsonObject = {},
): GraphNode {
  return aNode(key, { type: 'forEach', config: { items, ...more, body: body as never } });
}

/** A `loop` of at most 10 iterations. */
export function loop(
  key: string,
  until: string,
  body: GraphDocument,
  more: JsonObject = {},
): GraphNode {
  const config = { until, maxIterations: 10, ...more, body: body as never };
  return aNode(key, { type: 'loop', config });
}

/** A graph that runs once as a run of its own: what ends it ends nothing else. */
export function block(key: string, body: GraphDocument): GraphNode {
  return loop(key, 'true', body, { maxIterations: 1 });
}

/** Waits for a signal. */
export function signal(key: string, more: JsonObject = {}): GraphNode {
  return aNode(key, { type: 'signal', config: { name: key, ...more } });
}

/** Ends the run it stands in, and whatever runs in it. */
export function end(key: string, more: Partial<GraphNode> = {}): GraphNode {
  return aNode(key, { type: 'succeed', config: { output: key }, ...more });
}

/** A node with a join. */
export function joined(key: string, kind: 'all' | 'first' | number): GraphNode {
  return aNode(key, { join: typeof kind === 'number' ? { kind: 'n-of-m', n: kind } : { kind } });
}

/** A graph: nodes by key alone are jobs. */
export const graph = aGraph;

/** A graph as text: first what is not a plain job, then the edges; bodies are indented. */
export function draw(document: GraphDocument, indent = ''): string {
  const nodes = document.nodes.flatMap((node) => {
    const about = aboutNode(node);
    const body = bodyOf(node);
    const line = about === '' ? [] : [`${indent}${node.key}: ${about}`];
    return body ? [...line, draw(body, `${indent}    `)] : line;
  });
  const joinedKeys = new Set(document.edges.flatMap(({ source, target }) => [source, target]));
  const alone = document.nodes.filter((node) => !joinedKeys.has(node.key) && node.type === 'job');
  const edges = document.edges.map(({ source, target, port, when }) => {
    const from = port === 'success' ? source : `${source}:${port}`;
    return `${indent}${from} → ${target}${when ? ` when ${when}` : ''}`;
  });
  return [...nodes, ...alone.map((node) => `${indent}${node.key}`), ...edges].join('\n');
}

function aboutNode({ type, config, join }: GraphNode): string {
  const facts: string[] = [];
  if (type !== 'job') facts.push(type);
  if (type === 'decision') {
    const cases = config['cases'] as { name: string; when: string }[];
    if (config['mode'] === 'all') facts.push('all cases that hold');
    facts.push(...cases.map(({ name, when }) => `${name} when ${when}`));
  } else if (type !== 'job') {
    for (const [name, value] of Object.entries(config)) {
      if (name === 'body' || (type === 'succeed' && name === 'output')) continue;
      facts.push(`${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
    }
  }
  if (join) facts.push(`join ${join.kind === 'n-of-m' ? `${join.n} of m` : join.kind}`);
  return facts.join(', ');
}
