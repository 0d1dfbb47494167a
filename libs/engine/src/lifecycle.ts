import { evaluate, ExpressionError, renderTemplate, sizeWithin } from '@heddle/expression';
import { GRAPH_LIMITS } from '@heddle/graph';
import { assert } from '@heddle/kernel';
import { beginChildren, continueChildren, keptParent } from './children.js';
import type { CompiledNode } from './compile.js';
import type { Draft } from './draft.js';
import { endNodeHold, isHeld, isReset, waitForHold } from './held.js';
import { joinCounts, joinOutcome } from './join.js';
import { ENGINE_LIMITS } from './limits.js';
import {
  closeNode, failAttempt, payloadTooLarge, settle, succeed, tooLarge,
} from './node-end.js'; // prettier-ignore
import { expressionFailure } from './node-errors.js';
import type { NodeEvaluator, Plan } from './node-type.js';
import { runScope } from './run-scope.js';
import type { NodeRunState } from './state.js';
import { FAILURE_PORTS } from './verdicts.js';
import { beginApproval, beginSignal } from './waits.js';

/** Priority of a task whose node names none: the middle of 0 to 9. */
const DEFAULT_PRIORITY = 5;

/**
 * Looks at a node's join again and starts or skips it when decided. Nodes that are not pending any
 * more ignore later edges.
 */
export function considerNode(draft: Draft, compiled: CompiledNode): void {
  const node = draft.node(compiled.key);
  if (node && node.state !== 'pending') return;
  const outcome = joinOutcome(compiled.join, joinCounts(compiled, node));
  if (outcome === 'start') startAttempt(draft, compiled);
  else if (outcome === 'skip') skipByJoin(draft, compiled);
}

/**
 * Settles what follows from what has just happened, until nothing does. Ends: every round settles
 * an edge or starts a node, each at most once per step.
 */
export function propagate(draft: Draft): void {
  const queue = draft.toConsider;
  for (let i = 0; i < queue.length; i++) {
    if (mustEnd(draft)) break;
    considerNode(draft, queue[i] as CompiledNode);
  }
  queue.length = 0;
}

/**
 * Whether the run ends in this step whatever else is open: a node says so, or an uncaught failure
 * under `stop`.
 */
export function mustEnd(draft: Draft): boolean {
  if (draft.requestedEnd) return true;
  return draft.firstUncaught !== null && draft.graph.graph.settings.onFailure === 'stop';
}

/** Ends a node whose join can no longer be satisfied; all its edges are dead. */
export function skipByJoin(draft: Draft, compiled: CompiledNode): void {
  const node = draft.edit(compiled.key);
  endNodeHold(draft, node);
  node.state = 'skipped';
  node.endedAt = draft.at;
  draft.addOpen(-1);
  for (const edge of compiled.outgoing) settle(draft, edge.target, false);
}

/**
 * Begins the next attempt of a node and does what its plan says; a node that was reset with its
 * items goes on with them. A held node waits instead.
 */
export function startAttempt(draft: Draft, compiled: CompiledNode): void {
  const current = draft.node(compiled.key);
  if (isHeld(draft, current)) return waitForHold(draft.edit(compiled.key));
  const keepsItems = !current || current.state === 'pending' || isReset(current);
  const node = openAttempt(draft, compiled, keepsItems);
  if (node.children) continueChildren(keptParent(draft, compiled));
  else carryOut(draft, compiled, node, planAttempt(draft, compiled, node));
}

/** Opens the next attempt of a node; `keepsItems`: with the child runs it has, if any. */
export function openAttempt(
  draft: Draft,
  compiled: CompiledNode,
  keepsItems: boolean,
): NodeRunState {
  const node = draft.edit(compiled.key);
  const { deadlineMs } = compiled.node;
  const kept = keepsItems ? node.children : null;
  if (node.children && !kept) draft.items.forget(node.key);
  Object.assign(node, {
    state: 'queued',
    attempt: node.attempt + 1,
    leaseLossCount: 0,
    input: kept ? node.input : null,
    output: null,
    error: null,
    worker: null,
    queuedAt: draft.at,
    startedAt: null,
    endedAt: null,
    dueAt: null,
    waitingFor: null,
    correlation: null,
    prompt: null,
    children: kept,
  } satisfies Partial<NodeRunState>);
  if (node.firstStartedAt === null) {
    node.firstStartedAt = draft.at;
    if (deadlineMs !== undefined) {
      draft.arm('nodeDeadline', node, draft.at + deadlineMs);
    }
  }
  return node;
}

function planAttempt(draft: Draft, compiled: CompiledNode, node: NodeRunState): Plan {
  const { type } = compiled;
  if (node.editedInput) {
    const route = type.route?.(compiled.node.config);
    assert(route, `node type ${type.type} has an edited input but no route`);
    const input = node.editedInput.value;
    node.editedInput = null;
    return { kind: 'task', ...route, input };
  }
  try {
    return type.plan(compiled.node, evaluatorOf(draft, compiled));
  } catch (error) {
    if (error instanceof ExpressionError) return { kind: 'fail', error: expressionFailure(error) };
    throw error;
  }
}

function evaluatorOf(draft: Draft, compiled: CompiledNode): NodeEvaluator {
  const { meta } = draft.state;
  const input = draft.get('input');
  const facts = { input, meta, startedAt: draft.get('startedAt'), context: draft.get('context') };
  const scope = runScope(facts, draft, compiled.references);
  return {
    now: draft.at,
    template(path) {
      const template = compiled.template(path);
      return template && renderTemplate(template, scope, draft.work);
    },
    expression(path) {
      try {
        return evaluate(compiled.expression(path), scope, draft.work);
      } catch (error) {
        if (error instanceof ExpressionError) throw error.within(error.source, path, 0);
        throw error;
      }
    },
  };
}

function carryOut(draft: Draft, compiled: CompiledNode, node: NodeRunState, plan: Plan): void {
  switch (plan.kind) {
    case 'task':
      return queueTask(draft, compiled, node, plan);
    case 'wait':
      return beginWait(draft, compiled, node, plan);
    case 'children':
      return beginChildren(draft, compiled, node, plan);
    case 'signal':
      return beginSignal(draft, compiled, node, plan);
    case 'approval':
      return beginApproval(draft, node, plan);
    case 'complete':
      node.startedAt = draft.at;
      return succeed(draft, compiled, plan.output, plan);
    case 'fail':
      node.startedAt = draft.at;
      return failAttempt(draft, compiled, plan.error);
    case 'endRun':
      node.startedAt = draft.at;
      return endByNode(draft, compiled, node, plan);
  }
}

/** Queues the task of an attempt that was withdrawn again, under the same number and with the same input. */
export function requeueWithdrawn(draft: Draft, compiled: CompiledNode): void {
  const node = draft.edit(compiled.key);
  const route = compiled.type.route?.(compiled.node.config);
  assert(route, `node type ${compiled.type.type} hands out tasks but has no route`);
  node.waitingFor = null;
  queueTask(draft, compiled, node, { kind: 'task', ...route, input: node.input });
}

function queueTask(
  draft: Draft,
  compiled: CompiledNode,
  node: NodeRunState,
  plan: Plan & { kind: 'task' },
): void {
  const size = sizeWithin(plan.input, ENGINE_LIMITS.inputSizeMax);
  if (size === null || !draft.charge(size)) {
    node.startedAt = draft.at;
    const isOwn = size === null;
    const error = isOwn ? tooLarge('input', ENGINE_LIMITS.inputSizeMax) : payloadTooLarge(draft);
    return failAttempt(draft, compiled, error);
  }
  node.state = 'queued';
  node.input = plan.input;
  draft.recordAttempt(node, 'queued');
  draft.effects.push({
    type: 'queueTask',
    nodeKey: node.key,
    attempt: node.attempt,
    group: plan.group,
    executor: plan.executor,
    input: plan.input,
    timeoutMs: compiled.node.timeoutMs ?? null,
    priority: plan.priority ?? DEFAULT_PRIORITY,
  });
}

function beginWait(
  draft: Draft,
  compiled: CompiledNode,
  node: NodeRunState,
  plan: Plan & { kind: 'wait' },
): void {
  node.startedAt = draft.at;
  node.input = plan.output;
  if (plan.until <= draft.at) return succeed(draft, compiled, plan.output);
  if (plan.until - draft.at > GRAPH_LIMITS.durationMsMax) {
    const message = `The wait would end in ${plan.until - draft.at} ms; at most ${GRAPH_LIMITS.durationMsMax} are allowed.`;
    return failAttempt(draft, compiled, { code: 'WAIT_TOO_LONG', message, isFinal: true });
  }
  node.state = 'waiting';
  node.waitingFor = 'time';
  node.dueAt = plan.until;
  draft.recordAttempt(node, 'running');
  draft.arm('wait', node, plan.until);
}

function endByNode(
  draft: Draft,
  compiled: CompiledNode,
  node: NodeRunState,
  plan: Plan & { kind: 'endRun' },
): void {
  if (plan.outcome === 'failed') {
    node.error = plan.error;
    draft.recordAttempt(node, 'failed');
    closeNode(draft, compiled, { state: 'failed', ports: FAILURE_PORTS });
    const { code, message } = plan.error;
    const error = { code, message, details: { nodeKey: node.key } };
    draft.requestedEnd ??= { outcome: 'failed', error };
    return;
  }
  if (sizeWithin(plan.output, ENGINE_LIMITS.outputSizeMax) === null) {
    return failAttempt(draft, compiled, tooLarge('output', ENGINE_LIMITS.outputSizeMax));
  }
  succeed(draft, compiled, plan.output);
  draft.requestedEnd ??= { outcome: 'succeeded', output: plan.output };
}
