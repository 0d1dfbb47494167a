import { isBetweenIterations, runsChildren } from './child-items.js';
import {
  continueChildren, goOn, keptParent, parentOf, resume, startItem, type Parent,
} from './children.js'; // prettier-ignore
import type { CompiledNode } from './compile.js';
import { isOpen, type Draft } from './draft.js';
import type { EngineEvent } from './event.js';
import { isHeld } from './held.js';
import { openAttempt } from './lifecycle.js';
import { ENGINE_LIMITS } from './limits.js';
import { disarmNode } from './node-end.js';
import { illegal, stale, type RefusalSignal } from './refusal.js';
import { expectStartable, resetFrom } from './reset.js';
import type { ChildItem, NodeRunState } from './state.js';
import { expectRepairable } from './undoing.js';

type ItemRetry = Extract<EngineEvent, { type: 'itemRetryRequested' }>;
type ChildReopened = Extract<EngineEvent, { type: 'childReopened' }>;

/** Starts one item of a node once more, whether the node still runs its child runs or has ended. */
export function retryItem(draft: Draft, event: ItemRetry): void {
  const { nodeKey, index } = event;
  const compiled = draft.compiled(nodeKey);
  const node = expectItems(draft, compiled);
  const item = draft.items.get(nodeKey, index);
  if (!item || (item.state === 'active' && runsChildren(node))) {
    const what = item ? 'is still active' : 'has not been started';
    throw illegal(
      `Item ${index} of "${nodeKey}" ${what}: only an item that has ended can be retried.`,
    );
  }
  expectLastOfLoop(compiled, node, index);
  const by = { actor: event.actor, action: 'retry', reason: event.reason } as const;
  if (!runsChildren(node)) {
    const parent = reopen(draft, compiled);
    parent.node.by = by;
    startItem(parent, index);
    return continueChildren(parent);
  }
  const parent = goingOn(draft, compiled, index);
  if (parent.rule.kind !== 'each' && isHeld(draft, node)) throw held(nodeKey);
  if (parent.rule.kind === 'each') parent.children.again = [...parent.children.again, index];
  else startItem(parent, index);
  goOn(parent);
}

/** The run of an item goes on although it had ended. */
export function childReopened(draft: Draft, event: ChildReopened): void {
  const { nodeKey, index, generation } = event;
  const compiled = draft.compiled(nodeKey);
  const node = expectItems(draft, compiled);
  const item = draft.items.get(nodeKey, index);
  const isCurrent = node.children?.generation === generation && item?.try === event.try;
  if (!isCurrent || item.state === 'active') {
    throw stale(
      `Try ${event.try} of item ${index} of node "${nodeKey}" is not what has ended here.`,
    );
  }
  expectLastOfLoop(compiled, node, index);
  if (!runsChildren(node)) {
    const parent = reopen(draft, compiled);
    activate(parent, index, item);
    return continueChildren(parent);
  }
  const parent = goingOn(draft, compiled, index);
  activate(parent, index, item);
}

function held(key: string): RefusalSignal {
  return illegal(`Node "${key}" is held; release it first.`);
}

function expectItems(draft: Draft, compiled: CompiledNode): NodeRunState {
  const node = draft.node(compiled.key);
  // A node that was reset keeps its items for its next start.
  if (node?.children && node.state !== 'skipped' && node.state !== 'pending') return node;
  throw illegal(`Node "${compiled.key}" has no child runs that could go on.`);
}

/** An iteration is over once a later one has used its output. */
function expectLastOfLoop(
  { key, children: rule }: CompiledNode,
  node: NodeRunState,
  index: number,
) {
  if (rule?.kind !== 'loop' || index === (node.children?.started ?? 0) - 1) return;
  throw illegal(
    `Iteration ${index} of "${key}" is not the last one: those after it have used its output.`,
  );
}

/** A node whose attempt goes on, ready for one of its ended items to be active again. */
function goingOn(draft: Draft, compiled: CompiledNode, index: number): Parent {
  const parent = parentOf(draft, compiled);
  const { node, children } = parent;
  if (children.outcome !== null) {
    throw illegal(`Node "${node.key}" is about to end; wait for its end, then retry the item.`);
  }
  if (children.again.includes(index)) {
    throw illegal(`Item ${index} of "${node.key}" is about to be started once more.`);
  }
  if (children.again.length >= ENGINE_LIMITS.itemsAgainMax) {
    throw illegal(
      `${ENGINE_LIMITS.itemsAgainMax} items of "${node.key}" are about to be started once more; wait for some of them.`,
    );
  }
  if (isBetweenIterations(node)) {
    draft.disarm('nextIteration', node.key);
    resume(node);
  }
  return parent;
}

/**
 * Opens a new attempt that goes on with the items of the one before; what came after the node is
 * reset. Items that were canceled, or never started, are started in their turn.
 */
function reopen(draft: Draft, compiled: CompiledNode): Parent {
  const { key } = compiled;
  expectRepairable(draft, compiled);
  if (isHeld(draft, draft.node(key))) throw held(key);
  if (isOpen(draft.node(key)?.state ?? 'pending')) {
    const node = draft.edit(key);
    disarmNode(draft, compiled, node);
    Object.assign(node, { attemptBase: node.attempt, firstStartedAt: null });
  } else {
    draft.toConsider.push(...resetFrom(draft, [compiled], key));
    expectStartable(draft, compiled);
  }
  openAttempt(draft, compiled, true);
  return keptParent(draft, compiled);
}

function activate({ draft, node, children }: Parent, index: number, item: ChildItem): void {
  if (item.state !== 'active') children[item.state]--;
  children.active++;
  draft.items.set(node.key, index, { ...item, state: 'active', output: null, error: null });
}
