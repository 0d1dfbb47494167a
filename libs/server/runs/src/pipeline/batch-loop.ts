import { faultPoint, HeddleError, messageOf } from '@heddle/kernel';
import type { DispatchService } from '@heddle/server-dispatch';
import {
  claimTasks,
  isStepConflict,
  isTransient,
  lastSteps,
  lockRuns,
  queuedDemand,
  queuedRuns,
  type Sql,
} from '@heddle/store';
import type { BatchSource } from './batch-source.js';
import { Batch } from './batch.js';
import { Inbox, type InboxItem } from './inbox.js';
import { RunCache, type CachedRun } from './run-cache.js';
import { RunIds } from './run-ids.js';
import { TaskIds } from './task-ids.js';
import { TaskQueue } from './task-queue.js';

/** Events of one transaction. Larger batches gain little and make the first event wait for the last. */
const BATCH_ITEMS_MAX = 500;
/** Events that make a batch beside a commit in flight. */
export const OVERLAP_ITEMS_MIN = 64;
/** Queued tasks taken up by one batch. */
const CLAIM_TASKS_MAX = 500;
/** A run that is stored but not begun for so long has been forgotten by the server that stored it. */
const QUEUED_RUN_MS = 10_000;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 2_000;

/** What the loop works with. The simulator has all of it in memory, and its own time. */
export interface LoopSurroundings {
  database: Sql & { transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> };
  dispatch: Pick<DispatchService, 'choose' | 'hold' | 'release' | 'sessions'>;
  newSource: (sql: Sql) => BatchSource;
  /** Makes sure that rows of new runs have a place. */
  ensurePartitions: (newRunIds: readonly string[]) => Promise<void>;
  /** Effects of a commit whose callers have been told: tasks leave, timers are armed, viewers are told. */
  onCommit: (batch: Batch) => void;
  log: Record<'debug' | 'warn' | 'error', (message: string) => void>;
  now: () => number;
  random: () => number;
  sleep: (ms: number) => Promise<void>;
  /** {@link OVERLAP_ITEMS_MIN}; the simulator has too little to do for that. */
  overlapItemsMin: number;
}

/**
 * The one way by which runs change. Events wait in the inbox while the last commit is in flight, and go into the next
 * transaction together; so a lone event is committed at once, and under load batches fill by themselves.
 */
export class BatchLoop {
  readonly #inbox = new Inbox();
  readonly #cache = new RunCache();
  readonly #queue = new TaskQueue();
  readonly #runIds = new RunIds();
  readonly #ids: TaskIds;
  /** Groups known to have tasks waiting in the database, as `namespaceId/group`. */
  readonly #backlog = new Set<string>();
  #wake: (() => void) | null = null;
  #isClaimDue = false;
  #isStopping = false;

  constructor(private readonly deps: LoopSurroundings) {
    this.#ids = new TaskIds(deps.database);
  }

  /** Takes an item for the next batch. @throws {HeddleError} `UNAVAILABLE` when the inbox is full or the loop stops. */
  push(item: InboxItem): void {
    if (this.#isStopping)
      throw new HeddleError('UNAVAILABLE', 'The server is stopping. Try again in a moment.');
    this.#inbox.push(item);
    this.#signal();
  }

  /** Slots became free for tasks that wait. */
  wake(): void {
    this.#isClaimDue = true;
    this.#signal();
  }

  /** Lets {@link run} commit what waits and end. */
  stop(): void {
    this.#isStopping = true;
    this.wake();
  }

  /** A run as this server last saw it; null when it does not remember it. */
  cached(runId: string): CachedRun | null {
    return this.#cache.get(runId);
  }

  #signal(): void {
    this.#wake?.();
    this.#wake = null;
  }

  /**
   * While one commit is in flight the next batch is made ready on top of it, in memory: server and database work at the same time.
   * Should the commit fail, what was built on it is taken back as well.
   */
  async run(): Promise<void> {
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
    if (flight) return this.#inbox.size >= this.deps.overlapItemsMin;
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
    const batch = this.#newBatch(this.deps.database);
    try {
      await this.#ids.refill();
      await this.#fill(batch, items);
      batch.encode();
      await this.deps.ensurePartitions(batch.newRunIds);
      await faultPoint('batch:before-write');
      return batch;
    } catch (error) {
      this.deps.log.debug(`A batch of ${items.length} is made anew: ${messageOf(error)}`);
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
    const flight = new Flight(batch, items, batch.write(this.deps.database));
    if (before) await this.#land(before);
    return flight;
  }

  /** Waits for a commit and carries out its effects, or does it again. */
  async #land(flight: Flight): Promise<void> {
    const error = await flight.outcome;
    if (error) return this.#commitAll(flight.items, { error, batch: flight.batch });
    await faultPoint('batch:after-commit');
    this.#afterCommit(flight.batch);
  }

  /** Whether a task of this server's memory could be leased now. */
  #canFill(): boolean {
    if (!this.#isClaimDue || this.#isStopping || this.#queue.size === 0) return false;
    return this.#queue.lines().some((line) => this.deps.dispatch.choose(line) !== null);
  }

  #canClaim(): boolean {
    return this.#isClaimDue && !this.#isStopping && this.#wants().length > 0;
  }

  /**
   * Commits items with their runs locked, whatever it takes: waits for the database, and isolates an item that no transaction
   * survives. `before`: what a first try ran into.
   */
  async #commitAll(items: readonly InboxItem[], before: Failure | null = null): Promise<void> {
    let retryMs = RETRY_MS_MIN;
    let failure = before ?? (await this.#commitLocked(items));
    for (; failure; failure = await this.#commitLocked(items)) {
      while (isTransient(failure.error) && !this.#isStopping) {
        this.deps.log.warn(
          `The database did not take a batch of ${items.length}; trying again: ${messageOf(failure.error)}`,
        );
        await this.deps.sleep(retryMs);
        retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
        const isStored = await this.#isStored(failure.batch);
        if (isStored) return this.#afterCommit(failure.batch);
        if (isStored === false) break;
      }
      const { error, batch } = failure;
      batch.rollback();
      // Another server may have stepped one of these runs. With the locks it has to wait for us.
      if (isStepConflict(error))
        this.deps.log.debug(`A batch of ${items.length} collided with another server.`);
      else if (!isTransient(error) || this.#isStopping) return this.#isolate(items, error);
    }
  }

  /** Whether a batch is in the database though its answer was lost; null while the database does not say. */
  async #isStored(batch: Batch): Promise<boolean | null> {
    try {
      return await batch.isStored(this.deps.database);
    } catch (error) {
      if (isTransient(error)) return null;
      throw error;
    }
  }

  async #isolate(items: readonly InboxItem[], error: unknown): Promise<void> {
    if (items.length <= 1) return this.#reject(items[0], error);
    for (const item of items) await this.#commitAll([item]);
  }

  #reject(item: InboxItem | undefined, error: unknown): void {
    this.deps.log.error(
      `An event could not be applied: ${error instanceof Error ? error.stack : messageOf(error)}`,
    );
    if (item?.kind === 'event' && item.task)
      item.settle({ code: 'FAULT', message: messageOf(error) });
    else item?.fail(error);
  }

  /** @returns null once it is committed, else what went wrong; nothing is taken back then. */
  async #commitLocked(items: readonly InboxItem[]): Promise<Failure | null> {
    this.#isClaimDue = false;
    let batch = this.#newBatch(this.deps.database);
    try {
      await this.#ids.refill();
      await this.deps.database.transaction(async (sql) => {
        batch = this.#newBatch(sql);
        await this.#lock(sql, items);
        await this.#fill(batch, items);
        await this.#claim(batch, sql);
        batch.encode();
        await this.deps.ensurePartitions(batch.newRunIds);
        await faultPoint('batch:before-write');
        await batch.write(sql);
        await faultPoint('batch:before-commit');
      });
    } catch (error) {
      return { error, batch };
    }
    await faultPoint('batch:after-commit');
    this.#afterCommit(batch);
    return null;
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
    batch.tasks.fillSlots();
  }

  #newBatch(sql: Sql): Batch {
    const { dispatch, newSource, now, random } = this.deps;
    return new Batch({
      cache: this.#cache,
      dispatch,
      queue: this.#queue,
      runIds: this.#runIds,
      source: newSource(sql),
      nextTaskId: () => this.#ids.next(),
      now,
      random,
    });
  }

  /** Effects, in the order of design: callers and workers are acknowledged, then everything else. */
  #afterCommit(batch: Batch): void {
    batch.committed();
    this.deps.onCommit(batch);
    for (const id of batch.children.queued) this.#begin(id);
  }

  /** Starts a run that was stored as queued. Should this be lost, the poll finds the run. */
  #begin(runId: string): void {
    const ignore = (): void => undefined;
    const event = { type: 'runStarted' } as const;
    try {
      this.push({ kind: 'event', runId, event, task: null, settle: ignore, fail: ignore });
    } catch (error) {
      this.deps.log.debug(`Run ${runId} will begin later: ${messageOf(error)}`);
    }
  }

  // ---- tasks that wait in the database ----

  /** Gives free slots to tasks that other servers queued, or that this one has forgotten, in the same transaction. */
  async #claim(batch: Batch, sql: Sql): Promise<void> {
    for (const want of this.#wants()) {
      const claimed = await claimTasks(sql, want);
      await this.#forgetStale(sql, [...new Set(claimed.map((claim) => claim.runId))]);
      const count = await batch.tasks.leaseClaimed(claimed);
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
      const sessions = [...this.deps.dispatch.sessions.values()].filter(
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
  async poll(): Promise<void> {
    try {
      for (const id of await queuedRuns(this.deps.database, this.deps.now() - QUEUED_RUN_MS))
        this.#begin(id);
      if (![...this.deps.dispatch.sessions.values()].some((session) => session.freeSlots > 0))
        return;
      for (const { namespaceId, group } of await queuedDemand(this.deps.database))
        this.#backlog.add(`${namespaceId}/${group}`);
      if (this.#backlog.size > 0) this.wake();
    } catch (error) {
      this.deps.log.debug(`Waiting tasks could not be counted: ${messageOf(error)}`);
    }
  }
}

/** A batch that the database did not take, as far as this server was told. */
interface Failure {
  error: unknown;
  batch: Batch;
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
