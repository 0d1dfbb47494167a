import {
  advance, copyRun, newRun, step, type CompiledGraph, type Effect, type EngineEvent, type NodeError, type NodeRunState,
  type RunChanges, type RunState, type StepResult,
} from '@heddle/engine'; // prettier-ignore
import type { GraphDocument } from '@heddle/graph';
import { assert, type Json, type JsonObject } from '@heddle/kernel';
import { checkInvariants } from './invariants.js';
import { mustCompile, SIM_META, type EventBody } from './simulation.js';
import { TaskTable, type SimChildPlace } from './tasks.js';

/** Who acts in scenarios. */
export const ANA = { id: 'user:1', name: 'Ana' };

/**
 * One run told event by event, for tests that read like a story. Every accepted step is checked
 * against all invariants.
 */
export class Scenario {
  readonly compiled: CompiledGraph;
  readonly table = new TaskTable();
  run: RunState;
  /** Virtual time, in milliseconds. */
  now = 1_000;
  /** Of the last accepted step. */
  effects: readonly Effect[] = [];
  changes: RunChanges | null = null;

  constructor(graph: GraphDocument, input: Json = {}) {
    this.compiled = mustCompile(graph);
    this.run = newRun(this.compiled, { input, meta: SIM_META });
  }

  /** Offers an event; refusals are returned like successes. */
  offer(body: EventBody): StepResult {
    const event = { ...body, at: this.now, random: 0.5 } as EngineEvent;
    const before = copyRun(this.run);
    const result = step(this.compiled, this.run, event);
    if (!result.ok) return result;
    if (event.type === 'taskLeased') this.table.lease(event);
    this.table.apply(result.effects);
    this.table.record(result.changes.attempts);
    this.run = advance(this.run, result.changes);
    const { compiled: graph, table } = this;
    checkInvariants({ graph, before, event, result, after: this.run, table });
    this.effects = result.effects;
    this.changes = result.changes;
    return result;
  }

  /** Offers an event that must be accepted. */
  do(body: EventBody): this {
    const result = this.offer(body);
    assert(result.ok, `${body.type} was refused: ${result.ok ? '' : result.refusal.message}`);
    return this;
  }

  start(): this {
    return this.do({ type: 'runStarted' });
  }

  lease(nodeKey: string): this {
    return this.do({
      type: 'taskLeased',
      nodeKey,
      attempt: this.node(nodeKey).attempt,
      worker: 'w1',
    });
  }

  /** Leases the task of a node unless it is, and lets it succeed. */
  succeed(
    nodeKey: string,
    output: Json = { by: nodeKey },
    contextAppend: JsonObject | null = null,
  ): this {
    if (this.node(nodeKey).state === 'queued') this.lease(nodeKey);
    const { attempt } = this.node(nodeKey);
    return this.do({ type: 'taskSucceeded', nodeKey, attempt, output, contextAppend });
  }

  /** Leases the task of a node unless it is, and lets it fail. */
  fail(nodeKey: string, error: NodeError = { code: 'BUSY', message: 'no luck' }): this {
    if (this.node(nodeKey).state === 'queued') this.lease(nodeKey);
    return this.do({ type: 'taskFailed', nodeKey, attempt: this.node(nodeKey).attempt, error });
  }

  /** Lets the child run of an item succeed. */
  childSucceeds(nodeKey: string, index = 0, output: Json = { of: index }): this {
    const end = { state: 'succeeded', output, error: null } as const;
    return this.do({ type: 'childEnded', ...this.child(nodeKey, index), ...end });
  }

  /** Lets the child run of an item fail. */
  childFails(
    nodeKey: string,
    index = 0,
    error: NodeError = { code: 'BUSY', message: 'no luck' },
  ): this {
    const end = { state: 'failed', output: null, error } as const;
    return this.do({ type: 'childEnded', ...this.child(nodeKey, index), ...end });
  }

  /** Lets the child run of an item end as canceled. */
  childCanceled(nodeKey: string, index = 0): this {
    const error = { code: 'CANCELED', message: 'Canceled by Ana' };
    const end = { state: 'canceled', output: null, error } as const;
    return this.do({ type: 'childEnded', ...this.child(nodeKey, index), ...end });
  }

  /** The current child run of an item. */
  child(nodeKey: string, index: number): SimChildPlace {
    const generation = this.node(nodeKey).children?.generation ?? 0;
    const item = this.run.items.get(nodeKey)?.[index];
    return { nodeKey, generation, index, try: item?.try ?? 0 };
  }

  /** Items of a node by state, as one text: `succeeded active -`. */
  items(nodeKey: string): string {
    const items = [...(this.run.items.get(nodeKey) ?? [])];
    return items.map((item) => (item ? item.state : '-')).join(' ');
  }

  /** Child runs that the last accepted event started: `index/try`. */
  started(): string {
    const places = this.effects.flatMap((effect) =>
      effect.type === 'startChild' ? [`${effect.index}/${effect.try}`] : [],
    );
    return places.join(' ');
  }

  retryItem(nodeKey: string, index: number): StepResult {
    return this.offer({ type: 'itemRetryRequested', nodeKey, index, actor: ANA, reason: null });
  }

  /** Lets the next armed timer fire, at its time. */
  fireNext(): this {
    const [next] = [...this.table.timers.values()].sort((a, b) => a.dueAt - b.dueAt);
    assert(next, 'no timer is armed');
    this.now = Math.max(this.now, next.dueAt);
    this.table.timers.delete(`${next.timer} ${next.nodeKey ?? ''}`);
    const { timer, nodeKey, attempt } = next;
    return this.do({ type: 'timerFired', timer, nodeKey, attempt });
  }

  retry(nodeKey: string, input?: { value: Json }): StepResult {
    return this.offer({
      type: 'nodeRetryRequested',
      nodeKey,
      actor: ANA,
      reason: null,
      ...(input ? { input } : {}),
    });
  }

  skip(nodeKey: string, output: Json = null): StepResult {
    return this.offer({ type: 'nodeSkipRequested', nodeKey, output, actor: ANA, reason: null });
  }

  cancel(nodeKey: string): StepResult {
    return this.offer({ type: 'nodeCancelRequested', nodeKey, actor: ANA, reason: 'enough' });
  }

  /** A node's state; `pending` for one that nothing has happened to. */
  node(key: string): NodeRunState {
    const node = this.run.nodes.get(key);
    assert(node, `nothing has happened to node ${key} yet`);
    return node;
  }

  /** All node states in document order, as one text: `a:succeeded b:running`. */
  states(): string {
    return [...this.compiled.nodes.keys()]
      .map((key) => `${key}:${this.run.nodes.get(key)?.state ?? 'pending'}`)
      .join(' ');
  }
}
