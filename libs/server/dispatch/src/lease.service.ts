import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { messageOf } from '@heddle/kernel';
import { AccessService } from '@heddle/server-access';
import { WorkerStore, type ExpiredTask } from '@heddle/store';
import { DispatchService } from './dispatch.service.js';
import { LEASE_MS, WORKER_MEMORY_MS } from './limits.js';
import type { TaskInbox } from './task-inbox.js';
import { WorkerFeed } from './worker-feed.js';
import type { WorkerSession } from './worker-session.js';

const SWEEP_MS = 1_000;
/** Expired tasks taken back per sweep; the rest waits for the next one. */
const SWEEP_TASKS_MAX = 2_000;
/** Connections are looked at every so many sweeps. */
const CHECK_EVERY = 5;
/** A connected worker without a heartbeat for so many of these checks is no worker: 15 to 20 s. */
const SILENT_CHECKS_MAX = 3;
/** Old workers are forgotten every so many sweeps. */
const FORGET_EVERY = 600;

/** Writes heartbeats down, in one statement for all workers, and takes tasks back from workers whose lease ended. */
@Injectable()
export class LeaseService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #log = new Logger(LeaseService.name);
  readonly #beats = new Map<string, WorkerSession>();
  readonly #goneNamespaces = new Set<string>();
  #inbox: TaskInbox | null = null;
  #timer: NodeJS.Timeout | null = null;
  #sweepCount = 0;
  #tickCount = 0;
  #isBusy = false;
  /** A server that was down gives every worker one lease time to come back before it takes tasks away. */
  #sweepFrom = Infinity;

  constructor(
    private readonly dispatch: DispatchService,
    @Inject(WorkerStore) private readonly workers: WorkerStore,
    private readonly feed: WorkerFeed,
    private readonly access: AccessService,
  ) {
    feed.watch({ heartbeat: (session) => void this.#beats.set(session.workerId, session) });
  }

  /** Called once, by the pipeline. */
  bind(inbox: TaskInbox): void {
    this.#inbox = inbox;
  }

  onApplicationBootstrap(): void {
    this.#sweepFrom = Date.now() + LEASE_MS;
    this.#timer = setInterval(() => void this.#tick(), SWEEP_MS);
  }

  onApplicationShutdown(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  async #tick(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      await this.#renew();
      if (this.#tickCount++ % CHECK_EVERY === 0) await this.#check();
      if (Date.now() >= this.#sweepFrom) await this.#sweep();
    } catch (error) {
      // The database is away: nobody can be heard, so nobody is lost. Leases count again one lease time after it is back.
      this.#sweepFrom = Date.now() + LEASE_MS;
      this.#log.warn(`Leases could not be renewed: ${messageOf(error)}`);
    } finally {
      this.#isBusy = false;
    }
  }

  async #renew(): Promise<void> {
    const beats = [...this.#beats.values()];
    this.#beats.clear();
    const now = Date.now();
    try {
      const draining = await this.workers.renew(
        beats.map(({ workerId, load }) => ({ id: workerId, ...load })),
        now,
        now + LEASE_MS,
      );
      for (const id of draining)
        if (this.dispatch.sessions.get(id)?.isDraining === false) this.dispatch.askToDrain(id);
    } catch (error) {
      for (const session of beats) this.#beats.set(session.workerId, session);
      throw error;
    }
  }

  /**
   * Ends connections that hold tasks for nobody: the token was revoked, or heartbeats stopped though the connection lives.
   * Counted by checks and not by the clock, so that a server that stood still does not blame its workers.
   */
  async #check(): Promise<void> {
    const sessions = [...this.dispatch.sessions.values()];
    const revoked = await this.access.revokedTokens(sessions.flatMap((s) => s.tokenId ?? []));
    for (const session of sessions) {
      if (session.tokenId !== null && revoked.has(session.tokenId))
        session.link.close('The worker token was revoked.');
      else if (session.silentCount++ >= SILENT_CHECKS_MAX)
        session.link.close('No heartbeat came for too long; connect again.');
    }
    await this.#findStray();
  }

  /**
   * Tasks of connected workers that were never sent: another server leased them while the worker moved to this one, or a server
   * stopped in between. Heartbeats here would keep them for ever.
   */
  async #findStray(): Promise<void> {
    const { sessions } = this.dispatch;
    const before = Date.now() - LEASE_MS;
    for (const task of await this.workers.leasedBefore([...sessions.keys()], before)) {
      const session = sessions.get(task.workerId);
      if (session && session.held.get(task.id)?.ref.fence !== task.fence)
        this.#takeBack(task, `Worker ${task.worker} was not given this task.`);
    }
  }

  #takeBack(task: ExpiredTask, message: string): void {
    const { id: taskId, runId, nodeKey, attempt, fence } = task;
    this.#inbox
      ?.taskEvent(runId, { taskId, fence }, { type: 'taskLost', nodeKey, attempt, message })
      .catch((error: unknown) =>
        this.#log.warn(`Task ${taskId} could not be taken back: ${messageOf(error)}`),
      );
  }

  async #sweep(): Promise<void> {
    const now = Date.now();
    for (const task of await this.workers.expiredTasks(now, SWEEP_TASKS_MAX)) {
      // Still connected here: its heartbeats are late, but it is not gone.
      if (this.dispatch.sessions.has(task.workerId)) continue;
      this.#takeBack(task, `Worker ${task.worker} was not heard of for ${LEASE_MS / 1000} s.`);
    }
    for (const namespaceId of await this.workers.markLost(now))
      this.#goneNamespaces.add(namespaceId);
    for (const namespaceId of this.#goneNamespaces) this.feed.workersChanged(namespaceId);
    this.#goneNamespaces.clear();
    if (this.#sweepCount++ % FORGET_EVERY === 0)
      await this.workers.forgetBefore(now - WORKER_MEMORY_MS);
  }
}
