import { sizeWithin } from '@heddle/expression';
import { downstreamOf } from '@heddle/graph';
import { assert, type Json } from '@heddle/kernel';
import type { CompiledNode } from './compile.js';
import { isOpen, uncaughtEdge, type Draft } from './draft.js';
import type { EngineEvent } from './event.js';
import { joinCounts, joinOutcome } from './join.js';
import { considerNode, startAttempt } from './lifecycle.js';
import { ENGINE_LIMITS } from './limits.js';
import { abortAttempt, closeNode, disarmNode, type NodeEnd } from './node-end.js';
import { cancellation } from './node-errors.js';
import { illegal } from './refusal.js';
import type { NodeRunState } from './state.js';
import { FAILURE_PORTS, SUCCESS_PORTS } from './verdicts.js';

type RetryRequest = Extract<EngineEvent, { type: 'nodeRetryRequested' }>;
type SkipRequest = Extract<EngineEvent, { type: 'nodeSkipRequested' }>;
type CancelRequest = Extract<EngineEvent, { type: 'nodeCancelRequested' }>;
type RunCancelRequest = Extract<EngineEvent, { type: 'runCancelRequested' }>;

/** Requests that end a node instead of starting it. */
const ENDING: ReadonlySet<string> = new Set(['nodeSkipRequested', 'nodeMarkRequested']);

/** Names listed in a refusal. */
const NAMES_MAX = 5;

/** Cancels the run and everything in it. */
export function cancelRun(draft: Draft, event: RunCancelRequest): void {
  const message = `Canceled by ${event.actor.name}${event.reason ? `: ${event.reason}` : ''}`;
  draft.requestedEnd = { outcome: 'canceled', error: cancellation(message.slice(0, 1_000)) };
}

/** Cancels one open node: like a failure with code `CANCELED`, which an edge may catch. */
export function cancelNode(draft: Draft, event: CancelRequest): void {
  const compiled = draft.compiled(event.nodeKey);
  const current = draft.node(event.nodeKey);
  if (current && !isOpen(current.state)) {
    throw illegal(
      `Node "${event.nodeKey}" is ${current.state}: only what has not ended can be canceled.`,
    );
  }
  const node = draft.edit(event.nodeKey);
  const message = `Canceled by ${event.actor.name}${event.reason ? `: ${event.reason}` : ''}`;
  abortAttempt(draft, compiled, node, message);
  node.error = cancellation(message.slice(0, 1_000));
  node.by = { actor: event.actor, action: 'cancel', reason: event.reason };
  closeNode(draft, compiled, { state: 'canceled', ports: FAILURE_PORTS });
}

/**
 * Ends one node by hand with a given output, as if it had succeeded; nodes after it are reset when
 * it had ended.
 */
export function skipNode(draft: Draft, event: SkipRequest): void {
  const compiled = draft.compiled(event.nodeKey);
  const state = draft.node(event.nodeKey)?.state ?? 'pending';
  if (state === 'succeeded' || state === 'skipped') {
    throw illegal(
      `Node "${event.nodeKey}" is ${state}: only a node that has not succeeded can be skipped.`,
    );
  }
  expectOutputWithin(event.output);
  const by = { actor: event.actor, action: 'skip', reason: event.reason } as const;
  const { output } = event;
  endByHand(draft, compiled, { state: 'skipped', ports: SUCCESS_PORTS, output, error: null, by });
}

/** @throws when a value is too large to be the output of a node. */
export function expectOutputWithin(output: Json): void {
  if (sizeWithin(output, ENGINE_LIMITS.outputSizeMax) !== null) return;
  throw illegal(
    `The output is larger than ${ENGINE_LIMITS.outputSizeMax} characters of JSON or nested too deeply.`,
  );
}

/** How a person ends a node, with everything that it then shows. */
export interface EndByHand extends Required<NodeEnd> {
  output: Json | null;
  by: NonNullable<NodeRunState['by']>;
}

/** Ends a node as a person says, open or ended; what came after an ended one is reset, and its run goes on. */
export function endByHand(draft: Draft, compiled: CompiledNode, end: EndByHand): void {
  const state = draft.node(compiled.key)?.state ?? 'pending';
  let reset: CompiledNode[] = [];
  if (isOpen(state)) abortAttempt(draft, compiled, draft.edit(compiled.key), 'Ended by hand.');
  else reset = resetFrom(draft, compiled);
  const { output, error, by } = end;
  Object.assign(draft.edit(compiled.key), { output, error, by });
  closeNode(draft, compiled, { state: end.state, ports: end.ports });
  draft.toConsider.push(...reset);
}

/** Starts one node again; nodes after it are reset and run again when their joins are satisfied. */
export function retryNode(draft: Draft, event: RetryRequest): void {
  const compiled = draft.compiled(event.nodeKey);
  if (event.input && !compiled.type.hasEditableInput) {
    throw illegal(`A ${compiled.type.type} node has no input that could be edited.`);
  }
  if (event.input && sizeWithin(event.input.value, ENGINE_LIMITS.inputSizeMax) === null) {
    throw illegal(
      `The input is larger than ${ENGINE_LIMITS.inputSizeMax} characters of JSON or nested too deeply.`,
    );
  }
  const by = { actor: event.actor, action: 'retry', reason: event.reason } as const;
  const editedInput = event.input ?? null;
  const current = draft.node(event.nodeKey);
  if (current?.waitingFor === 'retry') {
    const node = draft.edit(compiled.key);
    disarmNode(draft, compiled, node);
    Object.assign(node, { attemptBase: node.attempt, firstStartedAt: null, editedInput, by });
    return startAttempt(draft, compiled);
  }
  expectRetryable(compiled, current);
  const reset = resetFrom(draft, compiled);
  Object.assign(draft.edit(compiled.key), { editedInput, by });
  considerNode(draft, compiled);
  draft.toConsider.push(...reset);
}

function expectRetryable(compiled: CompiledNode, node: NodeRunState | undefined): void {
  const state = node?.state ?? 'pending';
  if (node?.waitingFor === 'hold') {
    throw illegal(`Node "${compiled.key}" waits because it is held: release it instead.`);
  }
  if (isOpen(state)) {
    throw illegal(`Node "${compiled.key}" is ${state}: only a node that has ended can be retried.`);
  }
  if (state === 'skipped' && !isByHand(node)) {
    const names = namesOf(compiled.incoming.map((edge) => edge.source.key));
    throw illegal(
      `Node "${compiled.key}" was skipped because its join was not satisfied; retry a node before it instead: ${names}.`,
    );
  }
}

function isByHand(node: NodeRunState | undefined): boolean {
  return node?.by?.action === 'skip' || node?.by?.action === 'mark';
}

/** Node keys for a sentence, at most {@link NAMES_MAX}. */
export function namesOf(keys: readonly string[]): string {
  const shown = [...new Set(keys)].slice(0, NAMES_MAX).map((key) => `"${key}"`);
  return keys.length > shown.length ? `${shown.join(', ')} …` : shown.join(', ');
}

/**
 * Puts a node that has ended, every node after it that is not pending, and the nodes that the end
 * of the run canceled, back to pending, and reopens the run. `kept`: the node that goes on with the
 * items it has, beside those that the end of the run canceled.
 * @returns the other nodes that were reset, whose joins have to be looked at.
 */
export function resetFrom(
  draft: Draft,
  compiled: CompiledNode,
  kept: string | null = null,
): CompiledNode[] {
  const after = [...downstreamOf(draft.graph.graph, compiled.key)];
  expectNoneActive(draft, compiled.key, after);
  const keys = new Set([compiled.key]);
  for (const key of after) if ((draft.node(key)?.state ?? 'pending') !== 'pending') keys.add(key);
  const isReopened = draft.get('endedAt') !== null;
  if (isReopened) {
    for (const [key, node] of draft.state.nodes) if (wasCanceledByRunEnd(node)) keys.add(key);
  }
  for (const key of keys) unsettleOutgoing(draft, draft.compiled(key));
  for (const key of keys) resetNode(draft, key, key === compiled.key ? key === kept : null);
  expectStartable(draft, compiled);
  forgetUncaught(draft, keys);
  if (isReopened) reopenRun(draft);
  keys.delete(compiled.key);
  return [...keys].map((key) => draft.compiled(key));
}

/** Such a node has not decided its edges, unlike one that a person canceled. */
function wasCanceledByRunEnd(node: NodeRunState): boolean {
  return node.state === 'canceled' && node.verdicts === null;
}

function expectNoneActive(draft: Draft, key: string, after: readonly string[]): void {
  const active = after.filter((other) => {
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
function resetNode(draft: Draft, key: string, keepsItems: boolean | null): void {
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
  } satisfies Partial<NodeRunState>);
}

/**
 * P3 also holds for operators: a node whose join can no longer be satisfied cannot be started by
 * hand.
 */
function expectStartable(draft: Draft, compiled: CompiledNode): void {
  const node = draft.node(compiled.key);
  if (joinOutcome(compiled.join, joinCounts(compiled, node)) !== 'skip') return;
  if (ENDING.has(draft.event.type)) return;
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
  const { deadlineMs } = draft.graph.graph.settings;
  if (deadlineMs === undefined) return;
  const dueAt = draft.at + deadlineMs;
  draft.effects.push({ type: 'armTimer', timer: 'runDeadline', nodeKey: null, attempt: 0, dueAt });
}
