import { assertNever } from '@heddle/kernel';
import { isOpen, type Draft } from './draft.js';
import type { EngineEvent } from './event.js';
import { abandonChildren, isBetweenIterations, runsChildren } from './child-items.js';
import { nextIteration } from './children.js';
import { awaitsRetry } from './held.js';
import { holdTimerFired } from './holds.js';
import { startAttempt } from './lifecycle.js';
import { abortAttempt, closeNode, failAttempt, succeed } from './node-end.js';
import { stale } from './refusal.js';
import type { NodeRunState, WaitingFor } from './state.js';
import { isUndoing } from './undoing.js';
import { FAILURE_PORTS } from './verdicts.js';
import { expire } from './waits.js';

type TimerFired = Extract<EngineEvent, { type: 'timerFired' }>;

/** A timer that is still wanted does its work; one that is not is refused as stale. */
export function timerFired(draft: Draft, event: TimerFired): void {
  if (event.timer === 'runDeadline') return runDeadline(draft);
  if (event.timer === 'holdRelease') return holdTimerFired(draft, event);
  const key = event.nodeKey;
  const node = key === null ? undefined : draft.node(key);
  if (key === null || !node) throw stale(`No timer "${event.timer}" is armed.`);
  switch (event.timer) {
    case 'retry':
      return retry(draft, node, event);
    case 'wait':
      return endWait(draft, node, event);
    case 'attemptTimeout':
      return attemptTimeout(draft, node, event);
    case 'nodeDeadline':
      return nodeDeadline(draft, node);
    case 'expiry':
      return expire(draft, node, event.attempt);
    case 'nextIteration':
      return nextIteration(draft, node, event.attempt);
      throw stale(`No timer "${event.timer}" is armed.`);
    default:
      assertNever(event.timer);
  }
}

function runDeadline(draft: Draft): void {
  const { deadlineMs } = draft.graph.graph.settings;
  if (deadlineMs === undefined) throw stale('This run has no deadline.');
  if (isUndoing(draft)) throw stale('The deadline of this run is over.');
  const message = `The run took longer than its deadline of ${deadlineMs} ms.`;
  draft.requestedEnd = { outcome: 'failed', error: { code: 'DEADLINE', message } };
}

function expectWaiting(node: NodeRunState, event: TimerFired, waitingFor: WaitingFor): void {
  if (node.waitingFor !== waitingFor || node.attempt !== event.attempt) {
    throw stale(
      `Attempt ${event.attempt} of node "${node.key}" does not wait for its ${event.timer}.`,
    );
  }
}

function retry(draft: Draft, node: NodeRunState, event: TimerFired): void {
  expectWaiting(node, event, 'retry');
  startAttempt(draft, draft.compiled(node.key));
}

function endWait(draft: Draft, node: NodeRunState, event: TimerFired): void {
  expectWaiting(node, event, 'time');
  if (node.children) throw stale(`Node "${node.key}" is no wait.`);
  succeed(draft, draft.compiled(node.key), node.input);
}

function attemptTimeout(draft: Draft, node: NodeRunState, event: TimerFired): void {
  const compiled = draft.compiled(node.key);
  const isRunning = node.state === 'running' || isBetweenIterations(node);
  if (!isRunning || node.attempt !== event.attempt) {
    throw stale(`Attempt ${event.attempt} of node "${node.key}" does not run.`);
  }
  const message = `The attempt ran longer than its timeout of ${compiled.node.timeoutMs} ms.`;
  if (runsChildren(node)) abandonChildren(draft, draft.edit(node.key), message);
  else draft.effects.push({ type: 'cancelTask', nodeKey: node.key, attempt: node.attempt });
  failAttempt(draft, compiled, { code: 'TIMEOUT', message });
}

function nodeDeadline(draft: Draft, node: NodeRunState): void {
  const compiled = draft.compiled(node.key);
  const { deadlineMs } = compiled.node;
  const startedAt = node.firstStartedAt;
  const isArmed =
    deadlineMs !== undefined &&
    startedAt !== null &&
    node.state !== 'pending' &&
    isOpen(node.state);
  if (!isArmed) throw stale(`No deadline of node "${node.key}" is armed.`);
  const dueAt = startedAt + deadlineMs;
  // A clock that went back fires early: without arming it again the deadline would be lost.
  if (draft.at < dueAt) return draft.arm('nodeDeadline', node, dueAt);
  const message = `The node took longer than its deadline of ${deadlineMs} ms, all attempts included.`;
  const error = { code: 'DEADLINE', message, isFinal: true };
  const edited = draft.edit(node.key);
  if (awaitsRetry(edited)) {
    // The last attempt has failed and has its record; only the node ends here.
    closeNode(draft, compiled, { state: 'failed', ports: FAILURE_PORTS, error });
    return;
  }
  abortAttempt(draft, compiled, edited, message);
  failAttempt(draft, compiled, error);
}
