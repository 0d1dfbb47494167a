import {
  compileExpression,
  evaluate,
  ExpressionError,
  RETRY_SCOPE,
  type ScopeShape,
} from '@heddle/expression';
import type { GraphDocument, GraphEdge, GraphNode } from '@heddle/graph';
import { assert, isJsonObject, type Json, type JsonObject } from '@heddle/kernel';
import type { World } from './virtual-run.js';

/** How a node ends according to the definition. */
export interface OracleNode {
  state: 'succeeded' | 'failed' | 'skipped';
  attempts: number;
  output: Json;
  error: JsonObject | null;
  /** Ports of it that are live. */
  ports: string[];
}

/**
 * The end of a run: every node's end, which edges are live, and whether a failure stays uncaught.
 */
export interface OracleEnd {
  nodes: Map<string, OracleNode>;
  liveEdges: Set<string>;
  isFailed: boolean;
}

/**
 * The end of a run of an order-free graph under `onFailure: finish`, read off the definition of
 * edges and joins (design §3) by going over all nodes again and again until nothing changes. No
 * counters, no queues, no events: slow, and hard to get wrong.
 */
export function oracleEnd(graph: GraphDocument, input: Json, world: World): OracleEnd {
  const nodes = new Map<string, OracleNode>();
  const verdicts = new Map<string, 'live' | 'dead' | 'error'>();
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const node of graph.nodes) {
      if (nodes.has(node.key)) continue;
      const end = endOf(graph, node, input, { world, verdicts });
      if (!end) continue;
      nodes.set(node.key, end);
      isChanged = true;
      for (const edge of graph.edges) {
        if (edge.source === node.key) verdicts.set(edge.id, verdictOf(edge, end, input));
      }
    }
  }
  assert(nodes.size === graph.nodes.length, 'the fixpoint leaves a node undecided');
  const liveEdges = new Set(
    [...verdicts].filter(([, verdict]) => verdict === 'live').map(([id]) => id),
  );
  const isUncaught = (node: GraphNode) =>
    nodes.get(node.key)?.state === 'failed' &&
    !graph.edges.some(
      (edge) =>
        edge.source === node.key &&
        liveEdges.has(edge.id) &&
        (edge.port === 'failure' || edge.port === 'always'),
    );
  const isFailed = [...verdicts.values()].includes('error') || graph.nodes.some(isUncaught);
  return { nodes, liveEdges, isFailed };
}

const SKIPPED: OracleNode = { state: 'skipped', attempts: 0, output: null, error: null, ports: [] };

/** Null while the node's join is undecided. */
function endOf(
  graph: GraphDocument,
  node: GraphNode,
  input: Json,
  { world, verdicts }: { world: World; verdicts: ReadonlyMap<string, string> },
): OracleNode | null {
  const edges = graph.edges.filter((edge) => edge.target === node.key);
  const settled = edges.filter((edge) => verdicts.has(edge.id)).length;
  const live = edges.filter((edge) => verdicts.get(edge.id) === 'live').length;
  const isComplete = settled === edges.length;
  const join = node.join ?? { kind: 'any' };
  let starts = edges.length === 0;
  if (join.kind === 'any') starts ||= isComplete && live >= 1;
  if (join.kind === 'all') starts ||= isComplete && live === edges.length;
  if (join.kind === 'first') starts ||= live >= 1;
  if (join.kind === 'n-of-m') starts ||= live >= join.n;
  if (starts) return outcomeOf(node, input, world);
  return isComplete ? SKIPPED : null;
}

function outcomeOf(node: GraphNode, input: Json, world: World): OracleNode {
  if (node.type === 'job' || node.type === 'http') return workOutcome(node, world);
  const failed = (): OracleNode => ({
    state: 'failed',
    attempts: 1,
    output: null,
    error: {},
    ports: ['failure', 'always'],
  });
  const succeeded = (output: Json, ports: string[] = []): OracleNode => ({
    state: 'succeeded',
    attempts: 1,
    output,
    error: null,
    ports: ['success', 'always', ...ports],
  });
  if (node.type === 'wait') return succeeded({ until: 'some time' });
  if (node.type === 'transform') {
    // The generator writes either a template over `input.n` or one that reads what is not there.
    const { output } = node.config;
    return isJsonObject(output) ? succeeded({ n: (input as JsonObject)['n'] as Json }) : failed();
  }
  const taken: string[] = [];
  for (const item of node.config['cases'] as { name: string; when: string }[]) {
    const holds = valueOf(item.when, { input });
    if (typeof holds !== 'boolean') return failed();
    if (holds && !(node.config['mode'] === 'first' && taken.length > 0)) taken.push(item.name);
    if (holds && node.config['mode'] === 'first') break;
  }
  const ports = taken.length > 0 ? taken : ['default'];
  return succeeded({ case: ports[0] as string, cases: ports }, ports);
}

function workOutcome(node: GraphNode, world: World): OracleNode {
  const attemptsMax = node.retry?.attempts ?? 1;
  for (let attempt = 1; ; attempt++) {
    const outcome = world.outcomeOf(node.key, attempt, null);
    if (outcome.kind === 'succeeds') {
      const ports = ['success', 'always'];
      return { state: 'succeeded', attempts: attempt, output: outcome.output, error: null, ports };
    }
    const { code, message, details, isFinal } = outcome.error;
    const error = { code, message, details: details ?? null };
    const filter = node.retry?.retryOn;
    const mayRetry = !filter || valueOf(filter, { error, attempt }, RETRY_SCOPE) === true;
    if (attempt >= attemptsMax || isFinal || !mayRetry) {
      return {
        state: 'failed',
        attempts: attempt,
        output: null,
        error,
        ports: ['failure', 'always'],
      };
    }
  }
}

function verdictOf(edge: GraphEdge, source: OracleNode, input: Json): 'live' | 'dead' | 'error' {
  if (!source.ports.includes(edge.port)) return 'dead';
  if (edge.when === undefined) return 'live';
  const { output, error, attempts, state: status } = source;
  const value = valueOf(edge.when, {
    input,
    context: {},
    nodes: { [edge.source]: { output, error, attempts, status } },
  });
  if (typeof value !== 'boolean') return 'error';
  return value ? 'live' : 'dead';
}

/** Undefined when the expression cannot be evaluated. */
function valueOf(source: string, scope: JsonObject, shape?: ScopeShape): Json | undefined {
  const compiled = compileExpression(source, shape);
  assert(compiled.ok, `not an expression: ${source}`);
  try {
    return evaluate(compiled.expression, scope);
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}
