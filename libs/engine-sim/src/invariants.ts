import {
  joinSatisfied, joinOutcome, restoreRun, type CompiledGraph, type CompiledNode, type EngineEvent, type JoinCounts,
  type NodeRunState, type TimerKind, type RunState, type StepResult,
} from '@heddle/engine'; // prettier-ignore
import { CHILD_INVARIANTS, hasChildRuns } from './child-invariants.js';
import { SimulationFailure } from './failure.js';
import { HOLD_INVARIANTS } from './hold-invariants.js';
import { timerId, type TaskTable } from './tasks.js';
import { UNDO_INVARIANTS } from './undo-invariants.js';
import { WAIT_INVARIANTS } from './wait-invariants.js';

/** One accepted step with the state on both sides. */
export interface ObservedStep {
  graph: CompiledGraph;
  before: RunState;
  event: EngineEvent;
  result: StepResult & { ok: true };
  after: RunState;
  table: TaskTable;
}

const OPEN: ReadonlySet<string> = new Set(['pending', 'queued', 'running', 'waiting']);

/**
 * Everything that must hold after every step, each under the name of its promise. Slow on purpose:
 * recomputed from scratch.
 */
export const INVARIANTS: Readonly<Record<string, (step: ObservedStep) => string | null>> = {
  'P3: never starts before its join is satisfied': startsOnlySatisfied,
  'P3: never starts after its run ended': nothingAfterEnd,
  'P3: each edge is settled once': settlesOnce,
  'terminal states are write-once, except by an operator': writesOnce,
  'attempts never go back': attemptsGrow,
  'openCount is right': openCountIsRight,
  'counters are right': countersAreRight,
  'no decided join is left pending': nothingLeftPending,
  'uncaught failures are right': uncaughtIsRight,
  'counters hold nothing that must be stored': countersAreOnlyCounters,
  'restoreRun gives the live state': restoresSame,
  'active nodes have their task and timers': activeHaveTaskAndTimers,
  'an ended run has nothing open': endedIsClosed,
  ...WAIT_INVARIANTS,
  ...HOLD_INVARIANTS,
  ...UNDO_INVARIANTS,
  ...CHILD_INVARIANTS,
  'a mark is what it says': marksSayWhatIs,
};

/** @throws {SimulationFailure} for the first invariant that does not hold. */
export function checkInvariants(step: ObservedStep): void {
  for (const [promise, check] of Object.entries(INVARIANTS)) {
    const problem = check(step);
    if (problem) throw new SimulationFailure(promise, `${problem} (event ${step.event.type})`);
  }
}

function isOpen(node: NodeRunState | undefined): boolean {
  return !node || OPEN.has(node.state);
}

/** Settled and live incoming edges, from the verdicts of the sources alone. */
export function countsOf(state: RunState, node: CompiledNode): JoinCounts {
  let [settled, live] = [0, 0];
  for (const edge of node.incoming) {
    const source = state.nodes.get(edge.source.key);
    if (!source || isOpen(source)) continue;
    const isByRunEnd = source.state === 'canceled' && source.verdicts === null;
    if (isByRunEnd) continue;
    settled++;
    if (source.verdicts?.[edge.id]?.isLive) live++;
  }
  return { total: node.incoming.length, settled, live };
}

function startsOnlySatisfied({ graph, before, result, after }: ObservedStep): string | null {
  for (const key of result.changes.nodes.keys()) {
    const attempt = before.nodes.get(key)?.attempt ?? 0;
    const now = after.nodes.get(key) as NodeRunState;
    // A retry does not look at the join again: it was satisfied, and what came before has not
    // changed.
    if (now.attempt === attempt || before.nodes.get(key)?.state === 'waiting') continue;
    const node = graph.nodes.get(key) as CompiledNode;
    if (!joinSatisfied(node.join, countsOf(after, node))) return `${key} started`;
  }
  return null;
}

const REOPENING: ReadonlySet<string> = new Set([
  'itemRetryRequested',
  'childReopened',
  'nodeRetryRequested',
  'nodeSkipRequested',
  'nodeMarkRequested',
  'rerunRequested',
]);

function nothingAfterEnd({ before, event, result }: ObservedStep): string | null {
  if (before.endedAt !== null && !REOPENING.has(event.type)) return 'an event was accepted';
  const started = result.changes.attempts.some((attempt) => attempt.state === 'queued');
  return started &&
    result.changes.run?.endedAt &&
    !result.effects.some((e) => e.type === 'cancelTask')
    ? 'a task stays queued'
    : null;
}

function settlesOnce({ before, event, result }: ObservedStep): string | null {
  for (const [key, node] of result.changes.nodes) {
    const old = before.nodes.get(key)?.verdicts;
    if (!old || old === node.verdicts || REOPENING.has(event.type)) continue;
    return `the edges of ${key} were decided again`;
  }
  return null;
}

function writesOnce({ before, event, result }: ObservedStep): string | null {
  for (const [key, node] of result.changes.nodes) {
    const old = before.nodes.get(key);
    if (isOpen(old) || REOPENING.has(event.type) || old?.state === node.state) continue;
    return `${key} went from ${old?.state} to ${node.state}`;
  }
  return null;
}

function attemptsGrow({ before, result }: ObservedStep): string | null {
  for (const [key, node] of result.changes.nodes) {
    const old = before.nodes.get(key)?.attempt ?? 0;
    if (node.attempt < old || node.attempt > old + 1) return `${key}: ${old} to ${node.attempt}`;
  }
  return null;
}

function openCountIsRight({ graph, after }: ObservedStep): string | null {
  const count = [...graph.nodes.values()].filter(({ key, undoes }) => {
    const node = after.nodes.get(key);
    return isOpen(node) && !(undoes && (node?.state ?? 'pending') === 'pending');
  }).length;
  return count === after.openCount ? null : `${after.openCount}, but ${count} nodes are open`;
}

function countersAreRight({ graph, after }: ObservedStep): string | null {
  for (const [key, node] of graph.nodes) {
    const { settled, live } = countsOf(after, node);
    const state = after.nodes.get(key);
    if ((state?.settledCount ?? 0) === settled && (state?.liveCount ?? 0) === live) continue;
    return `${key} has ${state?.settledCount}/${state?.liveCount}, but ${settled}/${live} are settled/live`;
  }
  return null;
}

function nothingLeftPending({ graph, after }: ObservedStep): string | null {
  if (after.state !== 'running' && after.state !== 'paused') return null;
  for (const [key, node] of graph.nodes) {
    if (node.undoes || (after.nodes.get(key)?.state ?? 'pending') !== 'pending') continue;
    if (joinOutcome(node.join, countsOf(after, node)) !== 'undecided') return `${key} is pending`;
  }
  return null;
}

/** `expired`: a node that failed because nobody answered in time leaves by it, too. */
const FAILURE_PORTS: ReadonlySet<string> = new Set(['failure', 'always', 'expired']);

function uncaughtIsRight({ graph, after }: ObservedStep): string | null {
  const expected = new Set<string>();
  for (const [key, node] of graph.nodes) {
    const state = after.nodes.get(key);
    if (!state?.verdicts || node.undoes) continue;
    const verdicts = state.verdicts;
    for (const edge of node.outgoing) {
      if (verdicts[edge.id]?.reason === 'error') expected.add(`edge:${edge.id}`);
    }
    const isCaught = node.outgoing.some(
      (edge) => FAILURE_PORTS.has(edge.port) && verdicts[edge.id]?.isLive,
    );
    if ((state.state === 'failed' || state.state === 'canceled') && !isCaught) expected.add(key);
  }
  const actual = new Set(after.uncaught);
  const isSame = actual.size === expected.size && [...actual].every((id) => expected.has(id));
  return isSame ? null : `[${[...actual].join()}], expected [${[...expected].join()}]`;
}

function countersAreOnlyCounters({ before, result }: ObservedStep): string | null {
  for (const [key, node] of result.changes.counters) {
    if (result.changes.nodes.has(key)) return `${key} is among the nodes as well`;
    const { settledCount, liveCount } = node;
    const old = before.nodes.get(key);
    if (old && sortedJson({ ...old, settledCount, liveCount }) !== sortedJson(node)) return key;
    if (!old && isStored(node)) return `${key} was fresh`;
  }
  return null;
}

function marksSayWhatIs({ graph, event, result, after }: ObservedStep): string | null {
  if (event.type !== 'nodeMarkRequested') return null;
  const node = after.nodes.get(event.nodeKey);
  const { state } = event.outcome;
  if (node?.state !== state || node.by?.action !== 'mark') return `it is ${node?.state}`;
  const ports = { succeeded: 'success', failed: 'failure', skipped: '' }[state];
  for (const edge of graph.nodes.get(event.nodeKey)?.outgoing ?? []) {
    const isLive = node.verdicts?.[edge.id]?.isLive === true;
    if (isLive && (state === 'skipped' || ![ports, 'always'].includes(edge.port)))
      return `${edge.id} is live`;
    const isDecided = edge.when === null && [ports, 'always'].includes(edge.port);
    if (!isLive && isDecided && state !== 'skipped') return `${edge.id} is dead`;
  }
  return result.changes.nodes.has(event.nodeKey) ? null : 'it did not change';
}

/** A state as plain JSON; entries that say nothing (fresh nodes) are left out. */
export function plainState(state: RunState): unknown {
  const nodes = [...state.nodes.values()]
    .filter((node) => isStored(node) || node.settledCount > 0)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return { ...state, nodes, items: [...state.items] };
}

/** A node that nothing but its counters sets apart from a fresh one needs no row. */
function isStored(node: NodeRunState): boolean {
  return (
    node.state !== 'pending' ||
    node.attempt > 0 ||
    node.by !== null ||
    node.hold !== null ||
    node.editedInput !== null
  );
}

/** The state as a server has it that was started anew: written as JSON and read back. */
export function throughStorage(graph: CompiledGraph, state: RunState): RunState {
  const stored = [...state.nodes.values()]
    .filter(isStored)
    .map(({ settledCount: _settled, liveCount: _live, ...node }) => node);
  const items = [...state.items];
  const text = JSON.stringify({ ...state, openCount: undefined, nodes: stored, items });
  const read = JSON.parse(text) as Parameters<typeof restoreRun>[1];
  return restoreRun(graph, { ...read, items: new Map(read.items) });
}

function restoresSame({ graph, after }: ObservedStep): string | null {
  const restored = throughStorage(graph, after);
  const [a, b] = [sortedJson(plainState(after)), sortedJson(plainState(restored))];
  return a === b ? null : `live ${a}\nrestored ${b}`;
}

/** JSON text with keys in one order. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function activeHaveTaskAndTimers({ graph, after, table }: ObservedStep): string | null {
  const tasks = new Map(table.open().map((task) => [task.nodeKey, task]));
  for (const [key, node] of graph.nodes) {
    const state = after.nodes.get(key);
    const task = tasks.get(key);
    const isWork = state?.state === 'running' && !hasChildRuns(state);
    const wanted = state?.state === 'queued' ? 'queued' : isWork ? 'leased' : undefined;
    if (task?.state !== wanted || (task && task.attempt !== state?.attempt)) {
      return `${key} is ${state?.state}, its task is ${task?.state}`;
    }
    const isArmed = (timer: TimerKind) => table.timers.has(timerId(timer, key));
    if (isArmed('retry') !== (state?.waitingFor === 'retry')) return `${key}: retry timer`;
    const isPaused = state?.waitingFor === 'time';
    const isIterating = isPaused && hasChildRuns(state);
    if (isArmed('wait') !== (isPaused && !isIterating)) return `${key}: wait timer`;
    if (isArmed('nextIteration') !== isIterating) return `${key}: timer of the next iteration`;
    const isAsked = state?.waitingFor === 'signal' || state?.waitingFor === 'approval';
    if (isArmed('expiry') !== (isAsked && state.dueAt !== null)) return `${key}: expiry`;
    const isTimed = state?.state === 'running' || isIterating;
    const hasTimeout = isTimed && node.node.timeoutMs !== undefined;
    if (isArmed('attemptTimeout') !== hasTimeout) return `${key}: attempt timeout`;
    const isStarted = state !== undefined && state.firstStartedAt !== null && isOpen(state);
    const hasDeadline = isStarted && node.node.deadlineMs !== undefined;
    if (isArmed('nodeDeadline') !== hasDeadline) return `${key}: deadline`;
  }
  return null;
}

function endedIsClosed({ after, table }: ObservedStep): string | null {
  if (after.endedAt === null) return null;
  if (after.openCount > 0) return `${after.openCount} nodes are open`;
  if (table.open().length > 0) return 'a task is open';
  if (table.timers.size > 0) return `armed: ${[...table.timers.keys()].join()}`;
  return after.state === 'failed' && !after.error ? 'a failed run without an error' : null;
}
