import type { CompiledNode } from './compile.js';
import type { Draft } from './draft.js';
import type { Effect, EngineEvent } from './event.js';
import { disarmAttempt, failAttempt, succeed } from './node-end.js';
import { isHeld, withdraw } from './held.js';
import { LEASE_LOSSES_MAX } from './limits.js';
import { boundedError } from './node-errors.js';
import { stale } from './refusal.js';
import type { NodeRunState } from './state.js';

type TaskEvent = Extract<
  EngineEvent,
  { type: 'taskLeased' | 'taskSucceeded' | 'taskFailed' | 'taskLost' | 'taskReturned' }
>;

/** The node of a task event, checked to be in the state and at the attempt that the event needs. */
function nodeOf(
  draft: Draft,
  event: TaskEvent,
  state: 'queued' | 'running',
): { compiled: CompiledNode; node: NodeRunState } {
  const compiled = draft.compiled(event.nodeKey);
  const current = draft.node(event.nodeKey);
  if (!current || current.attempt !== event.attempt) {
    throw stale(
      `Node "${event.nodeKey}" is at attempt ${current?.attempt ?? 0}, not ${event.attempt}.`,
    );
  }
  if (current.state !== state) {
    throw stale(
      `Attempt ${event.attempt} of node "${event.nodeKey}" is not ${state}: the node is ${current.state}.`,
    );
  }
  return { compiled, node: draft.edit(event.nodeKey) };
}

/** A worker was given the task. */
export function taskLeased(draft: Draft, event: TaskEvent & { type: 'taskLeased' }): void {
  const { compiled, node } = nodeOf(draft, event, 'queued');
  node.state = 'running';
  node.worker = event.worker;
  node.startedAt = draft.at;
  const { timeoutMs } = compiled.node;
  if (timeoutMs !== undefined) draft.arm('attemptTimeout', node, draft.at + timeoutMs);
}

/** The job returned. */
export function taskSucceeded(draft: Draft, event: TaskEvent & { type: 'taskSucceeded' }): void {
  const { compiled, node } = nodeOf(draft, event, 'running');
  const end: Effect & { type: 'endTask' } = endTask(node, 'succeeded');
  draft.effects.push(end);
  succeed(draft, compiled, event.output, { contextAppend: event.contextAppend });
  // What the job returned may have exceeded a bound.
  if (draft.attemptState(node.key) === 'failed') end.state = 'failed';
}

/** The job threw. */
export function taskFailed(draft: Draft, event: TaskEvent & { type: 'taskFailed' }): void {
  const { compiled, node } = nodeOf(draft, event, 'running');
  draft.effects.push(endTask(node, 'failed'));
  failAttempt(draft, compiled, boundedError(event.error));
}

/** The lease was lost: another worker gets the task, unless too many lost it already. */
export function taskLost(draft: Draft, event: TaskEvent & { type: 'taskLost' }): void {
  const { compiled, node } = nodeOf(draft, event, 'running');
  node.leaseLossCount++;
  if (node.leaseLossCount <= LEASE_LOSSES_MAX) return requeue(draft, compiled, node);
  draft.effects.push(endTask(node, 'failed'));
  const message = `${node.leaseLossCount} workers were lost while they ran this attempt; the last one: ${event.message.slice(0, 500)}`;
  failAttempt(draft, compiled, { code: 'WORKER_LOST', message });
}

/** The worker handed the task back: no attempt spent, no loss counted. */
export function taskReturned(draft: Draft, event: TaskEvent & { type: 'taskReturned' }): void {
  const { compiled, node } = nodeOf(draft, event, 'running');
  requeue(draft, compiled, node);
}

function requeue(draft: Draft, compiled: CompiledNode, node: NodeRunState): void {
  disarmAttempt(draft, compiled, node);
  node.worker = null;
  node.startedAt = null;
  if (isHeld(draft, node)) return withdraw(draft, node);
  node.state = 'queued';
  draft.effects.push({ type: 'requeueTask', nodeKey: node.key, attempt: node.attempt });
}

function endTask(node: NodeRunState, state: 'succeeded' | 'failed'): Effect & { type: 'endTask' } {
  return { type: 'endTask', nodeKey: node.key, attempt: node.attempt, state };
}
