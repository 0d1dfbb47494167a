import { downstreamOf } from '@heddle/graph';
import { assert } from '@heddle/kernel';
import type { CompiledGraph, CompiledNode } from './compile.js';
import { isOpen, uncaughtEdge, type Draft } from './draft.js';
import { joinCounts, joinOutcome } from './join.js';
import { illegal } from './refusal.js';
import type { NodeRunState, RunState } from './state.js';

/** Names listed in a refusal. */
const NAMES_MAX = 5;

/** Node keys for a sentence, at most {@link NAMES_MAX}. */
export function namesOf(keys: readonly string[]): string {
  const shown = [...new Set(keys)].slice(0, NAMES_MAX).map((key) => `"${key}"`);
  return keys.length > shown.length ? `${shown.join(', ')} …` : shown.join(', ');
}

/**
 * Puts nodes that have ended, every node after them that is not pending, and the nodes that the end
 * of the run canceled, back to pending, and reopens the run. `kept`: the node that goes on with the
 * items it has, beside those that the end of the run canceled.
 * @returns the other nodes that were reset, whose joins have to be looked at.
 */
export function resetFrom(
  draft: Draft,
  roots: readonly CompiledNode[],
  kept: string | null = null,
): CompiledNode[] {
  for (const { key } of roots) expectNoneActive(draft, key);
  const isReopened = draft.get('endedAt') !== null;
  const keys = resetKeys(
    draft.graph,
    draft.state,
    roots.map(({ key }) => key),
  );
  for (const key of keys) unsettleOutgoing(draft, draft.compiled(key));
  const rootKeys = new Set(roots.map(({ key }) => key));
  for (const key of keys) resetNode(draft, key, rootKeys.has(key) ? key === kept : null);
  forgetUncaught(draft, keys);
  if (isReopened) reopenRun(draft);
  return [...keys].filter((key) => !rootKeys.has(key)).map((key) => draft.compiled(key));
}

/** The nodes that a reset of `roots` puts back to pending, themselves included. */
export function resetKeys(
  graph: CompiledGraph,
  state: RunState,
  roots: readonly string[],
): Set<string> {
  const keys = new Set(roots);
  for (const root of roots) {
    for (const key of downstreamOf(graph.graph, root)) {
      const isUndo = (graph.nodes.get(key)?.undoes ?? null) !== null;
      if (!isUndo && (state.nodes.get(key)?.state ?? 'pending') !== 'pending') keys.add(key);
    }
  }
  if (state.endedAt !== null) {
    // In the order of the graph: that of the state depends on how it was stored, and decides what starts first.
    for (const key of graph.nodes.keys()) {
      const node = state.nodes.get(key);
      if (node && wasCanceledByRunEnd(node)) keys.add(key);
    }
  }
  return keys;
}

/** Such a node has not decided its edges, unlike one that a person canceled. */
export function wasCanceledByRunEnd(node: NodeRunState): boolean {
  return node.state === 'canceled' && node.verdicts === null;
}

function expectNoneActive(draft: Draft, key: string): void {
  const active = [...downstreamOf(draft.graph.graph, key)].filter((other) => {
    const state = draft.node(other)?.state ?? 'pending';
    return state !== 'pending' && isOpen(state);
  });
  if (active.length === 0) return;
  const what = active.length === 1 ? 'is' : 'are';
  throw illegal(
    `${namesOf(active)} after "${key}" ${what} still active; wait for the end or cancel first.`,
  );
}

/** Takes back what a node's end meant for the nodes after it. */
function unsettleOutgoing(draft: Draft, compiled: CompiledNode): void {
  const node = draft.node(compiled.key);
  if (!node || isOpen(node.state) || wasCanceledByRunEnd(node)) return;
  for (const edge of compiled.outgoing) {
    const target = draft.editCounters(edge.target.key);
    target.settledCount--;
    if (node.verdicts?.[edge.id]?.isLive) target.liveCount--;
  }
}

/** `keepsItems` null: when only the end of the run had canceled them. */
export function resetNode(draft: Draft, key: string, keepsItems: boolean | null): void {
  const node = draft.edit(key);
  const isKept = node.children !== null && (keepsItems ?? wasCanceledByRunEnd(node));
  assert(!isOpen(node.state), `node ${key} is ${node.state}, only ended nodes are reset`);
  draft.addOpen(1);
  if (node.children && !isKept) draft.items.forget(key);
  Object.assign(node, {
    state: 'pending',
    attemptBase: node.attempt,
    leaseLossCount: 0,
    verdicts: null,
    input: isKept ? node.input : null,
    output: null,
    error: null,
    worker: null,
    firstStartedAt: null,
    queuedAt: null,
    startedAt: null,
    endedAt: null,
    dueAt: null,
    editedInput: null,
    by: null,
    waitingFor: null,
    correlation: null,
    prompt: null,
    children: isKept ? node.children : null,
    reusedFrom: null,
    completion: null,
  } satisfies Partial<NodeRunState>);
}

/**
 * P3 also holds for operators: a node whose join can no longer be satisfied cannot be started by
 * hand.
 */
export function expectStartable(draft: Draft, compiled: CompiledNode): void {
  const node = draft.node(compiled.key);
  if (joinOutcome(compiled.join, joinCounts(compiled, node)) !== 'skip') return;
  const names = namesOf(compiled.incoming.map((edge) => edge.source.key));
  throw illegal(
    `Node "${compiled.key}" never started and its join is not satisfied; retry a node before it instead: ${names}.`,
  );
}

function forgetUncaught(draft: Draft, keys: ReadonlySet<string>): void {
  const gone = new Set<string>(keys);
  for (const key of keys) {
    for (const edge of draft.compiled(key).outgoing) gone.add(uncaughtEdge(edge.id));
  }
  const uncaught = draft.get('uncaught');
  const left = uncaught.filter((id) => !gone.has(id));
  if (left.length < uncaught.length) draft.set('uncaught', left);
}

/** The run goes on; its deadline, if any, begins anew. */
function reopenRun(draft: Draft): void {
  draft.set('state', 'running');
  draft.set('endedAt', null);
  draft.set('error', null);
  draft.set('output', null);
  for (const { key } of draft.graph.undoNodes)
    Object.assign(draft.edit(key), { state: 'pending', endedAt: null });
  const { deadlineMs } = draft.graph.graph.settings;
  if (deadlineMs === undefined) return;
  const dueAt = draft.at + deadlineMs;
  draft.effects.push({ type: 'armTimer', timer: 'runDeadline', nodeKey: null, attempt: 0, dueAt });
}
