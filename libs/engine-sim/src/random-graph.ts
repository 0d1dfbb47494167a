import {
  emptyGraph,
  type GraphDocument,
  type GraphEdge,
  type GraphNode,
  type Join,
  type RetryPolicy,
} from '@heddle/graph';
import type { JsonObject } from '@heddle/kernel';
import { chance, pick, type Chooser } from './chooser.js';
import { withUndoNodes } from './random-undo.js';
import { randomChildConfig } from './random-children.js';

/** What {@link randomGraph} may put into a graph. */
export interface GraphOptions {
  nodesMax: number;
  /**
   * Only graphs whose end does not depend on the order of events: no node that ends the run, no
   * deadlines, no context, and conditions that read nothing but the input and the source's own
   * output. What the oracle understands.
   */
  isOrderFree?: boolean;
  /** No node that waits for people or child runs: what {@link runToEnd} brings to its end. */
  isAlone?: boolean;
  /** How deep bodies may stand inside one another from here on. Default 1. */
  bodyDepth?: number;
}

/** Nodes of a random graph inside a node. */
const BODY_NODES_MAX = 4;

/**
 * A graph that passes the save-time checks, of any node types, joins, conditions, retries and
 * timeouts. Nodes are `n0`, `n1`, …, edges lead to higher numbers.
 */
export function randomGraph(choose: Chooser, options: GraphOptions): GraphDocument {
  // Seldom tiny: small graphs end before anything interesting happens.
  const count = 1 + Math.max(choose.int(options.nodesMax - 1), choose.int(options.nodesMax - 1));
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  for (let i = 0; i < count; i++) {
    const incoming = i === 0 ? [] : randomEdges(choose, nodes, `n${i}`, options);
    nodes.push(
      randomNode(
        choose,
        i,
        incoming.map((edge) => edge.source),
        options,
      ),
    );
    edges.push(...incoming);
    const join = randomJoin(choose, incoming.length);
    if (join) (nodes[i] as GraphNode).join = join;
  }
  const isFinish = options.isOrderFree ? chance(choose, 70) : chance(choose, 50);
  const settings: GraphDocument['settings'] = { onFailure: isFinish ? 'finish' : 'stop' };
  if (!options.isOrderFree && chance(choose, 10)) settings.deadlineMs = 1 + choose.int(20_000);
  if (chance(choose, 30)) settings.output = { first: '${{ nodes.n0.output }}' };
  const graph = { ...emptyGraph(), nodes, edges, settings };
  return options.isOrderFree ? graph : withUndoNodes(choose, graph);
}

function randomEdges(
  choose: Chooser,
  before: readonly GraphNode[],
  target: string,
  options: GraphOptions,
): GraphEdge[] {
  const sources = before.filter((node) => node.type !== 'succeed' && node.type !== 'fail');
  const edges = new Map<string, GraphEdge>();
  const wanted = sources.length === 0 ? 0 : choose.int(Math.min(5, sources.length));
  for (let i = 0; i < wanted; i++) {
    const source = pick(choose, sources);
    const port = randomPort(choose, source);
    const when = chance(choose, 30) ? randomCondition(choose, source.key, options) : undefined;
    const id = `${source.key}-${target}-${port}`;
    edges.set(id, { id, source: source.key, target, port, ...(when ? { when } : {}) });
  }
  return [...edges.values()];
}

function randomPort(choose: Chooser, source: GraphNode): string {
  const common = pick(choose, ['success', 'success', 'success', 'failure', 'always']);
  if (source.type === 'approval' && chance(choose, 50)) {
    return pick(choose, ['approved', 'rejected', 'expired']);
  }
  if (source.type === 'signal' && chance(choose, 20)) return 'expired';
  if (source.type !== 'decision' || chance(choose, 30)) return common;
  return pick(choose, ['big', 'odd', 'default']);
}

/**
 * True, false, not a boolean, and failing conditions; the last two are mistakes that only show when
 * they run.
 */
function randomCondition(choose: Chooser, source: string, options: GraphOptions): string {
  const conditions = [
    'input.n >= 0',
    'input.n > 50',
    `nodes.${source}.output != null`,
    `nodes.${source}.attempts > 1`,
    `nodes.${source}.status == "failed"`,
    `nodes.${source}.output.?n.orValue(0) > 40`,
  ];
  const broken = ['input.missing == 1', 'input.n'];
  if (!options.isOrderFree) conditions.push('size(context) > 0');
  return chance(choose, 3) ? pick(choose, broken) : pick(choose, conditions);
}

function randomJoin(choose: Chooser, count: number): Join | null {
  if (count === 0) return null;
  const kinds: (Join | null)[] = [null, { kind: 'any' }, { kind: 'all' }, { kind: 'first' }];
  kinds.push({ kind: 'n-of-m', n: 1 + choose.int(count - 1) });
  return pick(choose, kinds);
}

function randomNode(
  choose: Chooser,
  index: number,
  sources: string[],
  options: GraphOptions,
): GraphNode {
  const kinds = ['job', 'job', 'job', 'job', 'http', 'decision', 'transform', 'wait'];
  // Nodes that end the run are rare, or hardly any simulated run would come far.
  if (!options.isOrderFree && index > 0 && chance(choose, 25)) kinds.push('succeed', 'fail');
  const isAlone = options.isOrderFree || options.isAlone;
  if (!isAlone) kinds.push('signal', 'approval', 'subworkflow');
  if (!isAlone && (options.bodyDepth ?? 1) > 0) kinds.push('forEach', 'forEach', 'loop');
  const type = pick(choose, kinds);
  const node: GraphNode = {
    key: `n${index}`,
    type,
    config: randomConfig(choose, type, sources, options),
    position: { x: 0, y: 0 },
  };
  if (chance(choose, 40)) node.retry = randomRetry(choose);
  if (options.isOrderFree) return node;
  if (chance(choose, 20)) node.timeoutMs = 1 + choose.int(2_000);
  if (chance(choose, 15)) node.deadlineMs = 1 + choose.int(8_000);
  return node;
}

function randomRetry(choose: Chooser): RetryPolicy {
  const delayMs = choose.int(1_000);
  const backoff = pick(choose, [
    { kind: 'fixed', delayMs },
    { kind: 'linear', delayMs, capMs: 1_500 },
    { kind: 'exponential', delayMs, factor: 3 },
    { kind: 'list', delaysMs: [delayMs, 0, 500] },
  ] as const);
  const policy: RetryPolicy = { attempts: 1 + choose.int(3), backoff: structuredCopy(backoff) };
  if (chance(choose, 30)) policy.jitter = choose.int(10) / 10;
  if (chance(choose, 20))
    policy.retryOn = pick(choose, ['error.code != "FATAL"', 'attempt < 2', 'error.nothing']);
  // `error.nothing` does not pass the save-time checks; a missing detail is found at run time only.
  if (policy.retryOn === 'error.nothing') policy.retryOn = 'error.details.nothing == 1';
  return policy;
}

function structuredCopy<T>(
  value: T,
): T extends readonly unknown[] ? never : RetryPolicy['backoff'] {
  return JSON.parse(JSON.stringify(value)) as never;
}

function randomConfig(
  choose: Chooser,
  type: string,
  sources: string[],
  options: GraphOptions,
): JsonObject {
  const upstream = sources[0];
  // With an early join, what a node reads of those before it depends on who was first.
  const mayRead = upstream !== undefined && !options.isOrderFree && chance(choose, 40);
  const reading = mayRead ? `\${{ nodes.${upstream}.output }}` : '${{ input.n }}';
  switch (type) {
    case 'job':
      return { group: 'g', executor: 'x', mode: 'single', input: { value: reading } };
    case 'http':
      return {
        method: 'POST',
        url: 'https://example.test/${{ input.n }}',
        body: { value: reading },
      };
    case 'decision':
      return {
        mode: pick(choose, ['first', 'all']),
        cases: [
          { name: 'big', when: 'input.n > 50' },
          { name: 'odd', when: chance(choose, 3) ? 'input.missing' : 'int(input.n) % 2 == 1' },
        ],
      };
    case 'transform':
      return randomTransform(choose, reading, options);
    case 'wait':
      return chance(choose, 70) ? { durationMs: choose.int(3_000) } : { until: 'duration("1s")' };
    case 'succeed':
      return { output: { by: reading } };
    case 'subworkflow':
    case 'forEach':
    case 'loop':
    case 'signal':
    case 'approval':
      return randomChildConfig(choose, type, () => randomBody(choose, options));
    default:
      return { code: 'STOPPED', message: 'at ${{ input.n }}' };
  }
}

/** A small graph inside a node; its output is that of its first node. */
function randomBody(choose: Chooser, { bodyDepth = 1 }: GraphOptions): JsonObject {
  const graph = randomGraph(choose, { nodesMax: BODY_NODES_MAX, bodyDepth: bodyDepth - 1 });
  return graph as unknown as JsonObject;
}

function randomTransform(choose: Chooser, reading: string, options: GraphOptions): JsonObject {
  const output = chance(choose, 4) ? '${{ input.missing }}' : { n: reading };
  if (options.isOrderFree || chance(choose, 50)) return { output };
  return { output, context: { [pick(choose, ['a', 'b'])]: reading } };
}
