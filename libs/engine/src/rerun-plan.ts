import { edgeIdentity, topologicalOrder } from '@heddle/graph';
import { assert, type Json, type JsonObject, type Problem } from '@heddle/kernel';
import type { CompiledGraph, CompiledNode } from './compile.js';
import { freshNode } from './draft.js';
import type { RerunPatch, ReusedNode } from './event.js';
import { patchProblems } from './rerun-problems.js';
import { configExpressions, RerunForecast, type Forecast } from './rerun-forecast.js';
import { patchedOutput } from './rerun.js';
import { forecastInPlace } from './rerun-in-place.js';
import type { NodeRunState, RunState } from './state.js';
import { isUndone } from './undoing.js';
import { FAILURE_PORTS, SUCCESS_PORTS } from './verdicts.js';

/** What is to be run again. */
export interface RerunRequest {
  old: { graph: CompiledGraph; state: RunState };
  /** The version to run; in place: that of the old run. */
  target: CompiledGraph;
  /** Nodes to execute again, with everything after them. */
  from: readonly string[];
  patch: RerunPatch;
  /** True: as new attempts of the old run itself (`rerunRequested`). Default: as a new run (`runStarted`). */
  isInPlace?: boolean;
}

/** What a rerun does with one node. */
export interface RerunNode {
  key: string;
  /** `unchanged`: in place only, the node stays as it is or goes on with what it does. */
  effect: 'reused' | 'reexecuted' | 'skipped' | 'unchanged';
  /**
   * False: it depends on what is not known before something has run. What is executed is taken to succeed, and
   * conditions that read it to be true or false.
   */
  isCertain: boolean;
  /** One sentence. */
  reason: string;
}

/** What a rerun will do, and what its event must carry to do just that. */
export interface RerunPlan {
  /** In topological order of the target. */
  nodes: RerunNode[];
  /** Errors make the rerun impossible; warnings do not. */
  problems: Problem[];
  /** For `runStarted` of the new run, in order. Empty in place. */
  reuse: ReusedNode[];
  /** For `runStarted`: what the reused nodes left in the context. */
  context: JsonObject;
  /** Input of the new run. */
  input: Json;
}

/** Rounds after which a context that still changes what is reused is taken to be unknown. */
const CONTEXT_ROUNDS_MAX = 4;

/**
 * Says for every node of the target what a rerun does with it. The plan is the deed: a new run is started with its
 * `reuse`, `context` and `input`, and in place the event goes through the engine first.
 */
export function planRerun(request: RerunRequest): RerunPlan {
  const { old, patch } = request;
  const input = patch.input ? patch.input.value : old.state.input;
  const problems = patchProblems(request);
  const empty = { nodes: [], reuse: [], context: {}, input, problems };
  if (problems.some(({ severity }) => severity === 'error')) return empty;
  if (request.isInPlace) return { ...empty, nodes: forecastInPlace(request, input) };
  let context = old.state.context;
  for (let round = 1; ; round++) {
    const isContextKnown = round < CONTEXT_ROUNDS_MAX;
    const { nodes, reuse } = forecastNewRun(request, { input, context, isContextKnown });
    const left = contextOf(old.state, reuse);
    const isStable = Object.keys(left).length === Object.keys(context).length;
    if (isStable || !isContextKnown) return { nodes, reuse, context: left, input, problems };
    context = left;
  }
}

/** The entries that nodes which are not executed again wrote last. */
function contextOf({ context, contextWrites }: RunState, reuse: readonly ReusedNode[]): JsonObject {
  const reused = new Set(reuse.filter(({ from }) => from !== null).map(({ nodeKey }) => nodeKey));
  const entries = Object.entries(context).filter(([key]) => {
    const writer = Object.hasOwn(contextWrites, key) ? contextWrites[key] : undefined;
    return !writer || reused.has(writer.nodeKey);
  });
  return Object.fromEntries(entries);
}

interface NewRunFacts {
  input: Json;
  context: JsonObject;
  isContextKnown: boolean;
}

function forecastNewRun(
  request: RerunRequest,
  { input, context, isContextKnown }: NewRunFacts,
): { nodes: RerunNode[]; reuse: ReusedNode[] } {
  const { target, old, patch } = request;
  const { meta } = old.state;
  const state = { input, context, meta, startedAt: old.state.startedAt };
  const forecast = new RerunForecast(target, { state, isRunKnown: false });
  const nodes: RerunNode[] = [];
  const reuse: ReusedNode[] = [];
  const repeated = new Set<string>();
  for (const compiled of inOrder(target)) {
    const { key } = compiled;
    const join = forecast.join(compiled);
    const isAfterRepeated = compiled.incoming.some((edge) => repeated.has(edge.source.key));
    const given = patchedOutput(patch, key);
    const why = given ? null : isAfterRepeated ? AFTER_REPEATED : reasonToRun(request, compiled);
    const isReused = given !== null || (why === null && join === 'start');
    if (isReused) {
      const seed = given ? givenNode(key, given.value) : reusedNode(old, key);
      reuse.push(seed);
      forecast.settle(compiled, seededEnd(seed), { isContextKnown });
      if (given) repeated.add(key);
      const reason = given ? GIVEN : reuseReason(patch, compiled);
      nodes.push({ key, effect: 'reused', isCertain: true, reason });
      continue;
    }
    if (join !== 'skip' || isAfterRepeated) repeated.add(key);
    nodes.push(
      foretell(forecast, compiled, { join, why, attempt: 1, hasInput: hasInput(patch, key) }),
    );
  }
  return { nodes: withEarlyEnd(nodes, forecast), reuse };
}

const AFTER_REPEATED = 'A node before it is executed again or given an output.';
const GIVEN = 'Its output is given.';

function reuseReason({ input }: RerunPatch, compiled: CompiledNode): string {
  const readsInput = () =>
    configExpressions(compiled).some(({ paths }) => paths.some(({ path }) => path[0] === 'input'));
  return input && readsInput()
    ? 'It succeeded, with the earlier input of the run: choose it to run it with the new one.'
    : 'It succeeded, and nothing before it changes.';
}

/** Whether a patch gives a node its input. */
export function hasInput(patch: RerunPatch, key: string): boolean {
  return patch.nodeInputs !== undefined && Object.hasOwn(patch.nodeInputs, key);
}

/** What is known of a node that is decided anew. */
export interface Foretold {
  join: 'start' | 'skip' | 'unknown';
  why: string | null;
  /** Number of the attempt it would begin. */
  attempt: number;
  hasInput: boolean;
}

/** A node that is executed, or skipped, as its join will say. */
export function foretell(
  forecast: RerunForecast,
  compiled: CompiledNode,
  { join, why, attempt, hasInput: isEdited }: Foretold,
): RerunNode {
  const { key } = compiled;
  if (join === 'skip') {
    forecast.settle(compiled, { kind: 'skipped' });
    const reason = 'Its join cannot be satisfied any more.';
    return { key, effect: 'skipped', isCertain: true, reason };
  }
  const end: Forecast = isEdited ? { kind: 'executes' } : forecast.predict(compiled, attempt);
  if (join === 'unknown') {
    forecast.settle(compiled, { kind: 'maybe', then: end });
    const reason = 'Whether it is reached depends on what runs before it.';
    return { key, effect: 'reexecuted', isCertain: false, reason };
  }
  forecast.settle(compiled, end);
  return {
    key,
    effect: 'reexecuted',
    isCertain: true,
    reason: why ?? 'Its join is satisfied now.',
  };
}

/** Once the run may end early, only what is reused is sure. */
export function withEarlyEnd(nodes: RerunNode[], { endsEarly }: RerunForecast): RerunNode[] {
  if (endsEarly === null) return nodes;
  return nodes.map((node) => {
    if (node.effect === 'reused' || node.effect === 'unchanged') return node;
    return {
      ...node,
      isCertain: false,
      reason: `${node.reason} The run may end before: ${endsEarly}`,
    };
  });
}

/** The nodes of a graph that take part in its normal course, those before others first. */
export function inOrder(graph: CompiledGraph): CompiledNode[] {
  return (topologicalOrder(graph.graph) ?? []).flatMap((key) => {
    const compiled = graph.nodes.get(key);
    assert(compiled, `no node ${key}`);
    return compiled.undoes ? [] : [compiled];
  });
}

function reasonToRun(
  { old, target, from, patch }: RerunRequest,
  compiled: CompiledNode,
): string | null {
  const { key } = compiled;
  if (from.includes(key)) return 'It was chosen.';
  if (hasInput(patch, key)) return 'Its input is given.';
  const before = old.graph.nodes.get(key);
  if (!before) return 'It is new in this version.';
  const change = target === old.graph ? null : changeOf(before, compiled);
  if (change) return `Its ${change} changed.`;
  const node = old.state.nodes.get(key);
  if (!node || !hasSucceeded(node)) return `It is ${node?.state ?? 'pending'} in the earlier run.`;
  if (isUndone(before, old.state)) return 'Its work was undone.';
  if (compiled.type.ports(compiled.node.config).length === 0) return 'It ends the run.';
  const isOld = (port: string) => before.outgoing.some((edge) => edge.port === port);
  const added = compiled.outgoing.find((edge) => isOwnPort(edge.port) && !isOld(edge.port));
  return added
    ? `An edge leaves its port "${added.port}", which the earlier run did not decide.`
    : null;
}

/** A node that a person skipped with an output counts as succeeded. */
export function hasSucceeded(node: NodeRunState): boolean {
  return node.state === 'succeeded' || (node.state === 'skipped' && node.by?.action === 'skip');
}

function isOwnPort(port: string): boolean {
  return !SUCCESS_PORTS.has(port) && !FAILURE_PORTS.has(port);
}

function changeOf(before: CompiledNode, after: CompiledNode): string | null {
  if (before.node.type !== after.node.type) return 'type';
  if (canonical(before.node.config) !== canonical(after.node.config)) return 'configuration';
  if (canonical(before.join) !== canonical(after.join)) return 'join';
  return incomingOf(before) === incomingOf(after) ? null : 'incoming edges';
}

function incomingOf({ incoming, key }: CompiledNode): string {
  const edges = incoming.map(({ source, port, when }) => {
    const condition = when ? { when: when.source } : {};
    return edgeIdentity({ source: source.key, target: key, port, ...condition });
  });
  return edges.sort().join('\n');
}

/** JSON text with the keys of objects in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function givenNode(nodeKey: string, output: Json): ReusedNode {
  return { nodeKey, from: null, output };
}

function reusedNode({ graph, state }: RerunRequest['old'], nodeKey: string): ReusedNode {
  const node = state.nodes.get(nodeKey);
  assert(node, `node ${nodeKey} has not run`);
  const ports = (graph.nodes.get(nodeKey)?.outgoing ?? [])
    .filter(({ id, port }) => isOwnPort(port) && node.verdicts?.[id]?.reason !== 'port')
    .map(({ port }) => port);
  const from = node.reusedFrom ?? { runId: state.meta.id, attempt: node.attempt };
  return {
    nodeKey,
    from,
    output: node.output,
    ...(ports.length > 0 ? { ports: [...new Set(ports)] } : {}),
  };
}

function seededEnd({ nodeKey, from, output, ports = [] }: ReusedNode): Forecast {
  const node = { ...freshNode(nodeKey), state: 'succeeded' as const, output, reusedFrom: from };
  return { kind: 'known', node, ports: new Set([...SUCCESS_PORTS, ...ports]) };
}
