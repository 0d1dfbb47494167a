import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { CompiledGraph, RunState } from '@heddle/engine';
import { HeddleError, faultPoint, messageOf } from '@heddle/kernel';
import {
  DispatchService,
  LeaseService,
  type TaskEvent,
  type TaskInbox,
  type TaskRef,
} from '@heddle/server-dispatch';
import {
  Database,
  RunPartitions,
  WorkflowStore,
  claimTasks,
  isStepConflict,
  isTransient,
  lastSteps,
  lockRuns,
  queuedDemand,
  queuedRuns,
  type Sql,
} from '@heddle/store';
import { SqlBatchSource } from './batch-source.js';
import { Batch } from './batch.js';
import { CompiledGraphs } from './compiled-graphs.js';
import { TaskIds } from './task-ids.js';
import {
  Inbox,
  type EventBody,
  type EventRefusal,
  type InboxItem,
  type NewRun,
  type StartedRun,
} from './inbox.js';
import { RunCache } from './run-cache.js';
import { RunIds } from './run-ids.js';
import { RunFeed } from './run-feed.js';
import { TaskQueue } from './task-queue.js';
import { TimerService } from './timer.service.js';

/** Events of one transaction. Larger batches gain little and make the first event wait for the last. */
const BATCH_ITEMS_MAX = 500;
/** Events that make a batch beside a commit in flight. */
const OVERLAP_ITEMS_MIN = 64;
/** Queued tasks taken up by one batch. */
const CLAIM_TASKS_MAX = 500;
/** How often the database is asked for waiting tasks while slots are free: the net under lost wake-ups. */
const POLL_MS = 1_000;
/** A run that is stored but not begun for so long has been forgotten by the server that stored it. */
const QUEUED_RUN_MS = 10_000;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 2_000;
/** How long a caller of the API waits for a commit before it is told that the outcome is open. */
const CALLER_WAIT_MS = 20_000;

/**
 * The one way by which runs change. Events wait in the inbox while the last commit is in flight, and go into the next
 * transaction together; so a lone event is committed at once, and under load batches fill by themselves.
 */
@Injectable()
export class PipelineService implements TaskInbox, OnApplicationBootstrap, OnApplicationShutdown {
  readonly #log = new Logger(PipelineService.name);
  readonly #inbox = new Inbox();
  readonly #cache = new RunCache();
  readonly #queue = new TaskQueue();
  readonly #runIds = new RunIds();
  readonly #partitions: RunPartitions;
  readonly #ids: TaskIds;
  /** Groups known to have tasks waiting in the database, as `namespaceId/group`. */
  readonly #backlog = new Set<string>();
  #wake: (() => void) | null = null;
  #isClaimDue = false;
  #isStopping = false;
  #loop: Promise<void> | null = null;
  #poll: NodeJS.Timeout | null = null;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(WorkflowStore) private readonly workflows: WorkflowStore,
    private readonly graphs: CompiledGraphs,
    private readonly dispatch: DispatchService,
    private readonly timers: TimerService,
    private readonly feed: RunFeed,
    leases: LeaseService,
  ) {
    this.#ids = new TaskIds(database);
    this.#partitions = new RunPartitions(database);
    dispatch.bind(this);
    leases.bind(this);
    timers.bind((timer) => {
      const event: EventBody = {
        type: 'timerFired',
        timer: timer.kind,
        nodeKey: timer.nodeKey,
        attempt: timer.attempt,
      };
      this.event(timer.runId, event).catch((error: unknown) =>
        this.#log.warn(`A timer will fire again: ${messageOf(error)}`),
      );
    });
  }

  onApplicationBootstrap(): void {
    this.#loop = this.#run();
    this.#poll = setInterval(() => void this.#pollBacklog(), POLL_MS);
    void this.#pollBacklog();
  }

  /** Commits what waits, then stops. */
  async onApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    if (this.#poll) clearInterval(this.#poll);
    this.wake();
    await this.#loop;
  }

  // ---- doors ----

  /** Starts a run. @returns it, or the id of the run which holds the same idempotency key. */
  start(run: NewRun): Promise<StartedRun> {
    return this.#await((settle, fail) =>
      this.#push({ kind: 'start', run: { ...run, id: null }, settle, fail }),
    );
  }

  /** Applies an event without a lease. @returns null when applied, else why not. */
  event(runId: string, event: EventBody): Promise<EventRefusal | null> {
    return this.#await((settle, fail) =>
      this.#push({ kind: 'event', runId, event, task: null, settle, fail }),
    );
  }

  taskEvent(runId: string, task: TaskRef, event: TaskEvent): Promise<string | null> {
    return new Promise((resolve, reject) =>
      this.#push({
        kind: 'event',
        runId,
        event,
        task,
        settle: (refusal) => resolve(refusal?.code ?? null),
        fail: reject,
      }),
    );
  }

  /** A run as this server last saw it; null when it does not remember it. Other servers may be further. */
  peek(runId: string): { graph: CompiledGraph; state: RunState; namespaceId: string } | null {
    const run = this.#cache.get(runId);
    return run && { graph: run.graph, state: run.state, namespaceId: run.record.namespaceId };
  }

  wake(): void {
    this.#isClaimDue = true;
    this.#signal();
  }

  #push(item: InboxItem): void {
    if (this.#isStopping)
      throw new HeddleError('UNAVAILABLE', 'The server is stopping. Try again in a moment.');
    this.#inbox.push(item);
    this.#signal();
  }

  #await<T>(
    enqueue: (settle: (value: T) => void, fail: (error: unknown) => void) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () =>
          reject(
            new HeddleError(
              'UNAVAILABLE',
              'The database has not answered yet; the change may still be made. Look before you repeat it, or use an idempotency key.',
            ),
          ),
        CALLER_WAIT_MS,
      );
      const done =
        <V>(finish: (value: V) => void) =>
        (value: V) => {
          clearTimeout(late);
          finish(value);
        };
      try {
        enqueue(done(resolve), done(reject));
      } catch (error) {
        done(reject)(error);
      }
    });
  }

  #signal(): void {
    this.#wake?.();
    this.#wake = null;
  }

  // ---- loop ----

  /**
   * While one commit is in flight the next batch is made ready on top of it, in memory: server and database work at the same time.
   * Should the commit fail, what was built on it is taken back as well.
   */
  async #run(): Promise<void> {
    let flight: Flight | null = null;
    while (!this.#isStopping || this.#inbox.size > 0 || flight) {
      if (flight?.isLanded || !this.#hasWork(flight)) {
        if (flight) flight = await this.#pause(flight);
        else await this.#sleep();
        continue;
      }
      const items = this.#inbox.take(BATCH_ITEMS_MAX);
      const isAlone = items.some(needsLock) || this.#canClaim();
      const batch = isAlone ? null : await this.#prepare(items);
      if (batch) {
        flight = await this.#launch(batch, items, flight);
        continue;
      }
      if (flight) await this.#land(flight);
      flight = null;
      await this.#commitAll(items);
    }
  }

  /** Beside a commit in flight a batch is only worth its overhead when enough has gathered; a lone event goes at once. */
  #hasWork(flight: Flight | null): boolean {
    if (flight) return this.#inbox.size >= OVERLAP_ITEMS_MIN;
    return this.#inbox.size > 0 || this.#canFill() || this.#canClaim();
  }

  async #sleep(): Promise<void> {
    this.#isClaimDue = false;
    await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  /** Until the commit is over or more has come in. @returns the commit if it is still in flight. */
  async #pause(flight: Flight): Promise<Flight | null> {
    if (!flight.isLanded)
      await Promise.race([flight.outcome, new Promise<void>((resolve) => (this.#wake = resolve))]);
    if (!flight.isLanded) return flight;
    await this.#land(flight);
    return null;
  }

  /** Applies items in memory. @returns null when they have to be committed alone. */
  async #prepare(items: readonly InboxItem[]): Promise<Batch | null> {
    this.#isClaimDue = false;
    const batch = this.#newBatch(this.database);
    try {
      await this.#ids.refill();
      await this.#fill(batch, items);
      batch.encode();
      await this.#partitions.ensure(batch.newRunIds);
      await faultPoint('batch:before-write');
      return batch;
    } catch (error) {
      this.#log.debug(`A batch of ${items.length} is made anew: ${messageOf(error)}`);
      batch.rollback();
      return null;
    }
  }

  /** Sends a batch to the database as soon as the commit before it is over, whose effects then follow. */
  async #launch(
    batch: Batch,
    items: readonly InboxItem[],
    before: Flight | null,
  ): Promise<Flight | null> {
    const error = before && (await before.outcome);
    if (before && error) {
      batch.rollback();
      await this.#land(before);
      await this.#commitAll(items);
      return null;
    }
    const flight = new Flight(batch, items, batch.write(this.database));
    if (before) await this.#land(before);
    return flight;
  }

  /** Waits for a commit and carries out its effects, or does it again. */
  async #land(flight: Flight): Promise<void> {
    const error = await flight.outcome;
    if (error) {
      flight.batch.rollback();
      return this.#commitAll(flight.items, error);
    }
    await faultPoint('batch:after-commit');
    this.#afterCommit(flight.batch);
  }

  /** Whether a task of this server's memory could be leased now. */
  #canFill(): boolean {
    if (!this.#isClaimDue || this.#isStopping || this.#queue.size === 0) return false;
    return this.#queue.lines().some((line) => this.dispatch.choose(line) !== null);
  }

  #canClaim(): boolean {
    return this.#isClaimDue && !this.#isStopping && this.#wants().length > 0;
  }

  /**
   * Commits items with their runs locked, whatever it takes: waits for the database, and isolates an item that no transaction
   * survives. `before`: what a first try ran into.
   */
  async #commitAll(items: readonly InboxItem[], before?: unknown): Promise<void> {
    let retryMs = RETRY_MS_MIN;
    for (let error = before; ;) {
      if (error !== undefined) {
        if (isStepConflict(error)) {
          // Another server stepped one of these runs. With the locks it has to wait for us.
          this.#log.debug(`A batch of ${items.length} collided with another server.`);
        } else if (isTransient(error) && !this.#isStopping) {
          this.#log.warn(
            `The database did not take a batch of ${items.length}; trying again: ${messageOf(error)}`,
          );
          await new Promise((resolve) => setTimeout(resolve, retryMs));
          retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
        } else {
          return this.#isolate(items, error);
        }
      }
      try {
        return await this.#commitLocked(items);
      } catch (caught) {
        error = caught;
      }
    }
  }

  async #isolate(items: readonly InboxItem[], error: unknown): Promise<void> {
    if (items.length <= 1) return this.#reject(items[0], error);
    for (const item of items) await this.#commitAll([item]);
  }

  #reject(item: InboxItem | undefined, error: unknown): void {
    this.#log.error(
      `An event could not be applied: ${error instanceof Error ? error.stack : messageOf(error)}`,
    );
    if (item?.kind === 'event' && item.task)
      item.settle({ code: 'FAULT', message: messageOf(error) });
    else item?.fail(error);
  }

  async #commitLocked(items: readonly InboxItem[]): Promise<void> {
    this.#isClaimDue = false;
    await this.#ids.refill();
    let batch: Batch | null = null;
    try {
      const done = await this.database.transaction(async (sql) => {
        batch = this.#newBatch(sql);
        await this.#lock(sql, items);
        await this.#fill(batch, items);
        await this.#claim(batch, sql);
        batch.encode();
        await this.#partitions.ensure(batch.newRunIds);
        await faultPoint('batch:before-write');
        await batch.write(sql);
        await faultPoint('batch:before-commit');
        return batch;
      });
      await faultPoint('batch:after-commit');
      this.#afterCommit(done);
    } catch (error) {
      (batch as Batch | null)?.rollback();
      throw error;
    }
  }

  /** Keeps other servers from stepping these runs, and forgets cached ones that they have stepped. */
  async #lock(sql: Sql, items: readonly InboxItem[]): Promise<void> {
    const ids = [...new Set(items.flatMap((item) => (item.kind === 'event' ? item.runId : [])))];
    if (ids.length === 0) return;
    await lockRuns(sql, ids);
    await this.#forgetStale(sql, ids);
  }

  async #forgetStale(sql: Sql, ids: readonly string[]): Promise<void> {
    const steps = await lastSteps(sql, ids);
    for (const id of ids) if (this.#cache.get(id)?.seq !== steps.get(id)?.seq) this.#cache.drop(id);
  }

  async #fill(batch: Batch, items: readonly InboxItem[]): Promise<void> {
    await batch.apply(items);
    batch.fillSlots();
  }

  #newBatch(sql: Sql): Batch {
    const source = new SqlBatchSource(sql, this.graphs, this.workflows);
    const nextTaskId = (): string => this.#ids.next();
    return new Batch({
      cache: this.#cache,
      dispatch: this.dispatch,
      queue: this.#queue,
      runIds: this.#runIds,
      source,
      nextTaskId,
      now: Date.now,
      random: Math.random,
    });
  }

  /** Effects, in the order of design: callers and workers are acknowledged, tasks leave, timers are armed, viewers are told. */
  #afterCommit(batch: Batch): void {
    batch.committed();
    this.dispatch.send(batch.leases);
    this.dispatch.cancel(batch.cancels);
    for (const timer of batch.writes.armed) this.timers.arm(timer);
    for (const id of batch.queued) this.#begin(id);
    this.feed.publish(batch.writes.steps());
  }

  /** Starts a run that was stored as queued. Should this be lost, the poll finds the run. */
  #begin(runId: string): void {
    this.event(runId, { type: 'runStarted' }).catch(() => undefined);
  }

  // ---- tasks that wait in the database ----

  /** Gives free slots to tasks that other servers queued, or that this one has forgotten, in the same transaction. */
  async #claim(batch: Batch, sql: Sql): Promise<void> {
    for (const want of this.#wants()) {
      const claimed = await claimTasks(sql, want);
      await this.#forgetStale(sql, [...new Set(claimed.map((claim) => claim.runId))]);
      const count = await batch.leaseClaimed(claimed);
      // Fewer than there is room for: nothing else waits, or other servers hold those runs and the poll finds what is left.
      if (claimed.length < want.limit || count === 0) this.#backlog.delete(want.key);
    }
  }

  #wants(): {
    key: string;
    namespaceId: string;
    group: string;
    executors: string[];
    limit: number;
  }[] {
    const wants = [];
    for (const key of this.#backlog) {
      const slash = key.indexOf('/');
      const namespaceId = key.slice(0, slash);
      const group = key.slice(slash + 1);
      const sessions = [...this.dispatch.sessions.values()].filter(
        (s) =>
          s.freeSlots > 0 &&
          s.group === group &&
          (s.namespaceId === null || s.namespaceId === namespaceId),
      );
      const limit = Math.min(
        CLAIM_TASKS_MAX,
        sessions.reduce((sum, s) => sum + s.freeSlots, 0),
      );
      const executors = [...new Set(sessions.flatMap((s) => [...s.executors]))];
      if (limit > 0) wants.push({ key, namespaceId, group, executors, limit });
    }
    return wants;
  }

  /** The net under everything: tasks and runs that this server does not know, or has lost sight of. */
  async #pollBacklog(): Promise<void> {
    try {
      for (const id of await queuedRuns(this.database, Date.now() - QUEUED_RUN_MS)) this.#begin(id);
      if (![...this.dispatch.sessions.values()].some((session) => session.freeSlots > 0)) return;
      for (const { namespaceId, group } of await queuedDemand(this.database))
        this.#backlog.add(`${namespaceId}/${group}`);
      if (this.#backlog.size > 0) this.wake();
    } catch (error) {
      this.#log.debug(`Waiting tasks could not be counted: ${messageOf(error)}`);
    }
  }
}

/** A batch on its way into the database. */
class Flight {
  isLanded = false;
  /** Null once it is committed, else what went wrong; never rejects. */
  readonly outcome: Promise<unknown>;

  constructor(
    readonly batch: Batch,
    readonly items: readonly InboxItem[],
    written: Promise<void>,
  ) {
    this.outcome = written.then(
      () => this.#landed(null),
      (error: unknown) => this.#landed(error),
    );
  }

  #landed(error: unknown): unknown {
    this.isLanded = true;
    return error;
  }
}

/**
 * Events of people are rare and may concern runs that have ended, which housekeeping removes; a signal must be delivered once.
 * Both are worth a lock.
 */
function needsLock(item: InboxItem): boolean {
  return item.kind === 'event' && 'actor' in item.event;
}
