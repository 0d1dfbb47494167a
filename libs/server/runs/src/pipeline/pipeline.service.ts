import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
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
  writeBatch,
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
import { RunFeed } from './run-feed.js';
import { TaskQueue } from './task-queue.js';
import { TimerService } from './timer.service.js';

/** Events of one transaction. Larger batches gain little and make the first event wait for the last. */
const BATCH_ITEMS_MAX = 500;
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

  async #run(): Promise<void> {
    while (!this.#isStopping || this.#inbox.size > 0) {
      if (this.#inbox.size === 0 && !this.#canFill() && !this.#canClaim()) {
        this.#isClaimDue = false;
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      await this.#commitAll(this.#inbox.take(BATCH_ITEMS_MAX));
    }
  }

  /** Whether a task of this server's memory could be leased now. */
  #canFill(): boolean {
    if (!this.#isClaimDue || this.#isStopping || this.#queue.size === 0) return false;
    return this.#queue.lines().some((line) => this.dispatch.choose(line) !== null);
  }

  #canClaim(): boolean {
    return this.#isClaimDue && !this.#isStopping && this.#wants().length > 0;
  }

  /** Commits items, whatever it takes: waits for the database, and isolates an item that no transaction survives. */
  async #commitAll(items: readonly InboxItem[]): Promise<void> {
    let isLocking = items.some(needsLock) || this.#canClaim();
    for (let retryMs = RETRY_MS_MIN; ; retryMs = Math.min(retryMs * 2, RETRY_MS_MAX)) {
      try {
        return await this.#commit(items, isLocking);
      } catch (error) {
        if (isStepConflict(error)) {
          // Another server stepped one of these runs. With the locks it has to wait for us.
          this.#log.debug(`A batch of ${items.length} collided with another server.`);
          isLocking = true;
          continue;
        }
        if (isTransient(error) && !this.#isStopping) {
          this.#log.warn(
            `The database did not take a batch of ${items.length}; trying again: ${messageOf(error)}`,
          );
          await new Promise((resolve) => setTimeout(resolve, retryMs));
          continue;
        }
        if (items.length > 1) {
          for (const item of items) await this.#commitAll([item]);
          return;
        }
        this.#reject(items[0], error);
        return;
      }
    }
  }

  #reject(item: InboxItem | undefined, error: unknown): void {
    this.#log.error(
      `An event could not be applied: ${error instanceof Error ? error.stack : messageOf(error)}`,
    );
    if (item?.kind === 'event' && item.task)
      item.settle({ code: 'FAULT', message: messageOf(error) });
    else item?.fail(error);
  }

  async #commit(items: readonly InboxItem[], isLocking: boolean): Promise<void> {
    this.#isClaimDue = false;
    await this.#ids.refill();
    let batch: Batch | null = null;
    try {
      if (isLocking) {
        await this.database.transaction(async (sql) => {
          batch = this.#newBatch(sql);
          await this.#lock(sql, items);
          await this.#fill(batch, items);
          await this.#claim(batch, sql);
          await this.#write(batch, sql);
        });
      } else {
        batch = this.#newBatch(this.database);
        await this.#fill(batch, items);
        // A single statement is a transaction of its own: one round trip, one flush.
        await this.#write(batch, this.database);
      }
      await faultPoint('batch:after-commit');
      this.#afterCommit(batch!);
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

  async #write(batch: Batch, sql: Sql): Promise<void> {
    await faultPoint('batch:before-write');
    if (batch.writes.isEmpty) return;
    const writes = batch.writes.toWrites();
    await this.#partitions.ensure(writes.newRuns.map((run) => run.record.id));
    await writeBatch(sql, writes);
    await faultPoint('batch:before-commit');
  }

  #newBatch(sql: Sql): Batch {
    const source = new SqlBatchSource(sql, this.graphs, this.workflows);
    const nextTaskId = (): string => this.#ids.next();
    return new Batch({
      cache: this.#cache,
      dispatch: this.dispatch,
      queue: this.#queue,
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

/**
 * Events of people are rare and may concern runs that have ended, which housekeeping removes; a signal must be delivered once.
 * Both are worth a lock.
 */
function needsLock(item: InboxItem): boolean {
  return item.kind === 'event' && 'actor' in item.event;
}
