import type { Draft } from './draft.js';
import type { Hold, NodeRunState } from './state.js';

/** Whether something keeps a node from starting: its own hold, or one of the run or the workflow. */
export function isHeld(draft: Draft, node: NodeRunState | undefined): boolean {
  return isRunHeld(draft) || (node?.hold ?? null) !== null;
}

/** Whether nothing of the run may start. */
export function isRunHeld(draft: Draft): boolean {
  const { run, workflow } = draft.get('holds');
  return run !== null || workflow !== null;
}

/**
 * Whether a held node has an attempt whose task was taken out of the queue: released, it is queued again under the same
 * number. A held node that has not begun its next attempt has either no `queuedAt` or the error of the last one.
 */
export function isWithdrawn(node: NodeRunState): boolean {
  return node.waitingFor === 'hold' && node.queuedAt !== null && node.error === null;
}

/** Whether the next attempt of a node would follow one that failed: it waits for its time, or for a hold to end. */
export function awaitsRetry(node: NodeRunState): boolean {
  return node.waitingFor === 'retry' || (node.waitingFor === 'hold' && node.error !== null);
}

/** Whether a node that waits for a hold comes from pending, not from a failed attempt. */
export function isReset(node: NodeRunState): boolean {
  return node.waitingFor === 'hold' && node.error === null;
}

/** Lets a node wait for its release. No attempt begins. */
export function waitForHold(node: NodeRunState): void {
  node.state = 'waiting';
  node.waitingFor = 'hold';
  node.dueAt = null;
}

/** Takes the task of a node that is held back from the queue, or from the worker that handed it back. */
export function withdraw(draft: Draft, node: NodeRunState): void {
  draft.effects.push({ type: 'cancelTask', nodeKey: node.key, attempt: node.attempt });
  waitForHold(node);
}

/** A node that has ended is not held any more. */
export function endNodeHold(draft: Draft, node: NodeRunState): void {
  if (!node.hold) return;
  if (node.hold.until !== null) draft.disarm('holdRelease', node.key);
  node.hold = null;
}

/** Arms the one timer of the run's own hold and its workflow's for the one that ends first. */
export function armRunHolds(
  draft: Draft,
  before: { run: Hold | null; workflow: Hold | null },
): void {
  const dueAt = firstEnd(draft.get('holds'));
  if (dueAt !== null) {
    draft.effects.push({
      type: 'armTimer',
      timer: 'holdRelease',
      nodeKey: null,
      attempt: 0,
      dueAt,
    });
  } else if (firstEnd(before) !== null) {
    draft.effects.push({ type: 'disarmTimer', timer: 'holdRelease', nodeKey: null });
  }
}

function firstEnd({ run, workflow }: { run: Hold | null; workflow: Hold | null }): number | null {
  const ends = [run?.until ?? null, workflow?.until ?? null].filter((until) => until !== null);
  return ends.length === 0 ? null : Math.min(...ends);
}

/** A run that has ended is not held any more, by whomever. */
export function endRunHolds(draft: Draft): void {
  const before = draft.get('holds');
  if (before.run === null && before.workflow === null) return;
  draft.set('holds', { run: null, workflow: null });
  armRunHolds(draft, before);
}
