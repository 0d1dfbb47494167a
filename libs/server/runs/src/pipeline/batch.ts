import { assertNever } from '@heddle/kernel';
import {
  advance,
  newRun,
  restoreRun,
  step,
  type Effect,
  type EngineEvent,
  type RunMeta,
} from '@heddle/engine';
import { toOffer, type CommittedLease, type DispatchService } from '@heddle/server-dispatch';
import {
  insertRuns,
  loadRuns,
  lockRuns,
  nextRunIds,
  runsByIdempotencyKey,
  type NewRun,
  type RunRecord,
  type Sql,
  type StoredRun,
  type TaskRow,
} from '@heddle/store';
import type { CompiledGraphs } from './compiled-graphs.js';
import { storedDelta } from './deltas.js';
import type { EventBody, EventRefusal, InboxItem } from './inbox.js';
import type { CachedRun, RunCache } from './run-cache.js';
import type { CommittedStep } from './run-feed.js';
import { WriteSet } from './write-set.js';

/** What a batch needs of its surroundings. */
export interface BatchDependencies {
  cache: RunCache;
  graphs: CompiledGraphs;
  dispatch: DispatchService;
  /** A fresh task id, from a block that was fetched before. */
  nextTaskId: () => string;
  now: () => number;
  random: () => number;
}

/**
 * One transaction over many events: locks their runs, applies the engine to each, leases what it can, and collects the rows
 * to write. Everything in memory that a failed commit must take back is undone by {@link rollback}.
 */
export class Batch {
  readonly writes = new WriteSet();
  /** To do after the commit. */
  readonly leases: CommittedLease[] = [];
  readonly cancels: TaskRow[] = [];
  readonly steps: CommittedStep[] = [];
  /** Groups that have tasks waiting for a slot, as `namespaceId/group`. */
  readonly waiting = new Set<string>();
  readonly #runs = new Map<string, CachedRun>();
  readonly #settled: (() => void)[] = [];
  readonly #undo: (() => void)[] = [];

  constructor(
    private readonly deps: BatchDependencies,
    private readonly sql: Sql,
  ) {}

  /** Applies all items, in their order. */
  async apply(items: readonly InboxItem[]): Promise<void> {
    const starts = items.filter((item) => item.kind === 'start').map((item) => item.run);
    const runs = await this.#withIds(starts);
    const inserted = runs.length > 0 ? await insertRuns(this.sql, runs) : new Set<string>();
    if (inserted.size > 0) await this.#load([...inserted]);
    const ids = new Set(items.map((item) => (item.kind === 'start' ? item.run.id! : item.runId)));
    await this.lockAndLoad([...ids]);
    const taken = await this.#takenKeys(runs);
    for (const item of items) {
      if (item.kind === 'start') this.#start(item, taken);
      else this.#event(item);
    }
  }

  /** Gives an id to runs that do not have one yet. */
  async #withIds(runs: Extract<InboxItem, { kind: 'start' }>['run'][]): Promise<NewRun[]> {
    const nameless = runs.filter((run) => run.id === null);
    const ids = nameless.length > 0 ? await nextRunIds(this.sql, nameless.length) : [];
    for (const [i, run] of nameless.entries()) run.id = ids[i]!;
    return runs as NewRun[];
  }

  /** Locks runs and brings them into memory: from the cache when it is current, else from the database. */
  async lockAndLoad(ids: readonly string[]): Promise<void> {
    const missing = ids.filter((id) => !this.#runs.has(id));
    if (missing.length === 0) return;
    const locked = await lockRuns(this.sql, missing);
    const stale: string[] = [];
    for (const [id, seq] of locked) {
      const cached = this.deps.cache.get(id, seq);
      if (cached) this.#runs.set(id, cached);
      else stale.push(id);
    }
    if (stale.length > 0) await this.#load(stale);
  }

  async #load(ids: readonly string[]): Promise<void> {
    for (const stored of await loadRuns(this.sql, ids))
      this.#runs.set(stored.record.id, await this.#restore(stored));
  }

  async #restore(stored: StoredRun): Promise<CachedRun> {
    const graph = await this.deps.graphs.get(stored.record.graphId);
    const meta = toMeta(stored.record);
    const state =
      stored.seq === 0
        ? newRun(graph, { input: stored.fields.input, meta })
        : restoreRun(graph, {
            ...stored.fields,
            meta,
            nodes: stored.nodes,
            holds: { run: null, workflow: null },
            signals: [],
            compensation: null,
            payloadSize: 0,
            items: new Map(),
          });
    const tasks = new Map(stored.tasks.map((task) => [task.nodeKey, task]));
    return { record: stored.record, seq: stored.seq, graph, state, tasks };
  }

  /** Runs that hold the idempotency keys of runs that could not be inserted. */
  async #takenKeys(runs: readonly NewRun[]): Promise<Map<string, string>> {
    const keys = runs
      .filter((run) => run.idempotencyKey !== null && !this.#runs.has(run.id))
      .map((run) => ({ workflowId: run.workflowId, key: run.idempotencyKey! }));
    return keys.length > 0 ? runsByIdempotencyKey(this.sql, keys) : new Map<string, string>();
  }

  #start(item: Extract<InboxItem, { kind: 'start' }>, taken: ReadonlyMap<string, string>): void {
    const { workflowId, idempotencyKey } = item.run;
    const id = item.run.id!;
    const run = this.#runs.get(id);
    // A run that is past its first step was committed by an attempt of this batch whose answer was lost.
    if (run?.seq === 0) this.#step(run, { type: 'runStarted' });
    const runId = run ? id : taken.get(`${workflowId}/${idempotencyKey}`);
    this.#settled.push(() =>
      runId
        ? item.settle(runId)
        : item.fail(new Error(`Run ${id} was neither inserted nor found.`)),
    );
  }

  #event(item: Extract<InboxItem, { kind: 'event' }>): void {
    const refusal = this.#tryEvent(item);
    this.#settled.push(() => item.settle(refusal));
  }

  #tryEvent(item: Extract<InboxItem, { kind: 'event' }>): EventRefusal | null {
    const run = this.#runs.get(item.runId);
    if (!run) return { code: 'NO_RUN', message: `There is no run ${item.runId}.` };
    const { event } = item;
    if (item.task && !holdsLease(run, item.task, 'nodeKey' in event ? event.nodeKey : null))
      return {
        code: 'LEASE_LOST',
        message: `Task ${item.task.taskId} is no longer leased under fence ${item.task.fence}.`,
      };
    const refusal = this.#step(run, event);
    // A timer that came too late must not come again.
    if (refusal && event.type === 'timerFired')
      this.writes.disarm(item.runId, {
        kind: event.timer,
        nodeKey: event.nodeKey,
        attempt: event.attempt,
      });
    return refusal;
  }

  /** One event through the engine, its effects included. */
  #step(run: CachedRun, body: EventBody): EventRefusal | null {
    const event = { ...body, at: this.deps.now(), random: this.deps.random() } as EngineEvent;
    const result = step(run.graph, run.state, event);
    if (!result.ok) return result.refusal;
    const before = run.state.nodes;
    this.writes.noteRows(run, result.changes, before);
    run.state = advance(run.state, result.changes);
    run.seq += 1;
    const delta = storedDelta(result.changes);
    this.writes.noteStep(run, event, result.changes, delta);
    const { id: runId, namespaceId, workflowId } = run.record;
    const state = result.changes.run?.state ?? null;
    this.steps.push({ runId, namespaceId, workflowId, seq: run.seq, at: event.at, delta, state });
    for (const effect of result.effects) this.#perform(run, effect, event.at);
    return null;
  }

  #perform(run: CachedRun, effect: Effect, at: number): void {
    switch (effect.type) {
      case 'queueTask':
        return this.#queueTask(run, effect, at);
      case 'requeueTask':
        return this.#requeueTask(run, effect.nodeKey);
      case 'cancelTask':
      case 'endTask':
        return this.#endTask(run, effect);
      case 'armTimer':
        return this.writes.arm({ runId: run.record.id, kind: effect.timer, ...effect });
      case 'disarmTimer':
        return this.writes.disarm(run.record.id, {
          kind: effect.timer,
          nodeKey: effect.nodeKey,
          attempt: null,
        });
      case 'startChild':
      case 'cancelChildren':
        return;
      default:
        return assertNever(effect);
    }
  }

  #queueTask(run: CachedRun, effect: Extract<Effect, { type: 'queueTask' }>, at: number): void {
    const task: TaskRow = {
      id: this.deps.nextTaskId(),
      runId: run.record.id,
      nodeKey: effect.nodeKey,
      attempt: effect.attempt,
      namespaceId: run.record.namespaceId,
      group: effect.group,
      executor: effect.executor,
      state: 'queued',
      fence: 0,
      workerId: null,
      priority: effect.priority,
      timeoutMs: effect.timeoutMs,
      queuedAt: at,
    };
    run.tasks.set(task.nodeKey, task);
    this.writes.addTask(task);
    this.lease(run, task);
  }

  #requeueTask(run: CachedRun, nodeKey: string): void {
    const task = run.tasks.get(nodeKey);
    if (!task) return;
    this.#undo.push(this.deps.dispatch.release(task.workerId, task.id));
    const queued: TaskRow = { ...task, state: 'queued', workerId: null };
    run.tasks.set(nodeKey, queued);
    this.writes.changeTask(queued);
    this.lease(run, queued);
  }

  #endTask(run: CachedRun, effect: Extract<Effect, { type: 'endTask' | 'cancelTask' }>): void {
    const task = run.tasks.get(effect.nodeKey);
    if (!task || task.attempt !== effect.attempt) return;
    run.tasks.delete(effect.nodeKey);
    this.writes.endTask(task.id);
    if (effect.type === 'cancelTask') this.cancels.push(task);
    else this.#undo.push(this.deps.dispatch.release(task.workerId, task.id));
  }

  /** Leases a queued task in this very transaction when a worker of this server has a free slot. */
  lease(run: CachedRun, task: TaskRow): boolean {
    const session = this.deps.dispatch.choose(task);
    if (!session) {
      this.waiting.add(`${task.namespaceId}/${task.group}`);
      return false;
    }
    const leased: TaskRow = {
      ...task,
      state: 'leased',
      fence: task.fence + 1,
      workerId: session.workerId,
    };
    const refusal = this.#step(run, {
      type: 'taskLeased',
      nodeKey: task.nodeKey,
      attempt: task.attempt,
      worker: session.name,
    });
    if (refusal) return false;
    this.#undo.push(this.deps.dispatch.hold(session, leased));
    run.tasks.set(task.nodeKey, leased);
    this.writes.changeTask(leased);
    const input = run.state.nodes.get(task.nodeKey)?.input ?? null;
    const names = { workflow: run.record.workflowName, namespace: run.record.namespace };
    this.leases.push({ task: leased, offer: toOffer(leased, input, names) });
    return true;
  }

  /** Leases tasks that waited in the database and whose runs `claimTasks` has locked. @returns how many. */
  async leaseClaimed(claimed: readonly { taskId: string; runId: string }[]): Promise<number> {
    await this.lockAndLoad([...new Set(claimed.map((claim) => claim.runId))]);
    let count = 0;
    for (const { taskId, runId } of claimed) {
      const run = this.#runs.get(runId);
      const task = run && [...run.tasks.values()].find((t) => t.id === taskId);
      if (run && task?.state === 'queued' && this.lease(run, task)) count += 1;
    }
    return count;
  }

  /** After the commit: memory may be trusted, callers are told. */
  committed(): void {
    for (const run of this.#runs.values()) this.deps.cache.put(run);
    for (const settle of this.#settled) settle();
  }

  /** After a failure: slots and cached runs go back to what the database holds. */
  rollback(): void {
    for (const undo of this.#undo.reverse()) undo();
    for (const id of this.#runs.keys()) this.deps.cache.drop(id);
  }
}

function holdsLease(
  run: CachedRun,
  ref: { taskId: string; fence: number },
  nodeKey: string | null,
): boolean {
  const task = nodeKey === null ? undefined : run.tasks.get(nodeKey);
  return task?.id === ref.taskId && task.fence === ref.fence && task.state === 'leased';
}

function toMeta(record: RunRecord): RunMeta {
  return {
    id: record.id,
    workflowName: record.workflowName,
    version: record.version ?? 0,
    namespace: record.namespace,
    trigger: { kind: record.triggerKind, actor: record.triggerActor },
    parent: null,
    createdAt: record.createdAt,
  };
}
