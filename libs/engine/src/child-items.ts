import type { Draft } from './draft.js';
import { isOpen } from './draft.js';
import { cancellation } from './node-errors.js';
import type { ChildrenState, NodeRunState } from './state.js';

/** The counts of a node that has started no child run yet. */
export function freshChildren(generation: number, total: number | null): ChildrenState {
  return {
    generation,
    total,
    started: 0,
    active: 0,
    succeeded: 0,
    failed: 0,
    canceled: 0,
    isStopping: false,
    outcome: null,
    again: [],
  };
}

/** Whether the current attempt of a node consists of child runs and goes on. */
export function runsChildren(node: NodeRunState): boolean {
  const { children, state, waitingFor } = node;
  if (children === null || !isOpen(state)) return false;
  return waitingFor === 'children' || waitingFor === 'time';
}

/** Whether a loop waits for its next iteration. */
export function isBetweenIterations(node: NodeRunState): boolean {
  return runsChildren(node) && node.state === 'waiting';
}

/** Gives up the child runs of a node whose attempt ends now: what they still do counts no more. */
export function abandonChildren(draft: Draft, node: NodeRunState, reason: string): void {
  const { children } = node;
  if (!children) return;
  if (children.active > 0) {
    if (!children.isStopping) requestCancel(draft, node, reason);
    cancelLeftItems(draft, node, reason);
  }
  const canceled = children.canceled + children.active;
  node.children = { ...children, active: 0, canceled, isStopping: true, again: [] };
}

/**
 * Notes items as canceled that are active by what is known. A node that goes on with its items may
 * have such items although it had given them up: when it was restored before their runs had ended.
 */
export function cancelLeftItems(
  draft: Draft,
  node: NodeRunState,
  reason = 'The node ended before this item did.',
): void {
  const error = cancellation(reason);
  for (let index = 0; index < itemsEnd(draft, node); index++) {
    const item = draft.items.get(node.key, index);
    if (item?.state !== 'active') continue;
    draft.items.set(node.key, index, { ...item, state: 'canceled', error });
  }
}

/** Asks for the active child runs of a node to be canceled. */
export function requestCancel(draft: Draft, node: NodeRunState, reason: string): void {
  const generation = node.children?.generation ?? 0;
  draft.effects.push({ type: 'cancelChildren', nodeKey: node.key, generation, reason });
}

/** All items of a node that may have been started are before this place. */
export function itemsEnd(draft: Draft, node: NodeRunState): number {
  const started = node.children?.started ?? 0;
  return Math.max(node.children?.total ?? 0, started, draft.state.items.get(node.key)?.length ?? 0);
}

/** How the items of a node ended, from the items themselves: some may have ended after the node had. */
export function countItems(
  draft: Draft,
  node: NodeRunState,
): Pick<ChildrenState, 'succeeded' | 'failed' | 'canceled'> {
  const counts = { succeeded: 0, failed: 0, canceled: 0 };
  for (let index = 0; index < itemsEnd(draft, node); index++) {
    const state = draft.items.get(node.key, index)?.state;
    if (state && state !== 'active') counts[state]++;
  }
  return counts;
}
