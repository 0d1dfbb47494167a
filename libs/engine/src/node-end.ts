import { evaluate, ExpressionError, sizeWithin } from '@heddle/expression';
import { setOwn, type Json, type JsonObject } from '@heddle/kernel';
import { abandonChildren, isBetweenIterations, runsChildren } from './child-items.js';
import type { CompiledNode } from './compile.js';
import { isOpen, uncaughtEdge, type Draft } from './draft.js';
import { endNodeHold, isWithdrawn } from './held.js';
import { ENGINE_LIMITS } from './limits.js';
import { cancellation, errorView } from './node-errors.js';
import type { NodeError } from './node-type.js';
import { nextDelayMs } from './retry.js';
import type { NodeRunState } from './state.js';
import { noteCompletion, noteUndoFailed } from './undoing.js';
import { decideEdges, FAILURE_PORTS, SUCCESS_PORTS, type LivePorts } from './verdicts.js';

/** The error of a value beyond its bound. */
export function tooLarge(what: 'input' | 'output' | 'context', limit: number): NodeError {
  const code = `${what.toUpperCase()}_TOO_LARGE`;
  const message = `The ${what} is larger than ${limit} characters of JSON or nested too deeply; pass a reference to the data instead.`;
  return { code, message, isFinal: true };
}

/** The error of a value beyond what the whole run may hold. */
export function payloadTooLarge(draft: Draft): NodeError {
  const message = `All inputs and outputs of this run together would be larger than ${draft.payloadMax} characters of JSON; pass references to the data instead, or allow more in the settings of the workflow.`;
  return { code: 'RUN_PAYLOAD_TOO_LARGE', message, isFinal: true };
}

/** What a success brings beside its output. */
interface SuccessParts {
  /** Live ports beside those of every success. */
  ports?: string[];
  /** Live ports instead of those. */
  onlyPorts?: LivePorts;
  contextAppend?: JsonObject | null;
}

/**
 * Ends a node's current attempt well, unless what it returned exceeds a bound: then the attempt has
 * failed.
 */
export function succeed(
  draft: Draft,
  compiled: CompiledNode,
  output: Json,
  { ports, onlyPorts, contextAppend }: SuccessParts = {},
): void {
  const size = sizeWithin(output, ENGINE_LIMITS.outputSizeMax);
  if (size === null) {
    return failAttempt(draft, compiled, tooLarge('output', ENGINE_LIMITS.outputSizeMax));
  }
  if (!draft.charge(size)) return failAttempt(draft, compiled, payloadTooLarge(draft));
  const node = draft.edit(compiled.key);
  if (contextAppend && !appendToContext(draft, node, contextAppend)) {
    return failAttempt(draft, compiled, tooLarge('context', ENGINE_LIMITS.contextSizeMax));
  }
  node.output = output;
  node.error = null;
  draft.recordAttempt(node, 'succeeded');
  const live = ports && ports.length > 0 ? new Set([...SUCCESS_PORTS, ...ports]) : SUCCESS_PORTS;
  closeNode(draft, compiled, { state: 'succeeded', ports: onlyPorts ?? live });
}

/**
 * Merges key by key; false when the context would grow beyond its bound. A key that someone else
 * wrote since this attempt read its input gives a warning.
 */
function appendToContext(draft: Draft, node: NodeRunState, append: JsonObject): boolean {
  const keys = Object.keys(append);
  if (keys.length === 0) return true;
  const context = { ...draft.get('context'), ...append };
  if (sizeWithin(context, ENGINE_LIMITS.contextSizeMax) === null) return false;
  const writes = { ...draft.get('contextWrites') };
  for (const key of keys) {
    const last = Object.hasOwn(writes, key) ? writes[key] : undefined;
    if (last && last.nodeKey !== node.key && last.at > (node.queuedAt ?? 0)) {
      draft.warn(
        `"${node.key}" overwrote context.${key} of "${last.nodeKey}", which ran at the same time.`,
      );
    }
    setOwn(writes, key, { nodeKey: node.key, at: draft.at });
  }
  draft.set('context', context);
  draft.set('contextWrites', writes);
  return true;
}

/**
 * Ends a node's current attempt badly: another one is awaited when the policy says so, else the
 * node has failed. `ports`: live beside those of every failure, when it has.
 */
export function failAttempt(
  draft: Draft,
  compiled: CompiledNode,
  error: NodeError,
  ports: readonly string[] = [],
): void {
  const node = draft.edit(compiled.key);
  node.error = error;
  node.output = null;
  draft.recordAttempt(node, 'failed');
  const policy = compiled.node.retry;
  const failedCount = node.attempt - node.attemptBase;
  if (
    policy &&
    failedCount < policy.attempts &&
    !error.isFinal &&
    wantsRetry(draft, compiled, error)
  ) {
    disarmWait(draft, node);
    disarmAttempt(draft, compiled, node);
    node.state = 'waiting';
    node.waitingFor = 'retry';
    node.dueAt = draft.at + nextDelayMs(policy, failedCount, draft.event.random);
    draft.arm('retry', node, node.dueAt);
    return;
  }
  const live = ports.length > 0 ? new Set([...FAILURE_PORTS, ...ports]) : FAILURE_PORTS;
  closeNode(draft, compiled, { state: 'failed', ports: live });
}

function wantsRetry(draft: Draft, compiled: CompiledNode, error: NodeError): boolean {
  if (!compiled.retryOn) return true;
  const scope = { error: errorView(error), attempt: draft.node(compiled.key)?.attempt ?? 0 };
  try {
    return evaluate(compiled.retryOn, scope, draft.work) === true;
  } catch (failure) {
    if (!(failure instanceof ExpressionError)) throw failure;
    draft.warn(`The retry filter of "${compiled.key}" could not be evaluated: ${failure.message}`);
    return false;
  }
}

/** How a node ends by what it did or what was done to it. */
export interface NodeEnd {
  state: 'succeeded' | 'failed' | 'skipped' | 'canceled';
  /** The ports that are live. Null: all edges are dead, as of a node that never ran. */
  ports: LivePorts | null;
  /** Absent or null: the error that the node has already, if any. */
  error?: NodeError | null;
}

/**
 * Puts a node into its terminal state and settles its outgoing edges. Output and error must be set,
 * or `error` given.
 */
export function closeNode(draft: Draft, compiled: CompiledNode, end: NodeEnd): void {
  const node = draft.edit(compiled.key);
  disarmNode(draft, compiled, node);
  endNodeHold(draft, node);
  const { state, ports, error } = end;
  if (error) node.error = error;
  node.state = state;
  node.endedAt = draft.at;
  node.dueAt = null;
  node.waitingFor = null;
  node.correlation = null;
  draft.addOpen(-1);
  if (state === 'succeeded') noteCompletion(draft, compiled, node);
  node.verdicts = ports && decideEdges(draft, compiled, ports);
  // After a failure, only edges that a failure leaves by can be live.
  let isCaught = false;
  for (const edge of compiled.outgoing) {
    const verdict = node.verdicts?.[edge.id];
    const isLive = verdict?.isLive === true;
    isCaught ||= isLive;
    if (verdict?.reason === 'error') draft.addUncaught(uncaughtEdge(edge.id));
    settle(draft, edge.target, isLive);
  }
  if ((state !== 'failed' && state !== 'canceled') || isCaught) return;
  if (compiled.undoes) noteUndoFailed(draft, node.key);
  else draft.addUncaught(node.key);
}

/** Disarms the timers that a node may have armed. */
export function disarmNode(draft: Draft, compiled: CompiledNode, node: NodeRunState): void {
  disarmWait(draft, node);
  disarmAttempt(draft, compiled, node);
  if (compiled.node.deadlineMs !== undefined && node.firstStartedAt !== null) {
    draft.disarm('nodeDeadline', node.key);
  }
}

function disarmWait(draft: Draft, node: NodeRunState): void {
  switch (node.waitingFor) {
    case 'retry':
      return draft.disarm('retry', node.key);
    case 'time':
      return draft.disarm(isBetweenIterations(node) ? 'nextIteration' : 'wait', node.key);
    case 'signal':
    case 'approval':
      if (node.dueAt !== null) draft.disarm('expiry', node.key);
  }
}

/**
 * Disarms the timeout of the current attempt, which runs from its lease, or from its first child
 * run, on.
 */
export function disarmAttempt(draft: Draft, compiled: CompiledNode, node: NodeRunState): void {
  if (compiled.node.timeoutMs === undefined) return;
  if (node.state !== 'running' && !isBetweenIterations(node)) return;
  draft.disarm('attemptTimeout', node.key);
}

/**
 * Stops whatever a node is doing: its timers are disarmed, its task is canceled and its current
 * attempt recorded as such. Its state is left to the caller.
 */
export function abortAttempt(
  draft: Draft,
  compiled: CompiledNode,
  node: NodeRunState,
  message: string,
): void {
  disarmNode(draft, compiled, node);
  const isBusy = node.state === 'queued' || node.state === 'running';
  if (runsChildren(node)) abandonChildren(draft, node, message);
  else if (isBusy) {
    draft.effects.push({ type: 'cancelTask', nodeKey: node.key, attempt: node.attempt });
  }
  // The failed attempt that a retry waits for has its record already.
  const isWait =
    node.waitingFor === 'hold'
      ? isWithdrawn(node)
      : node.waitingFor !== null && node.waitingFor !== 'retry';
  if (!isBusy && !isWait) return;
  node.error = cancellation(message);
  draft.recordAttempt(node, 'canceled');
}

/** Cancels every open node because the whole run ends; their edges are not decided. */
export function cancelOpenNodes(draft: Draft, message: string): void {
  for (const compiled of draft.graph.nodes.values()) {
    const current = draft.node(compiled.key);
    if (compiled.undoes || (current && !isOpen(current.state))) continue;
    const node = draft.edit(compiled.key);
    abortAttempt(draft, compiled, node, message);
    endNodeHold(draft, node);
    node.state = 'canceled';
    node.error = cancellation(message);
    node.endedAt = draft.at;
    node.dueAt = null;
    node.waitingFor = null;
    node.correlation = null;
    draft.addOpen(-1);
  }
}

/** Tells a node that one of its incoming edges has been decided. */
export function settle(draft: Draft, target: CompiledNode, isLive: boolean): void {
  const node = draft.editCounters(target.key);
  node.settledCount++;
  if (isLive) node.liveCount++;
  draft.toConsider.push(target);
}
