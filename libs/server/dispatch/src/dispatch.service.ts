import { Inject, Injectable } from '@nestjs/common';
import { assert } from '@heddle/kernel';
import {
  Database,
  WorkerStore,
  tasksOfWorkers,
  type LeasedTask,
  type TaskRow,
} from '@heddle/store';
import { LogService } from '@heddle/server-logs';
import { LEASE_MS, HEARTBEAT_MS, PAYLOAD_BYTES_MAX } from './limits.js';
import type { TaskEvent, TaskInbox } from './task-inbox.js';
import { WorkerFeed } from './worker-feed.js';
import type {
  ResultAck,
  TaskOffer,
  TaskRef,
  TaskResult,
  WorkerDoor,
  WorkerHello,
  WorkerLink,
  WorkerLogLine,
  WorkerWelcome,
} from './worker-port.js';
import { WorkerSession, type HeldTask, type TaskPlace } from './worker-session.js';

/** Heartbeats that may leave out a task before it counts as lost: one can cross the offer on the wire. */
const MISSED_HEARTBEATS_MAX = 2;

/** Tasks whose place is remembered for their log lines. */
const RECENT_TASKS_MAX = 50_000;

/** A committed lease: what to send to whom. */
export interface CommittedLease {
  task: TaskRow;
  offer: TaskOffer;
}

/**
 * The workers connected to this server, what they hold, and who gets the next task. Decisions about runs are the pipeline's;
 * this service only knows tasks and slots.
 */
@Injectable()
export class DispatchService implements WorkerDoor {
  readonly #sessions = new Map<string, WorkerSession>();
  /** Where tasks belong, also those that have just ended: their last log lines follow the result. */
  readonly #places = new RecentPlaces();
  #inbox: TaskInbox | null = null;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(WorkerStore) private readonly workers: WorkerStore,
    private readonly logService: LogService,
    private readonly feed: WorkerFeed,
  ) {}

  /** Called once, by the pipeline, before workers may connect. */
  bind(inbox: TaskInbox): void {
    assert(!this.#inbox, 'A task inbox is bound already.');
    this.#inbox = inbox;
  }

  get #bound(): TaskInbox {
    assert(this.#inbox, 'No task inbox is bound.');
    return this.#inbox;
  }

  /** Connected workers, for leases and lists. */
  get sessions(): ReadonlyMap<string, WorkerSession> {
    return this.#sessions;
  }

  // ---- for the pipeline ----

  /** The least busy worker that could take the task now; null when none has a free slot. */
  choose(task: Pick<TaskRow, 'namespaceId' | 'group' | 'executor'>): WorkerSession | null {
    let best: WorkerSession | null = null;
    for (const session of this.#sessions.values())
      if (session.canTake(task) && (!best || share(session) < share(best))) best = session;
    return best;
  }

  /** Takes a slot for a task that is being leased. @returns how to undo it, should the commit fail. */
  hold(session: WorkerSession, task: TaskRow): () => void {
    session.hold(task);
    this.#places.set(task.id, task);
    return () => void session.held.delete(task.id);
  }

  /** Frees the slot of a task that has ended or left. @returns how to undo it, should the commit fail. */
  release(workerId: string | null, taskId: string): () => void {
    const session = this.#sessions.get(workerId ?? '');
    const held = session?.held.get(taskId);
    if (!session || !held) return () => undefined;
    session.held.delete(taskId);
    return () => void session.held.set(taskId, held);
  }

  /** Hands out what a commit leased. A worker that left meanwhile gets it when it comes back, or its lease expires. */
  send(leases: readonly CommittedLease[]): void {
    const offers = new Map<string, TaskOffer[]>();
    for (const { task, offer } of leases) {
      const list = offers.get(task.workerId!);
      if (list) list.push(offer);
      else offers.set(task.workerId!, [offer]);
    }
    for (const [workerId, list] of offers) this.#sessions.get(workerId)?.link.sendTasks(list);
  }

  /** Tells workers to stop tasks whose cancellation is committed. */
  cancel(tasks: readonly TaskRow[]): void {
    for (const task of tasks) {
      const session = this.#sessions.get(task.workerId ?? '');
      const held = session?.held.get(task.id);
      if (!session || !held) continue;
      held.isCanceling = true;
      session.link.sendCancels([{ taskId: task.id, fence: task.fence }]);
    }
  }

  // ---- for gateways ----

  async connect(hello: WorkerHello, link: WorkerLink): Promise<WorkerWelcome> {
    return this.#connect(hello, hello, link);
  }

  /** Connects a worker that is part of this server and serves every namespace. */
  async connectBuiltIn(
    hello: Omit<WorkerHello, 'namespaceId' | 'tokenId'>,
    link: WorkerLink,
  ): Promise<WorkerWelcome> {
    return this.#connect(hello, { namespaceId: null, tokenId: null }, link);
  }

  async #connect(
    hello: Omit<WorkerHello, 'namespaceId' | 'tokenId'>,
    { namespaceId, tokenId }: Pick<WorkerSession, 'namespaceId' | 'tokenId'>,
    link: WorkerLink,
  ): Promise<WorkerWelcome> {
    const now = Date.now();
    const workerId = await this.workers.register({ ...hello, namespaceId }, now, now + LEASE_MS);
    const executors = new Set(hello.executors.map((e) => e.name));
    const session = new WorkerSession(
      { ...hello, workerId, namespaceId, tokenId, executors },
      link,
    );
    const leased = await tasksOfWorkers(this.database, [workerId]);
    for (const task of leased) this.hold(session, task);
    this.#sessions.get(workerId)?.link.close('The same worker process connected again.');
    this.#sessions.set(workerId, session);
    this.#resend(session, leased, hello.running);
    this.feed.workersChanged(namespaceId);
    this.#bound.wake();
    return {
      workerId,
      heartbeatMs: HEARTBEAT_MS,
      leaseMs: LEASE_MS,
      lost: hello.running.filter((ref) => session.held.get(ref.taskId)?.ref.fence !== ref.fence),
      payloadBytesMax: PAYLOAD_BYTES_MAX,
    };
  }

  /** Tasks leased to this process that it does not know: their offer was lost on the way. They are offered again. */
  #resend(
    session: WorkerSession,
    leased: readonly LeasedTask[],
    running: readonly TaskRef[],
  ): void {
    const known = new Set(running.map((ref) => ref.taskId));
    const lost = leased.filter((task) => !known.has(task.id));
    // The welcome must reach the worker before its tasks do.
    if (lost.length)
      setImmediate(() =>
        session.link.sendTasks(lost.map((task) => toOffer(task, task.input, task))),
      );
  }

  heartbeat(
    workerId: string,
    running: TaskRef[],
    load: { cpuLoad: number; memoryBytes: number },
  ): void {
    const session = this.#sessions.get(workerId);
    if (!session) return;
    session.load = load;
    session.silentCount = 0;
    this.feed.heartbeat(session);
    const named = new Set(running.map((ref) => ref.taskId));
    for (const held of [...session.held.values()]) {
      held.missedCount = named.has(held.ref.taskId) ? 0 : held.missedCount + 1;
      if (held.missedCount <= MISSED_HEARTBEATS_MAX) continue;
      if (held.isCanceling) this.#letGo(session, held.ref.taskId);
      else
        this.#giveUp(held, {
          type: 'taskLost',
          nodeKey: held.nodeKey,
          attempt: held.attempt,
          message: `Worker ${session.name} no longer knows this task.`,
        });
    }
    void this.#stopOver(session, running);
  }

  /**
   * Tasks that the worker runs but that are over, or belong to somebody else by now: another server committed that, or a
   * cancel never arrived.
   */
  async #stopOver(session: WorkerSession, running: readonly TaskRef[]): Promise<void> {
    const open = running.filter((ref) => !session.held.get(ref.taskId)?.isCanceling);
    if (open.length === 0) return;
    // A task of which this server knows no run cannot be one that it handed out: it is over.
    const known = open.flatMap(({ taskId: id }) => {
      const runId = session.held.get(id)?.runId ?? this.#places.get(id)?.runId;
      return runId ? [{ runId, id }] : [];
    });
    const fences = await this.workers.fences(known).catch(() => null);
    const over = fences ? open.filter((ref) => fences.get(ref.taskId) !== ref.fence) : [];
    for (const ref of over) {
      const held = session.held.get(ref.taskId);
      if (held?.ref.fence === ref.fence) held.isCanceling = true;
    }
    if (over.length > 0) session.link.sendCancels(over);
  }

  async results(workerId: string, results: TaskResult[]): Promise<ResultAck[]> {
    return Promise.all(results.map((result) => this.#result(workerId, result)));
  }

  async #result(workerId: string, { taskId, fence, outcome }: TaskResult): Promise<ResultAck> {
    const held = this.#sessions.get(workerId)?.held.get(taskId);
    if (!held || held.ref.fence !== fence) return { taskId, fence, refused: 'LEASE_LOST' };
    const { nodeKey, attempt } = held;
    const base = { nodeKey, attempt };
    if (held.isCanceling || outcome.kind === 'canceled') {
      this.#letGo(this.#sessions.get(workerId)!, taskId);
      if (held.isCanceling) return { taskId, fence, refused: 'CANCELED' };
      // Stopped without having been asked: the worker gave the task up.
      return { taskId, fence, refused: await this.#event(held, { type: 'taskReturned', ...base }) };
    }
    const event: TaskEvent =
      outcome.kind === 'succeeded'
        ? {
            type: 'taskSucceeded',
            ...base,
            output: outcome.output,
            contextAppend: outcome.contextAppend,
          }
        : { type: 'taskFailed', ...base, error: outcome.error };
    return { taskId, fence, refused: await this.#event(held, event) };
  }

  async #event(held: HeldTask, event: TaskEvent): Promise<string | null> {
    const refused = await this.#bound.taskEvent(held.runId, held.ref, event);
    // Applied events free the slot inside the pipeline, before the commit; a refused one is over all the same.
    if (refused)
      for (const session of this.#sessions.values())
        this.#letGo(session, held.ref.taskId, held.ref.fence);
    return refused;
  }

  /** Puts a task back without waiting. Should the pipeline refuse (it is stopping), the lease's end does the same later. */
  #giveUp(held: HeldTask, event: TaskEvent): void {
    this.#event(held, event).catch(() => undefined);
  }

  #letGo(session: WorkerSession, taskId: string, fence?: number): void {
    const held = session.held.get(taskId);
    if (!held || (fence !== undefined && held.ref.fence !== fence)) return;
    session.held.delete(taskId);
    this.#bound.wake();
  }

  returned(workerId: string, tasks: TaskRef[]): void {
    for (const ref of tasks) {
      const held = this.#sessions.get(workerId)?.held.get(ref.taskId);
      if (held?.ref.fence === ref.fence)
        this.#giveUp(held, { type: 'taskReturned', nodeKey: held.nodeKey, attempt: held.attempt });
    }
  }

  progress(workerId: string, progress: (TaskRef & { percent: number; message: string })[]): void {
    const session = this.#sessions.get(workerId);
    for (const { taskId, percent, message } of progress) {
      const held = session?.held.get(taskId);
      if (held) this.feed.progress(held, percent, message);
    }
  }

  drain(workerId: string): void {
    const session = this.#sessions.get(workerId);
    if (!session || session.isDraining) return;
    session.isDraining = true;
    void this.workers.setState(workerId, 'draining').then(
      () => this.feed.workersChanged(session.namespaceId),
      () => undefined,
    );
  }

  /** An operator's drain: the worker is told, and gets no more tasks. */
  askToDrain(workerId: string): void {
    this.#sessions.get(workerId)?.link.sendDrain();
    this.drain(workerId);
  }

  /** A worker counts what it dropped over all its tasks: the one that wrote last is taken for the one that wrote too much. */
  logs(workerId: string, lines: WorkerLogLine[], dropped: number): void {
    const session = this.#sessions.get(workerId);
    if (!session) return;
    for (const line of lines) {
      const place = this.#places.get(line.taskId);
      if (!place) continue;
      session.lastLogPlace = place;
      this.logService.append({ ...line, ...place });
    }
    const owner = session.lastLogPlace ?? session.held.values().next().value;
    if (dropped > 0 && owner) this.logService.countDropped(owner.runId, owner.nodeKey, dropped);
  }

  disconnect(workerId: string, link: WorkerLink): void {
    const session = this.#sessions.get(workerId);
    // The process may have connected again over another link before this one was seen to end.
    if (session?.link !== link) return;
    this.#sessions.delete(workerId);
    this.feed.disconnected(session);
  }
}

/** Bounded: the oldest place goes first. */
class RecentPlaces {
  readonly #places = new Map<string, TaskPlace>();

  set(taskId: string, { runId, nodeKey, attempt }: TaskPlace): void {
    this.#places.set(taskId, { runId, nodeKey, attempt });
    if (this.#places.size > RECENT_TASKS_MAX)
      this.#places.delete(this.#places.keys().next().value!);
  }

  get(taskId: string): TaskPlace | undefined {
    return this.#places.get(taskId);
  }
}

/** Share of slots in use, from 0 to 1. */
function share(session: WorkerSession): number {
  return session.held.size / session.slots;
}

/** What a worker is sent for a task. */
export function toOffer(
  task: TaskRow,
  input: TaskOffer['input'],
  { workflow, namespace }: Pick<TaskOffer, 'workflow' | 'namespace'>,
): TaskOffer {
  return {
    taskId: task.id,
    fence: task.fence,
    executor: task.executor,
    input,
    runId: task.runId,
    nodeKey: task.nodeKey,
    attempt: task.attempt,
    idempotencyKey: `${task.runId}/${task.nodeKey}/${task.attempt}`,
    timeoutMs: task.timeoutMs,
    workflow,
    namespace,
  };
}
