import {
  evaluate,
  ExpressionError,
  renderTemplate,
  sizeWithin,
  type Scope,
} from '@heddle/expression';
import { assert, type Json } from '@heddle/kernel';
import {
  cancelLeftItems,
  countItems,
  freshChildren,
  isBetweenIterations,
  requestCancel,
  runsChildren,
} from './child-items.js';
import type { CompiledNode } from './compile.js';
import type { Draft } from './draft.js';
import type { EngineEvent } from './event.js';
import { isHeld } from './held.js';
import { ENGINE_LIMITS } from './limits.js';
import { closeNode, failAttempt, payloadTooLarge, succeed, tooLarge } from './node-end.js';
import { boundedError, cancellation, errorView, expressionFailure } from './node-errors.js';
import type { ChildrenRule, NodeError, Plan } from './node-type.js';
import { stale } from './refusal.js';
import { runScope } from './run-scope.js';
import type { ChildItem, ChildrenState, NodeRunState } from './state.js';
import { FAILURE_PORTS } from './verdicts.js';

type ChildEnded = Extract<EngineEvent, { type: 'childEnded' }>;
type EachRule = ChildrenRule & { kind: 'each' };
type LoopRule = ChildrenRule & { kind: 'loop' };

/** A node with child runs in one step; `children` is this step's own copy. */
export interface Parent {
  draft: Draft;
  compiled: CompiledNode;
  node: NodeRunState;
  children: ChildrenState;
  rule: ChildrenRule;
}

/** A node with child runs, to be written to. */
export function parentOf(draft: Draft, compiled: CompiledNode): Parent {
  const node = draft.edit(compiled.key);
  const rule = compiled.children;
  assert(rule && node.children, `node ${node.key} has no child runs`);
  const children = { ...node.children };
  node.children = children;
  return { draft, compiled, node, children, rule };
}

/** Begins an attempt that consists of child runs. */
export function beginChildren(
  draft: Draft,
  compiled: CompiledNode,
  node: NodeRunState,
  plan: Plan & { kind: 'children' },
): void {
  node.startedAt = draft.at;
  const size = sizeWithin(plan.input, ENGINE_LIMITS.inputSizeMax);
  if (size === null) {
    return failAttempt(draft, compiled, tooLarge('input', ENGINE_LIMITS.inputSizeMax));
  }
  if (!draft.charge(size)) return failAttempt(draft, compiled, payloadTooLarge(draft));
  node.input = plan.input;
  node.children = freshChildren(node.attempt, totalOf(compiled, plan.input));
  continueChildren(parentOf(draft, compiled));
}

function totalOf({ children: rule }: CompiledNode, input: Json): number | null {
  if (rule?.kind !== 'each') return rule?.kind === 'one' ? 1 : null;
  assert(Array.isArray(input), 'a plan with an item per element has no list');
  return input.length;
}

/** A node whose new attempt goes on with the items it has: those that did not end are to be started. */
export function keptParent(draft: Draft, compiled: CompiledNode): Parent {
  const parent = parentOf(draft, compiled);
  cancelLeftItems(draft, parent.node);
  Object.assign(parent.children, {
    ...countItems(draft, parent.node),
    started: parent.rule.kind === 'each' ? 0 : parent.children.started,
    active: 0,
    isStopping: false,
    outcome: null,
    again: [],
  } satisfies Partial<ChildrenState>);
  parent.node.startedAt = draft.at;
  return parent;
}

/** Lets the current attempt of a node run its child runs. */
export function continueChildren(parent: Parent): void {
  const { draft, compiled, node } = parent;
  node.state = 'running';
  node.waitingFor = 'children';
  draft.recordAttempt(node, 'running');
  const { timeoutMs } = compiled.node;
  if (timeoutMs !== undefined) draft.arm('attemptTimeout', node, draft.at + timeoutMs);
  goOn(parent);
}

/** Starts what may start, and ends the node when nothing is left to do. */
export function goOn(parent: Parent): void {
  const { draft, node, children, rule } = parent;
  const mayStart = !isHeld(draft, node);
  if (rule.kind === 'each' && mayStart) fill(parent, rule);
  else if (rule.kind !== 'each' && mayStart && children.active === 0)
    startItem(parent, rule.kind === 'loop' ? iterationOf(parent) : 0);
  if (rule.kind !== 'each' || children.active > 0) return;
  const isAllStarted = children.started === children.total && children.again.length === 0;
  if (children.outcome !== null || isAllStarted) finish(parent, rule);
}

/** Lets a node go on that started no child runs while it was held. */
export function releaseChildren(draft: Draft, compiled: CompiledNode): void {
  const node = draft.node(compiled.key);
  if (node && runsChildren(node) && !isBetweenIterations(node)) goOn(parentOf(draft, compiled));
}

/** The iteration to start: the next one, or once more the last when it did not succeed. */
function iterationOf({ draft, node, children }: Parent): number {
  const last = children.started - 1;
  const isOver = last < 0 || draft.items.get(node.key, last)?.state === 'succeeded';
  return isOver ? children.started : last;
}

/** Starts items, in order, while there is room. */
function fill(parent: Parent, { concurrency }: EachRule): void {
  const { children } = parent;
  while (children.outcome === null && children.active < concurrency) {
    const index = nextIndex(parent);
    if (index === null) return;
    startItem(parent, index);
  }
}

/** The next item to start: one to be repeated, else the first that has not been started or was canceled. */
function nextIndex({ draft, node, children }: Parent): number | null {
  const [first, ...rest] = children.again;
  if (first !== undefined) {
    children.again = rest;
    return first;
  }
  const total = children.total ?? 0;
  while (children.started < total) {
    const index = children.started++;
    const state = draft.items.get(node.key, index)?.state;
    if (state === undefined || state === 'canceled') return index;
  }
  return null;
}

/** Starts the next try of an item; an item that cannot be rendered has failed. */
export function startItem(parent: Parent, index: number): void {
  const { draft, node, children, rule } = parent;
  const before = draft.items.get(node.key, index);
  const rendered = renderItem(parent, index);
  if (!('input' in rendered)) return notStarted(parent, index, rendered);
  const { input, label } = rendered;
  const item: ChildItem = {
    state: 'active',
    try: (before?.try ?? 0) + 1,
    label,
    output: null,
    error: null,
  };
  if (before && before.state !== 'active') children[before.state]--;
  children.active++;
  if (rule.kind !== 'each') children.started = index + 1;
  draft.items.set(node.key, index, item);
  const { generation } = children;
  const place = { nodeKey: node.key, generation, index, try: item.try };
  draft.effects.push({ type: 'startChild', ...place, label, input, graph: rule.graph });
}

function renderItem(
  parent: Parent,
  index: number,
): { input: Json; label: string | null } | NodeError {
  const { draft, compiled, node, rule } = parent;
  if (rule.kind === 'one') return { input: node.input, label: null };
  const facts: Record<string, Json> =
    rule.kind === 'each'
      ? { item: itemOf(node, index), index }
      : { index, previous: outputOf(parent, index - 1) };
  try {
    const scope = scopeOf(parent, facts);
    const own = compiled.template(rule.kind === 'each' ? '/config/itemInput' : '/config/input');
    const input = own ? renderTemplate(own, scope, draft.work) : facts;
    if (sizeWithin(input, ENGINE_LIMITS.inputSizeMax) === null) {
      return tooLarge('input', ENGINE_LIMITS.inputSizeMax);
    }
    const label = rule.kind === 'each' ? compiled.template('/config/label') : undefined;
    return { input, label: label ? textOf(renderTemplate(label, scope, draft.work)) : null };
  } catch (error) {
    if (error instanceof ExpressionError) return expressionFailure(error);
    throw error;
  }
}

function textOf(label: Json): string | null {
  if (label === null) return null;
  const text = typeof label === 'string' ? label : JSON.stringify(label);
  return text.slice(0, ENGINE_LIMITS.labelLengthMax);
}

/** There is no child run whose row could tell of it later, so the run keeps a warning. */
function notStarted(parent: Parent, index: number, error: NodeError): void {
  const { draft, node, children, rule } = parent;
  if (rule.kind !== 'each') return endBadly(parent, error);
  draft.warn(`Item ${index} of "${node.key}" could not be started: ${error.message}`.slice(0, 500));
  if (draft.items.get(node.key, index) === undefined) children.failed++;
  if (isExceeded(children, rule)) exceed(parent, rule, { index, error });
}

function itemOf(node: NodeRunState, index: number): Json {
  return Array.isArray(node.input) ? (node.input[index] ?? null) : null;
}

function outputOf({ draft, node }: Parent, index: number): Json {
  return index < 0 ? null : (draft.items.get(node.key, index)?.output ?? null);
}

/** What the node's own expressions see, with more variables. */
function scopeOf({ draft, compiled }: Parent, more: Record<string, Json>): Scope {
  const { meta } = draft.state;
  const facts = {
    input: draft.get('input'),
    meta,
    startedAt: draft.get('startedAt'),
    context: draft.get('context'),
  };
  return Object.assign(runScope(facts, draft, compiled.references), more);
}

/** A child run ended, or could not be started. */
export function childEnded(draft: Draft, event: ChildEnded): void {
  const compiled = draft.compiled(event.nodeKey);
  const before = expectActive(draft, event);
  const parent = parentOf(draft, compiled);
  const { node, children, rule } = parent;
  const { state, index } = event;
  const error =
    state === 'succeeded'
      ? null
      : boundedError(event.error ?? cancellation('The child run was canceled.'));
  const output = state === 'succeeded' ? event.output : null;
  const item: ChildItem = { ...before, state, output, error };
  draft.items.set(node.key, index, item);
  children.active--;
  children[state]++;
  switch (rule.kind) {
    case 'one':
      if (error) endBadly(parent, error, state === 'canceled');
      else succeed(draft, compiled, output);
      return;
    case 'each':
      return afterItem(parent, rule, { index, item });
    case 'loop':
      return afterIteration(parent, rule, { index, item });
  }
}

function expectActive(draft: Draft, event: ChildEnded): ChildItem {
  const { nodeKey, generation, index } = event;
  const node = draft.node(nodeKey);
  const item = draft.items.get(nodeKey, index);
  const isCurrent =
    node !== undefined &&
    runsChildren(node) &&
    node.children?.generation === generation &&
    item?.state === 'active' &&
    item.try === event.try;
  if (isCurrent) return item;
  throw stale(`Node "${nodeKey}" does not wait for try ${event.try} of item ${index}.`);
}

interface EndedItem {
  index: number;
  item: ChildItem;
}

function afterItem(parent: Parent, rule: EachRule, { index, item }: EndedItem): void {
  const { draft, children } = parent;
  if (children.outcome === null) {
    if (!draft.charge(sizeOf(item.output))) stop(parent, 'failed', payloadTooLarge(draft));
    else if (item.error && isExceeded(children, rule)) {
      exceed(parent, rule, { index, error: item.error });
    } else decideStop(parent, { index, item });
  }
  goOn(parent);
}

function sizeOf(output: Json): number {
  return sizeWithin(output, ENGINE_LIMITS.outputSizeMax) ?? ENGINE_LIMITS.outputSizeMax;
}

function decideStop(parent: Parent, { index, item }: EndedItem): void {
  const { compiled, node, children } = parent;
  if (compiled.node.config['stopWhen'] === undefined) return;
  const { output, state: status } = item;
  const { succeeded, failed } = children;
  const error = errorView(item.error);
  const facts = { item: itemOf(node, index), index, output, error, status, succeeded, failed };
  const holds = decide(parent, '/config/stopWhen', facts);
  if (typeof holds !== 'boolean') stop(parent, 'failed', holds);
  else if (holds) stop(parent, 'succeeded', null);
}

/** The value of a condition of the node; an error when it has none. */
function decide(parent: Parent, path: string, facts: Record<string, Json>): boolean | NodeError {
  const { draft, compiled } = parent;
  try {
    const value = evaluate(compiled.expression(path), scopeOf(parent, facts), draft.work);
    if (typeof value === 'boolean') return value;
    const message = `${path}: the condition must be true or false, but is ${JSON.stringify(value).slice(0, 80)}.`;
    return { code: 'EXPRESSION_FAILED', message, isFinal: true };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return expressionFailure(error.within(error.source, path, 0));
  }
}

/** Rounding must not turn `0.29 * 100` into less than 29. */
const SHARE_TOLERANCE = 1e-9;

function isExceeded({ failed, canceled, total }: ChildrenState, { tolerate }: EachRule): boolean {
  const bad = failed + canceled;
  if ('count' in tolerate) return bad > tolerate.count;
  return bad > tolerate.share * (total ?? 0) + SHARE_TOLERANCE;
}

function exceed(
  parent: Parent,
  { onExceeded }: EachRule,
  cause: { index: number; error: NodeError },
): void {
  const error = itemsFailed(parent, cause);
  if (onExceeded === 'cancel') return stop(parent, 'failed', error);
  parent.children.outcome = 'failed';
  parent.node.error = error;
}

function itemsFailed(
  { draft, node, children }: Parent,
  { index, error }: { index: number; error: NodeError },
): NodeError {
  const { failed, canceled, total } = children;
  const label = draft.items.get(node.key, index)?.label ?? null;
  const name = label === null ? `Item ${index}` : `Item ${index} ("${label}")`;
  const others = failed + canceled - 1;
  const rest = others > 0 ? `, and ${others} more of ${total} had failed before` : '';
  const details = { index, label, code: error.code, failed, canceled, total };
  const message = `${name} failed: ${error.message}`.slice(0, ENGINE_LIMITS.errorMessageLengthMax);
  return { code: 'ITEMS_FAILED', message: `${message}${rest}`, details };
}

/** No further items; those that run are canceled, and then the node ends. */
function stop(parent: Parent, outcome: 'succeeded' | 'failed', error: NodeError | null): void {
  const { draft, node, children } = parent;
  children.outcome = outcome;
  children.isStopping = true;
  children.again = [];
  node.error = error;
  if (children.active === 0) return;
  requestCancel(draft, node, error ? error.message.slice(0, 500) : 'No further items are needed.');
}

/** Ends a node with items once none is active and none is left to start. */
function finish(parent: Parent, rule: EachRule): void {
  const { draft, compiled, node, children } = parent;
  if (children.outcome === null && isExceeded(children, rule)) {
    return failAttempt(draft, compiled, itemsFailed(parent, firstFailed(parent)));
  }
  if (children.outcome === 'failed') {
    assert(node.error, `node ${node.key} is to fail without an error`);
    return failAttempt(draft, compiled, node.error);
  }
  const outputs = collect(parent);
  if (Array.isArray(outputs)) succeed(draft, compiled, outputs);
  else failAttempt(draft, compiled, outputs);
}

function firstFailed({ draft, node, children }: Parent): { index: number; error: NodeError } {
  for (let index = 0; index < (children.total ?? 0); index++) {
    const error = draft.items.get(node.key, index)?.error;
    if (error) return { index, error };
  }
  return { index: 0, error: { code: 'FAILED', message: 'it could not be started' } };
}

/** Outputs in the order of the items; null for those that did not succeed. */
function collect(parent: Parent): Json[] | NodeError {
  const { draft, compiled, node, children } = parent;
  const template = compiled.template('/config/collect');
  const outputs: Json[] = [];
  try {
    for (let index = 0; index < (children.total ?? 0); index++) {
      const item = draft.items.get(node.key, index);
      if (item?.state !== 'succeeded') outputs.push(null);
      else if (!template) outputs.push(item.output);
      else {
        const facts = { item: itemOf(node, index), index, output: item.output };
        outputs.push(renderTemplate(template, scopeOf(parent, facts), draft.work));
      }
    }
    return outputs;
  } catch (error) {
    if (error instanceof ExpressionError) return expressionFailure(error);
    throw error;
  }
}

function afterIteration(parent: Parent, rule: LoopRule, { index, item }: EndedItem): void {
  const { draft, compiled, node } = parent;
  if (item.error) return endBadly(parent, item.error, item.state === 'canceled');
  const { output } = item;
  const previous = outputOf(parent, index - 1);
  const holds = decide(parent, '/config/until', { index, output, previous });
  if (typeof holds !== 'boolean') return failAttempt(draft, compiled, holds);
  const isLast = index + 1 >= rule.iterationsMax;
  if (holds || (isLast && rule.onExhausted === 'succeed')) return succeed(draft, compiled, output);
  if (isLast) {
    const message = `The loop ran ${rule.iterationsMax} times, and its condition did not hold.`;
    return failAttempt(draft, compiled, { code: 'LOOP_EXHAUSTED', message });
  }
  if (!draft.charge(sizeOf(output))) return failAttempt(draft, compiled, payloadTooLarge(draft));
  if (rule.delayMs === 0) return goOn(parent);
  node.state = 'waiting';
  node.waitingFor = 'time';
  node.dueAt = draft.at + rule.delayMs;
  draft.arm('nextIteration', node, node.dueAt);
}

/** The pause of a loop is over. */
export function nextIteration(draft: Draft, node: NodeRunState, attempt: number): void {
  if (!isBetweenIterations(node) || node.attempt !== attempt) {
    throw stale(`Node "${node.key}" does not wait for its next iteration.`);
  }
  const parent = parentOf(draft, draft.compiled(node.key));
  const { dueAt } = parent.node;
  // All pauses of an attempt look alike: one that is over may be told twice, or by a clock that is fast.
  if (dueAt !== null && draft.at < dueAt) return draft.arm('nextIteration', parent.node, dueAt);
  draft.disarm('nextIteration', node.key);
  resume(parent.node);
  goOn(parent);
}

/** From the pause of a loop back to running child runs. */
export function resume(node: NodeRunState): void {
  node.state = 'running';
  node.waitingFor = 'children';
  node.dueAt = null;
}

/** Ends the attempt of a node whose one child run, or current iteration, did not succeed. */
function endBadly(parent: Parent, error: NodeError, isCanceled = false): void {
  const { draft, compiled, node } = parent;
  if (!isCanceled) return failAttempt(draft, compiled, error);
  node.error = cancellation(`The child run was canceled: ${error.message}`.slice(0, 1_000));
  draft.recordAttempt(node, 'canceled');
  closeNode(draft, compiled, { state: 'canceled', ports: FAILURE_PORTS });
}
