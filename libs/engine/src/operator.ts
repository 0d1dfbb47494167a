import { sizeWithin } from '@heddle/expression';
import type { Json } from '@heddle/kernel';
import type { CompiledNode } from './compile.js';
import { openUndo, prepareUndo } from './compensation.js';
import { isOpen, type Draft } from './draft.js';
import type { EngineEvent } from './event.js';
import { considerNode, startAttempt } from './lifecycle.js';
import { ENGINE_LIMITS } from './limits.js';
import { abortAttempt, closeNode, disarmNode, type NodeEnd } from './node-end.js';
import { cancellation } from './node-errors.js';
import { illegal } from './refusal.js';
import { expectStartable, namesOf, resetFrom } from './reset.js';
import type { NodeRunState } from './state.js';
import { expectRepairable } from './undoing.js';
import { FAILURE_PORTS, SUCCESS_PORTS } from './verdicts.js';

type RetryRequest = Extract<EngineEvent, { type: 'nodeRetryRequested' }>;
type SkipRequest = Extract<EngineEvent, { type: 'nodeSkipRequested' }>;
type CancelRequest = Extract<EngineEvent, { type: 'nodeCancelRequested' }>;
type RunCancelRequest = Extract<EngineEvent, { type: 'runCancelRequested' }>;

/** Cancels the run and everything in it. */
export function cancelRun(draft: Draft, event: RunCancelRequest): void {
  const message = `Canceled by ${event.actor.name}${event.reason ? `: ${event.reason}` : ''}`;
  const error = cancellation(message.slice(0, 1_000));
  draft.requestedEnd = { outcome: 'canceled', error, compensate: event.compensate === true };
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
  if (compiled.undoes) beforeUndoEnds(draft, compiled);
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
  expectRepairable(draft, compiled);
  let reset: CompiledNode[] = [];
  if (compiled.undoes) beforeUndoEnds(draft, compiled);
  if (compiled.undoes || isOpen(state))
    abortAttempt(draft, compiled, draft.edit(compiled.key), 'Ended by hand.');
  else reset = resetFrom(draft, [compiled]);
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
  expectRepairable(draft, compiled);
  const by = { actor: event.actor, action: 'retry', reason: event.reason } as const;
  const editedInput = event.input ?? null;
  const current = draft.node(event.nodeKey);
  if (current?.waitingFor === 'retry') {
    const node = draft.edit(compiled.key);
    disarmNode(draft, compiled, node);
    Object.assign(node, { attemptBase: node.attempt, firstStartedAt: null, editedInput, by });
    return startAttempt(draft, compiled);
  }
  if (compiled.undoes && current && !isOpen(current.state)) {
    prepareUndo(draft, compiled);
    Object.assign(draft.edit(compiled.key), { editedInput, by });
    return;
  }
  expectRetryable(compiled, current);
  const reset = resetFrom(draft, [compiled]);
  expectStartable(draft, compiled);
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

/** An undo node that a person ends without having started it counts as open until it is closed. */
function beforeUndoEnds(draft: Draft, compiled: CompiledNode): void {
  expectRepairable(draft, compiled);
  const state = draft.node(compiled.key)?.state ?? 'pending';
  if (state !== 'pending' && isOpen(state)) return;
  prepareUndo(draft, compiled);
  openUndo(draft, compiled);
}

function isByHand(node: NodeRunState | undefined): boolean {
  return node?.by?.action === 'skip' || node?.by?.action === 'mark';
}
