import { releaseChildren } from './children.js';
import { isOpen, type Draft } from './draft.js';
import type { EngineEvent } from './event.js';
import { armRunHolds, isHeld, isRunHeld, isWithdrawn, withdraw } from './held.js';
import { mustEnd, requeueWithdrawn, startAttempt } from './lifecycle.js';
import { illegal, stale } from './refusal.js';
import type { Hold } from './state.js';

type RunHoldRequest = Extract<EngineEvent, { type: 'runHoldRequested' }>;
type RunReleaseRequest = Extract<EngineEvent, { type: 'runReleaseRequested' }>;
type NodeHoldRequest = Extract<EngineEvent, { type: 'nodeHoldRequested' }>;
type NodeReleaseRequest = Extract<EngineEvent, { type: 'nodeReleaseRequested' }>;
type TimerFired = Extract<EngineEvent, { type: 'timerFired' }>;
type RunScope = RunHoldRequest['scope'];

/** Nothing of the run starts any more; what runs goes on. A second hold of the same scope replaces the first. */
export function holdRun(draft: Draft, event: RunHoldRequest): void {
  setRunHold(draft, event.scope, holdOf(event));
}

/** Holds the run in the name of `scope`. */
export function setRunHold(draft: Draft, scope: RunScope, hold: Hold): void {
  const before = draft.get('holds');
  draft.set('holds', { ...before, [scope]: hold });
  armRunHolds(draft, before);
  if (draft.get('state') === 'running') draft.set('state', 'paused');
  for (const key of draft.graph.nodes.keys()) withdrawQueued(draft, key);
}

/** Takes one hold of the run away; when it was the last one, what waited for it starts. */
export function releaseRun(draft: Draft, event: RunReleaseRequest): void {
  if (!draft.get('holds')[event.scope]) {
    throw illegal(`The ${event.scope} is not held, so there is nothing to release.`);
  }
  endScopes(draft, [event.scope]);
}

function endScopes(draft: Draft, scopes: readonly RunScope[]): void {
  const before = draft.get('holds');
  const gone = Object.fromEntries(scopes.map((scope) => [scope, null]));
  draft.set('holds', { ...before, ...gone });
  armRunHolds(draft, before);
  if (isRunHeld(draft) || draft.get('state') !== 'paused') return;
  draft.set('state', 'running');
  for (const key of draft.graph.nodes.keys()) {
    if (mustEnd(draft)) return;
    resume(draft, key);
  }
}

/** The node does not start; a task of it that no worker has taken is taken back. */
export function holdNode(draft: Draft, event: NodeHoldRequest): void {
  const state = draft.node(event.nodeKey)?.state ?? 'pending';
  if (!isOpen(state)) {
    throw illegal(`Node "${event.nodeKey}" is ${state}: only what has not ended can be held.`);
  }
  const hold = holdOf(event);
  const node = draft.edit(event.nodeKey);
  const hadEnd = node.hold !== null && node.hold.until !== null;
  node.hold = hold;
  if (hold.until !== null) draft.arm('holdRelease', node, hold.until);
  else if (hadEnd) draft.disarm('holdRelease', node.key);
  withdrawQueued(draft, node.key);
}

/** Takes the hold of a node away; it starts if nothing else holds it. */
export function releaseNode(draft: Draft, event: NodeReleaseRequest): void {
  const hold = draft.node(event.nodeKey)?.hold;
  if (!hold) {
    throw illegal(`Node "${event.nodeKey}" is not held, so there is nothing to release.`);
  }
  if (hold.until !== null) draft.disarm('holdRelease', event.nodeKey);
  endHoldOf(draft, event.nodeKey);
}

function endHoldOf(draft: Draft, key: string): void {
  draft.edit(key).hold = null;
  resume(draft, key);
}

/** The end of a hold has come. One that fires early, for a clock went back, is armed again. */
export function holdTimerFired(draft: Draft, event: TimerFired): void {
  if (event.nodeKey === null) return runHoldDue(draft);
  const node = draft.node(event.nodeKey);
  const until = node?.hold?.until ?? null;
  if (!node || until === null) throw stale(`No hold of node "${event.nodeKey}" ends by itself.`);
  if (draft.at < until) draft.arm('holdRelease', node, until);
  else endHoldOf(draft, event.nodeKey);
}

function runHoldDue(draft: Draft): void {
  const holds = draft.get('holds');
  const ending = (['run', 'workflow'] as const).filter(
    (scope) => (holds[scope]?.until ?? null) !== null,
  );
  if (ending.length === 0) throw stale('No hold of this run ends by itself.');
  endScopes(
    draft,
    ending.filter((scope) => draft.at >= (holds[scope]?.until ?? Infinity)),
  );
}

function holdOf({ actor, at, reason, until }: RunHoldRequest | NodeHoldRequest): Hold {
  if (until !== null && until <= at) {
    throw illegal(
      `The hold would end at ${new Date(until).toISOString()}, which is not in the future.`,
    );
  }
  return { by: actor, at, reason, until };
}

function withdrawQueued(draft: Draft, key: string): void {
  if (draft.node(key)?.state === 'queued') withdraw(draft, draft.edit(key));
}

/** Lets a node go on that waited for a hold, unless another one is left. */
function resume(draft: Draft, key: string): void {
  const node = draft.node(key);
  if (isHeld(draft, node)) return;
  const compiled = draft.compiled(key);
  if (node?.waitingFor !== 'hold') return releaseChildren(draft, compiled);
  if (isWithdrawn(node)) requeueWithdrawn(draft, compiled);
  else startAttempt(draft, compiled);
}
