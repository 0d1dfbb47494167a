import { isJsonObject } from '@heddle/kernel';
import type { CompiledNode } from './compile.js';
import { isOpen, type Draft, type RunEnd } from './draft.js';
import { endNodeHold, endRunHolds, isRunHeld } from './held.js';
import { startAttempt } from './lifecycle.js';
import { abortAttempt, cancelOpenNodes } from './node-end.js';
import { cancellation } from './node-errors.js';
import type { NodeError } from './node-type.js';
import { illegal } from './refusal.js';
import { resetNode } from './reset.js';
import type { CompensationState } from './state.js';
import { editCompensation, owedUndos } from './undoing.js';

type BadEnd = Exclude<RunEnd, { outcome: 'succeeded' }>;

/**
 * Undoes what the run did before it ends like this: what is open is canceled, then the undo nodes of what succeeded run one
 * after the other, last success first.
 * @returns false when nothing is to be undone.
 */
export function beginCompensation(draft: Draft, end: BadEnd, message: string): boolean {
  if (!isWanted(draft, end)) return false;
  const pending = owedUndos(draft.graph, (key) => draft.node(key));
  if (pending.length === 0) return false;
  cancelOpenNodes(draft, message);
  if (draft.graph.graph.settings.deadlineMs !== undefined) {
    draft.effects.push({ type: 'disarmTimer', timer: 'runDeadline', nodeKey: null });
  }
  const { outcome, error } = end;
  draft.set('compensation', { outcome, error, pending, failed: [] });
  goOnUndoing(draft);
  return true;
}

function isWanted(draft: Draft, end: BadEnd): boolean {
  if (end.outcome === 'canceled') return end.compensate === true;
  return draft.graph.graph.settings.compensate !== 'never';
}

/** Starts the next undo node once the one before has ended, and ends the run after the last. */
export function goOnUndoing(draft: Draft): void {
  for (let state = draft.get('compensation'); state; state = draft.get('compensation')) {
    if (draft.get('openCount') > 0) return;
    const [next, ...pending] = state.pending;
    if (next === undefined) return finish(draft, state);
    draft.set('compensation', { ...state, pending });
    draft.addOpen(1);
    startAttempt(draft, draft.compiled(next));
  }
}

/** A second cancel: what has not been undone stays as it is. */
export function stopUndoing(draft: Draft, { error }: { error: NodeError }): void {
  const state = draft.get('compensation');
  if (!state) return;
  const active = draft.graph.undoNodes.filter(({ key }) => isActive(draft, key));
  for (const compiled of active) {
    const node = draft.edit(compiled.key);
    abortAttempt(draft, compiled, node, error.message);
    draft.addOpen(-1);
  }
  const stopped = [...active.map(({ key }) => key), ...state.pending];
  for (const key of stopped) closeUndo(draft, key, 'canceled', error);
  draft.warn(`${error.message}: ${stopped.length} undo nodes did not end.`);
  editCompensation(draft, ({ failed }) => ({ pending: [], failed: [...failed, ...stopped] }));
  goOnUndoing(draft);
}

function isActive(draft: Draft, key: string): boolean {
  const state = draft.node(key)?.state ?? 'pending';
  return state !== 'pending' && isOpen(state);
}

function closeUndo(
  draft: Draft,
  key: string,
  state: 'canceled' | 'skipped',
  error: NodeError | null,
): void {
  const node = draft.edit(key);
  endNodeHold(draft, node);
  const { at: endedAt } = draft;
  Object.assign(node, {
    state,
    error: error && cancellation(error.message),
    endedAt,
    dueAt: null,
    waitingFor: null,
  });
}

/** Undo nodes that are not needed do not stay pending in a run that has ended. */
export function skipUndoNodes(draft: Draft): void {
  for (const { key } of draft.graph.undoNodes) {
    if ((draft.node(key)?.state ?? 'pending') === 'pending') closeUndo(draft, key, 'skipped', null);
  }
}

function finish(draft: Draft, { outcome, error, failed }: CompensationState): void {
  skipUndoNodes(draft);
  endRunHolds(draft);
  draft.set('state', outcome);
  draft.set('endedAt', draft.at);
  if (failed.length === 0) return draft.set('error', error);
  const names = failed.map((key) => `"${key}"`).join(', ');
  draft.warn(`Not everything was undone: ${names} did not succeed.`.slice(0, 1_000));
  const details = isJsonObject(error.details) ? error.details : {};
  draft.set('error', { ...error, details: { ...details, compensationFailed: [...failed] } });
}

/**
 * Puts an undo node that ended badly, or waits for its turn, in front of all others, not started; a run that had ended
 * goes on undoing.
 */
export function prepareUndo(draft: Draft, { key }: CompiledNode): void {
  const state = draft.node(key)?.state ?? 'pending';
  const { pending = [], failed = [] } = draft.get('compensation') ?? {};
  if (state === 'pending' ? !pending.includes(key) : !failed.includes(key)) {
    throw illegal(
      `Node "${key}" is ${state}: only an undo node that failed, or waits for its turn, can be decided by hand.`,
    );
  }
  if (state !== 'pending') {
    resetNode(draft, key, false);
    draft.addOpen(-1);
  }
  editCompensation(draft, () => ({
    pending: [key, ...pending.filter((other) => other !== key)],
    failed: failed.filter((other) => other !== key),
  }));
  if (draft.get('endedAt') === null) return;
  draft.set('state', isRunHeld(draft) ? 'paused' : 'running');
  draft.set('endedAt', null);
  draft.set('error', null);
}

/** Takes an undo node that was prepared out of the queue and counts it as open, so that it can be closed. */
export function openUndo(draft: Draft, { key }: CompiledNode): void {
  editCompensation(draft, ({ pending }) => ({ pending: pending.filter((other) => other !== key) }));
  draft.addOpen(1);
}
