import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { CompiledGraph, RunState } from '@heddle/engine';
import { HeddleError, messageOf } from '@heddle/kernel';
import {
  DispatchService,
  LeaseService,
  type TaskEvent,
  type TaskInbox,
  type TaskRef,
} from '@heddle/server-dispatch';
import { BatchLoop, OVERLAP_ITEMS_MIN } from './batch-loop.js';
import { BatchSources } from './batch-sources.js';
import type { Batch } from './batch.js';
import type { EventBody, EventRefusal, NewRun, StartedRun } from './inbox.js';
import { RunFeed } from './run-feed.js';
import { TimerService } from './timer.service.js';

/** How often the database is asked for waiting tasks while slots are free: the net under lost wake-ups. */
const POLL_MS = 1_000;
/** How long a caller of the API waits for a commit before it is told that the outcome is open. */
const CALLER_WAIT_MS = 20_000;

/** The doors of the {@link BatchLoop}, for callers, workers and timers, and what follows from its commits. */
@Injectable()
export class PipelineService implements TaskInbox, OnApplicationBootstrap, OnApplicationShutdown {
  readonly #log = new Logger(PipelineService.name);
  readonly #loop: BatchLoop;
  #end: Promise<void> | null = null;
  #poll: NodeJS.Timeout | null = null;

  constructor(
    sources: BatchSources,
    private readonly dispatch: DispatchService,
    private readonly timers: TimerService,
    private readonly feed: RunFeed,
    leases: LeaseService,
  ) {
    this.#loop = new BatchLoop({
      database: sources.database.pipeline,
      dispatch,
      newSource: (sql) => sources.source(sql),
      ensurePartitions: (newRunIds) => sources.ensurePartitions(newRunIds),
      onCommit: (batch) => this.#onCommit(batch),
      log: this.#log,
      now: Date.now,
      random: Math.random,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      overlapItemsMin: OVERLAP_ITEMS_MIN,
    });
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
    this.#end = this.#loop.run();
    this.#poll = setInterval(() => void this.#loop.poll(), POLL_MS);
    void this.#loop.poll();
  }

  /** Commits what waits, then stops. */
  async onApplicationShutdown(): Promise<void> {
    if (this.#poll) clearInterval(this.#poll);
    this.#loop.stop();
    await this.#end;
  }

  // ---- doors ----

  /** Starts a run. @returns it, or the id of the run which holds the same idempotency key. */
  start(run: NewRun): Promise<StartedRun> {
    return this.#await((settle, fail) =>
      this.#loop.push({ kind: 'start', run: { ...run, id: null }, settle, fail }),
    );
  }

  /** Applies an event without a lease. @returns null when applied, else why not. */
  event(runId: string, event: EventBody): Promise<EventRefusal | null> {
    return this.#await((settle, fail) =>
      this.#loop.push({ kind: 'event', runId, event, task: null, settle, fail }),
    );
  }

  taskEvent(runId: string, task: TaskRef, event: TaskEvent): Promise<string | null> {
    return new Promise((resolve, reject) =>
      this.#loop.push({
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
    const run = this.#loop.cached(runId);
    return run && { graph: run.graph, state: run.state, namespaceId: run.record.namespaceId };
  }

  wake(): void {
    this.#loop.wake();
  }

  #onCommit(batch: Batch): void {
    this.dispatch.send(batch.tasks.leases);
    this.dispatch.cancel(batch.tasks.cancels);
    for (const timer of batch.writes.armed) this.timers.arm(timer);
    this.feed.publish(batch.writes.steps());
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
}
