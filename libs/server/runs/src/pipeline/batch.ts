import { assert, assertNever, type Json } from '@heddle/kernel';
import {
  advance,
  newRun,
  restoreRun,
  step,
  type Effect,
  type EngineEvent,
  type StepResult,
} from '@heddle/engine';
import {
  encodeBatch,
  isStepStored,
  type EncodedBatch,
  type HistoryRow,
  type ParentRef,
  type RunRecord,
  type Sql,
  type StoredRun,
} from '@heddle/store';
import { BatchChildren } from './batch-children.js';
import { DEPTH_MAX, type BatchCore, type BatchDependencies } from './batch-core.js';
import { BatchTasks } from './batch-tasks.js';
import type { EventBody, EventRefusal, InboxItem } from './inbox.js';
import type { CachedRun } from './run-cache.js';
import { asKept, holdsLease, itemOf, toMeta, toView, unbegun } from './run-facts.js';
import { WriteSet } from './write-set.js';

type StartItem = Extract<InboxItem, { kind: 'start' }>;
type EventItem = Extract<InboxItem, { kind: 'event' }>;

/**
 * Many events, one commit: brings their runs into memory, applies the engine to each, leases what it can, and collects the rows
 * to write. Everything in memory that a failed commit must take back is undone by {@link rollback}.
 *
 * Nothing is locked. That no other server stepped one of the runs meanwhile is made sure of when the rows are written: the key
 * of the history collides. So a parent and its child runs may step in one batch, in any order.
 */
export class Batch implements BatchCore {
  readonly writes = new WriteSet();
  readonly tasks = new BatchTasks(this);
  readonly children = new BatchChildren(this);
  /** The time of all events of this batch, epoch milliseconds. */
  readonly at: number;
  #firstStep: HistoryRow | null = null;
  #encoded: EncodedBatch | null = null;
  readonly runs = new Map<string, CachedRun>();
  /** Runs that were read by this batch, not remembered. */
  readonly #fresh = new Set<string>();
  readonly #settled: (() => void)[] = [];
  readonly undo: (() => void)[] = [];
  /** What follows from steps for other runs: ended children, children to start or cancel. */
  readonly #followUps: (() => Promise<void> | void)[] = [];
  /** Signals that nobody has been given yet. */
  #signals = new Set<string>();

  constructor(readonly deps: BatchDependencies) {
    this.at = deps.now();
  }

  /** Applies all items, in their order. */
  async apply(items: readonly InboxItem[]): Promise<void> {
    const events = items.filter((item) => item.kind === 'event');
    const starts = items.filter((item) => item.kind === 'start');
    const taken = await this.#prepareStarts(starts);
    await this.bring(events.map((item) => item.runId));
    const signals = events.flatMap(({ event }) =>
      event.type === 'signalReceived' && event.signalId !== null ? [event.signalId] : [],
    );
    if (signals.length > 0) this.#signals = new Set(await this.deps.source.lockSignals(signals));
    for (const item of items) {
      if (item.kind === 'start') await this.#start(item, taken);
      else await this.#event(item);
      await this.#follow();
    }
  }

  // ---- runs in memory ----

  /** Brings runs and their parents into memory, from the cache or the database. */
  async bring(ids: Iterable<string>): Promise<void> {
    // Each round brings the parents of the last.
    for (let wanted = new Set(ids), round = 0; round <= DEPTH_MAX + 1; round++) {
      const missing: string[] = [];
      for (const id of wanted) {
        if (this.runs.has(id)) continue;
        const cached = this.deps.cache.get(id);
        if (cached) this.runs.set(id, cached);
        else missing.push(id);
      }
      if (missing.length > 0)
        for (const stored of await this.deps.source.loadRuns(missing)) {
          this.runs.set(stored.record.id, await this.#restore(stored));
          this.#fresh.add(stored.record.id);
        }
      const parents = new Set<string>();
      for (const id of wanted) {
        const parent = this.runs.get(id)?.record.parent;
        if (parent && !this.runs.has(parent.runId)) parents.add(parent.runId);
      }
      if (parents.size === 0) return;
      wanted = parents;
    }
  }

  /**
   * Reads a run again if another server has stepped it: what is written collides then, but a refusal writes nothing, and must
   * not rest on what was. @returns the run as it is now; null when it was up to date, or the commit will tell.
   */
  async #refresh({ record: { id }, seq }: CachedRun): Promise<CachedRun | null> {
    if (this.#fresh.has(id) || this.writes.hasStep(id)) return null;
    this.#fresh.add(id);
    if ((await this.deps.source.lastStep(id)) <= seq) return null;
    const [stored] = await this.deps.source.loadRuns([id]);
    if (!stored) return null;
    const run = await this.#restore(stored);
    this.runs.set(id, run);
    return run;
  }

  async #restore({
    record,
    seq,
    fields,
    nodes,
    nodeRows,
    items,
    tasks,
  }: StoredRun): Promise<CachedRun> {
    const graph = await this.deps.source.graph(record.graphId, record.graphPath);
    const meta = toMeta(record);
    const state =
      seq === 0
        ? { ...newRun(graph, { input: fields.input, meta }), ...unbegun(fields) }
        : restoreRun(graph, { ...fields, meta, nodes, items });
    const byKey = new Map(tasks.map((task) => [task.nodeKey, task]));
    return { record, seq, graph, state, tasks: byKey, nodeRows };
  }

  // ---- items ----

  /**
   * Gives ids to new runs and finds what is there already: runs that hold an idempotency key, and runs of a commit whose answer
   * was lost. @returns run ids by `workflowId/key`.
   */
  async #prepareStarts(starts: readonly StartItem[]): Promise<Map<string, string>> {
    const repeated = starts.flatMap(({ run }) => run.id ?? []);
    await this.bring(repeated);
    const nameless = starts.filter(({ run }) => run.id === null);
    if (nameless.length > 0) {
      const ids = await this.deps.source.nextRunIds(nameless.length);
      for (const [i, { run }] of nameless.entries()) run.id = ids[i]!;
    }
    const keys = starts.flatMap(({ run: { workflowId, idempotencyKey: key } }) =>
      key === null ? [] : [{ workflowId, key }],
    );
    return keys.length > 0 ? this.deps.source.runsByKey(keys) : new Map<string, string>();
  }

  async #start(item: StartItem, taken: Map<string, string>): Promise<void> {
    const { input, workflowHold, reuse, context, nodeInputs, ...facts } = item.run;
    const id = facts.id!;
    const key = `${facts.workflowId}/${facts.idempotencyKey}`;
    const known = this.runs.has(id) ? id : facts.idempotencyKey !== null && taken.get(key);
    if (known) {
      this.#settled.push(() => item.settle({ runId: known, view: null }));
      return;
    }
    // The next item of this batch with the same key finds this run.
    if (facts.idempotencyKey !== null) taken.set(key, id);
    const record: RunRecord = { ...facts, id, parent: null, graphPath: [] };
    const run = await this.add(record, input);
    const refusal = this.step(run, {
      type: 'runStarted',
      ...(reuse.length > 0 ? { reuse } : {}),
      ...(context ? { context } : {}),
      ...(nodeInputs ? { nodeInputs } : {}),
      ...(workflowHold ? { workflowHold } : {}),
    });
    assert(refusal === null, `a new run was refused: ${refusal?.message}`);
    this.#settled.push(() => item.settle({ runId: id, view: toView(run) }));
  }

  async add(record: RunRecord, input: Json): Promise<CachedRun> {
    const graph = await this.deps.source.graph(record.graphId, record.graphPath);
    const state = newRun(graph, { input, meta: toMeta(record) });
    const run = { record, seq: 0, graph, state, tasks: new Map(), nodeRows: new Set<string>() };
    this.runs.set(record.id, run);
    this.writes.addRun(run, this.at);
    return run;
  }

  async #event(item: EventItem): Promise<void> {
    let refusal = await this.#tryEvent(item);
    const run = refusal && this.runs.get(item.runId);
    if (run && (await this.#refresh(run))) refusal = await this.#tryEvent(item);
    if (refusal) this.#letBe(item);
    this.#settled.push(() => item.settle(refusal));
  }

  async #tryEvent({ runId, event, task }: EventItem): Promise<EventRefusal | null> {
    const run = this.runs.get(runId);
    if (!run) return { code: 'NO_RUN', message: `There is no run ${runId}.` };
    if (run.seq === 0 && run.state.endedAt !== null)
      return {
        code: 'ILLEGAL',
        message: `Run ${runId} could not begin, so nothing in it can go on.`,
      };
    if (task && !holdsLease(run, task, 'nodeKey' in event ? event.nodeKey : null))
      return {
        code: 'LEASE_LOST',
        message: `Task ${task.taskId} is no longer leased under fence ${task.fence}.`,
      };
    const signalId = event.type === 'signalReceived' ? event.signalId : null;
    if (signalId !== null && !this.#signals.has(signalId))
      return { code: 'STALE', message: 'The signal has been delivered already.' };
    const refusal =
      run.state.endedAt === null ? this.step(run, event) : await this.#reopen(run, event);
    // Two runs of one batch may have been found for it.
    if (!refusal && signalId !== null && this.#signals.delete(signalId))
      this.writes.consumeSignal(signalId);
    return refusal;
  }

  /** A timer that came too late must not come again. */
  #letBe({ runId, event }: EventItem): void {
    if (event.type !== 'timerFired' || !this.runs.has(runId)) return;
    const { timer: kind, nodeKey, attempt } = event;
    this.writes.disarm(runId, { kind, nodeKey, attempt });
  }

  /**
   * An event of a run that has ended. One that makes a child run go on makes its parents go on as well, or it is refused:
   * the steps are tried before any is taken.
   */
  async #reopen(run: CachedRun, event: EventBody): Promise<EventRefusal | null> {
    const steps: { run: CachedRun; event: EventBody }[] = [{ run, event }];
    for (let next = steps[0]!; ;) {
      const result = this.#try(next.run, next.event);
      if (!result.ok) {
        // A parent that has another run for this item by now goes its own way.
        if (next.run === run || result.refusal.code !== 'STALE') return result.refusal;
        steps.pop();
        break;
      }
      const { parent } = next.run.record;
      const hadEnded = next.run.state.endedAt !== null;
      const above = parent && hadEnded ? this.runs.get(parent.runId) : undefined;
      if (!parent || !above) break;
      const fresh = (await this.#refresh(above)) ?? above;
      next = { run: fresh, event: { type: 'childReopened', ...itemOf(parent) } };
      steps.push(next);
    }
    for (const { run: each, event: body } of steps.reverse()) {
      const refusal = this.step(each, body);
      assert(refusal === null, `a step that had been tried was refused: ${refusal?.message}`);
      await this.#holdAgain(each);
    }
    return null;
  }

  /** The hold of a workflow ends with a run; one that goes on is held again. */
  async #holdAgain({ record, state }: CachedRun): Promise<void> {
    const run = this.runs.get(record.id);
    if (!run || state.endedAt !== null) return;
    const hold = await this.deps.source.workflowHold(record.workflowId);
    if (!hold) return;
    const { by: actor, reason, until } = hold;
    this.step(run, { type: 'runHoldRequested', scope: 'workflow', until, actor, reason });
  }

  // ---- steps ----

  #complete(body: EventBody): EngineEvent {
    // Only failures roll dice, and only they need to be told which.
    const random = CERTAIN.has(body.type) ? 0 : Math.floor(this.deps.random() * 1_000) / 1_000;
    // Written into the body, which nobody else reads: copying events cost as much as a tenth of their step.
    return Object.assign(body, { at: this.at, random }) as EngineEvent;
  }

  #try(run: CachedRun, body: EventBody): StepResult {
    return step(run.graph, run.state, this.#complete(body));
  }

  /** One event through the engine, its effects included. */
  step(run: CachedRun, body: EventBody): EventRefusal | null {
    const event = this.#complete(body);
    const result = step(run.graph, run.state, event);
    if (!result.ok) return result.refusal;
    this.writes.noteStep(run, asKept(event, run, result.changes), result.changes);
    run.state = advance(run.state, result.changes);
    // What has fired is not due any more; the step may arm it anew.
    if (event.type === 'timerFired')
      this.writes.disarm(run.record.id, {
        kind: event.timer,
        nodeKey: event.nodeKey,
        attempt: null,
      });
    for (const effect of result.effects) this.#perform(run, effect);
    const { parent } = run.record;
    // A repair may open a run and end it again in one step.
    if (parent && typeof result.changes.run?.endedAt === 'number')
      this.#followUps.push(() => this.#tellParent(run, parent));
    return null;
  }

  /** Does what follows from steps in other runs, until nothing does. Bounded by the runs and items there are. */
  async #follow(): Promise<void> {
    for (let next = this.#followUps.shift(); next; next = this.#followUps.shift()) await next();
  }

  async #tellParent({ state }: CachedRun, parent: ParentRef): Promise<void> {
    await this.bring([parent.runId]);
    const above = this.runs.get(parent.runId);
    const { endedAt, output, error } = state;
    if (!above || endedAt === null) return;
    const ended = state.state as 'succeeded' | 'failed' | 'canceled';
    const event = { type: 'childEnded', ...itemOf(parent), state: ended, output, error } as const;
    if (this.step(above, { ...event }) === null) return;
    // Refused when the parent has moved on: then nobody waits for this child.
    const fresh = await this.#refresh(above);
    if (fresh) this.step(fresh, { ...event });
  }

  #perform(run: CachedRun, effect: Effect): void {
    switch (effect.type) {
      case 'queueTask':
        return this.tasks.queue(run, effect);
      case 'requeueTask':
        return this.tasks.requeue(run, effect.nodeKey);
      case 'cancelTask':
      case 'endTask':
        return this.tasks.end(run, effect);
      case 'armTimer':
        return this.writes.arm({ runId: run.record.id, kind: effect.timer, ...effect });
      case 'disarmTimer':
        return this.writes.disarm(run.record.id, {
          kind: effect.timer,
          nodeKey: effect.nodeKey,
          attempt: null,
        });
      case 'startChild':
        return void this.#followUps.push(() => this.children.start(run, effect));
      case 'cancelChildren':
        return void this.#followUps.push(() => this.children.cancel(run, effect));
      default:
        return assertNever(effect);
    }
  }

  // ---- outcome ----

  /** Turns what was collected into the statement to send; the batch that follows builds on these runs. */
  encode(): void {
    if (!this.writes.isEmpty) {
      const writes = this.writes.toWrites();
      this.#encoded = encodeBatch(writes);
      this.#firstStep = writes.history[0] ?? null;
    }
    for (const run of this.runs.values()) this.deps.cache.put(run);
  }

  /** Runs that this batch creates. */
  get newRunIds(): string[] {
    return this.writes.newRunIds;
  }

  /** Sends the statement: a transaction of its own unless `sql` is one. */
  async write(sql: Sql): Promise<void> {
    if (this.#encoded) await sql.rows(this.#encoded.statement);
  }

  /** Whether it is in the database although no answer came. */
  async isStored(sql: Sql): Promise<boolean> {
    return this.#firstStep !== null && isStepStored(sql, this.#firstStep);
  }

  /** After the commit: callers are told. */
  committed(): void {
    this.#encoded?.confirm();
    this.deps.runIds.settle();
    for (const task of this.tasks.waiting) this.deps.queue.add(task);
    for (const settle of this.#settled) settle();
  }

  /** After a failure: slots and cached runs go back to what the database holds. */
  rollback(): void {
    for (const undo of this.undo.reverse()) undo();
    for (const id of this.runs.keys()) this.deps.cache.drop(id);
  }
}

/** Events that never need chance. */
const CERTAIN: ReadonlySet<EventBody['type']> = new Set([
  'taskLeased',
  'taskSucceeded',
  'runStarted',
]);
