import { correlationOf, type CompiledGraph } from '@heddle/engine';
import type { Chooser } from '@heddle/engine-sim';
import type { Json } from '@heddle/kernel';
import { DispatchService, LEASE_MS, type WorkerSession } from '@heddle/server-dispatch';
import {
  BatchLoop,
  SqlBatchSource,
  type Batch,
  type EventBody,
  type EventRefusal,
} from '@heddle/server-runs';
import { timersDue, type TimerRow } from '@heddle/store';
import type { Row } from './memory-statement.js';
import type { MemoryStore } from './memory-store.js';
import { SimDatabase, type DatabaseFaults, type Locks } from './sim-database.js';
import type { CallOff, VirtualTime } from './virtual-time.js';

/** The world that servers and workers share. */
export interface SimWorld {
  choose: Chooser;
  time: VirtualTime;
  store: MemoryStore;
  locks: Locks;
  faults: DatabaseFaults;
  graphs: ReadonlyMap<string, CompiledGraph>;
  /** Ends the simulation: something must never happen. */
  fail: (error: unknown) => void;
}

const POLL_MS = 1_000;
const SWEEP_MS = 1_000;
/** Sweeps between two looks at silent connections, and looks after which one is closed. */
const CHECK_EVERY = 5;
const SILENT_CHECKS_MAX = 3;
const HORIZON_MS = 60_000;
const LOAD_MS = 20_000;
const REFIRE_MS = 30_000;
const SIGNAL_POLL_MS = 5_000;
const TASKS_MAX = 2_000;

/** A signal that waits for a run that wants it. */
interface KeptSignal {
  id: string;
  name: string;
  key: string | null;
  payload: Json;
}

/**
 * One server process: the pipeline's loop and the dispatch of the product as they are, and what their services do by the clock
 * (polls, timers, leases, kept signals) by virtual time.
 */
export class SimServer {
  readonly database: SimDatabase;
  readonly dispatch: DispatchService;
  readonly loop: BatchLoop;
  /** How far its clock is ahead, in milliseconds. */
  clockMs = 0;
  readonly #armed = new Map<string, { timer: TimerRow; callOff: CallOff }>();
  readonly #firedAt = new Map<string, number>();
  readonly #beats = new Map<string, WorkerSession>();
  #sweepFrom: number;
  #sweepCount = 0;

  constructor(
    readonly name: string,
    private readonly world: SimWorld,
  ) {
    this.database = new SimDatabase(world, name);
    this.dispatch = this.#newDispatch();
    this.loop = this.#newLoop();
    this.dispatch.bind({
      taskEvent: (runId, task, event) =>
        new Promise((resolve, reject) => {
          const settle = (refusal: EventRefusal | null): void => resolve(refusal?.code ?? null);
          this.loop.push({ kind: 'event', runId, event, task, settle, fail: reject });
        }),
      wake: () => this.loop.wake(),
    });
    this.#sweepFrom = this.now() + LEASE_MS;
  }

  get isAlive(): boolean {
    return this.database.isAlive;
  }

  now(): number {
    return this.world.time.now + this.clockMs;
  }

  start(): void {
    void this.loop.run();
    this.#every(POLL_MS, () => void this.loop.poll());
    this.#every(SWEEP_MS, () => this.#sweep());
    this.#every(LOAD_MS, () => void this.#loadTimers());
    this.#every(SIGNAL_POLL_MS, () => this.#deliverWanted());
  }

  /** All of its memory is gone. */
  crash(): void {
    this.database.kill();
    for (const { callOff } of this.#armed.values()) callOff();
  }

  /** Sends an event; what comes back is told. */
  event(runId: string, event: EventBody, settle: (refusal: EventRefusal | null) => void): void {
    const fail = (): void => undefined;
    this.loop.push({ kind: 'event', runId, event, task: null, settle, fail });
  }

  #every(ms: number, action: () => void): void {
    action();
    this.world.time.after(ms, () => {
      if (this.isAlive) this.#every(ms, action);
    });
  }

  #newLoop(): BatchLoop {
    const { time, choose, graphs } = this.world;
    const quiet = (): void => undefined;
    const compiled = { get: async (id: string) => graphs.get(id)! };
    const workflows = { runnableByName: async () => OTHER, hold: async () => null };
    return new BatchLoop({
      database: this.database,
      dispatch: this.dispatch,
      newSource: (sql) => new SqlBatchSource(sql, compiled, workflows as never),
      ensurePartitions: async () => undefined,
      onCommit: (batch) => this.#onCommit(batch),
      log: { debug: quiet, warn: quiet, error: (text) => this.world.fail(new Error(text)) },
      now: () => this.now(),
      random: () => choose.int(999) / 1_000,
      sleep: (ms) => new Promise((resolve) => time.after(ms, () => this.isAlive && resolve())),
      overlapItemsMin: 1,
    });
  }

  #onCommit(batch: Batch): void {
    this.dispatch.send(batch.tasks.leases);
    this.dispatch.cancel(batch.tasks.cancels);
    for (const timer of batch.writes.armed) this.#arm(timer);
    for (const { runId, nodes } of batch.writes.steps())
      for (const { waitingFor, correlation } of nodes.values())
        if (waitingFor === 'signal' && correlation !== null) this.#find(runId, correlation);
  }

  // ---- workers ----

  #newDispatch(): DispatchService {
    const { tables } = this.world.store;
    const workers = {
      register: async (hello: { processId: string }) => {
        const id = hello.processId;
        const lease_until = new Date(this.now() + LEASE_MS);
        const known = tables.worker.get(id);
        const isLater = known && known['lease_until']! > lease_until;
        tables.worker.set(id, { id, lease_until: isLater ? known['lease_until']! : lease_until });
        return id;
      },
      fences: async (tasks: readonly { id: string }[]) =>
        new Map(
          tasks.flatMap(({ id }) => {
            const row = tables.task.get(id);
            return row?.['state'] === 'leased' ? [[id, row['fence'] as number]] : [];
          }),
        ),
      setState: async () => undefined,
    };
    const feed = {
      heartbeat: (session: WorkerSession) => void this.#beats.set(session.workerId, session),
      workersChanged: () => undefined,
      disconnected: () => undefined,
      progress: () => undefined,
    };
    return new DispatchService(
      this.database as never,
      workers as never,
      { append: () => undefined } as never,
      feed as never,
    );
  }

  #sweep(): void {
    const { tables } = this.world.store;
    const now = this.now();
    for (const { workerId } of this.#beats.values())
      tables.worker.set(workerId, { id: workerId, lease_until: new Date(now + LEASE_MS) });
    this.#beats.clear();
    if (this.#sweepCount++ % CHECK_EVERY === 0)
      for (const session of [...this.dispatch.sessions.values()])
        if (session.silentCount++ >= SILENT_CHECKS_MAX) session.link.close('silent');
    for (const task of [...tables.task.values()].slice(0, TASKS_MAX)) this.#findStray(task, now);
    if (now < this.#sweepFrom) return;
    for (const task of [...tables.task.values()].slice(0, TASKS_MAX)) this.#takeBack(task, now);
  }

  /** Tasks of connected workers that were never sent to them. */
  #findStray(task: Row, now: number): void {
    const session = this.dispatch.sessions.get(String(task['worker_id']));
    if (task['state'] !== 'leased' || !session) return;
    if ((task['leased_at'] as Date).getTime() >= now - LEASE_MS) return;
    if (session.held.get(String(task['id']))?.ref.fence !== task['fence']) this.#lose(task);
  }

  #takeBack(task: Row, now: number): void {
    const worker = this.world.store.tables.worker.get(String(task['worker_id']));
    if (task['state'] !== 'leased' || !worker) return;
    if ((worker['lease_until'] as Date).getTime() >= now) return;
    if (!this.dispatch.sessions.has(String(worker['id']))) this.#lose(task);
  }

  #lose(task: Row): void {
    const [nodeKey, attempt] = [String(task['node_key']), task['attempt'] as number];
    this.loop.push({
      kind: 'event',
      runId: String(task['run_id']),
      task: { taskId: String(task['id']), fence: task['fence'] as number },
      event: { type: 'taskLost', nodeKey, attempt, message: 'The worker was not heard of.' },
      settle: () => undefined,
      fail: () => undefined,
    });
  }

  // ---- timers ----

  #arm(timer: TimerRow): void {
    const now = this.now();
    if (timer.dueAt > now + HORIZON_MS) return;
    const key = `${timer.runId}/${timer.kind}/${timer.nodeKey ?? ''}`;
    const known = this.#armed.get(key);
    if (known?.timer.dueAt === timer.dueAt && known.timer.attempt === timer.attempt) return;
    known?.callOff();
    const callOff = this.world.time.after(Math.max(0, timer.dueAt - now), () => {
      if (!this.isAlive) return;
      this.#armed.delete(key);
      this.#firedAt.set(exactKeyOf(timer), this.now());
      const { kind, nodeKey, attempt } = timer;
      const event = { type: 'timerFired', timer: kind, nodeKey, attempt } as const;
      this.event(timer.runId, event, () => undefined);
    });
    this.#armed.set(key, { timer, callOff });
  }

  async #loadTimers(): Promise<void> {
    const now = this.now();
    for (const [key, at] of this.#firedAt) if (now - at > REFIRE_MS) this.#firedAt.delete(key);
    for (const timer of await timersDue(this.database, now + HORIZON_MS, TASKS_MAX))
      if (!this.#firedAt.has(exactKeyOf(timer))) this.#arm(timer);
  }

  // ---- signals to whoever waits ----

  /** Keeps a signal, then looks for a run that waits for it. */
  keepSignal(signal: KeptSignal): void {
    const { store } = this.world;
    const { id, name, key, payload } = signal;
    store.tables.signal.set(id, { id, name, key, payload: JSON.stringify(payload) });
    this.#deliver(signal);
  }

  #deliverWanted(): void {
    for (const signal of this.#kept()) this.#deliver(signal);
  }

  #deliver(signal: KeptSignal): void {
    const wanted = correlationOf(signal.name, signal.key);
    for (const [runId, nodes] of this.world.store.tables.node_run)
      for (const node of nodes.values())
        if (node['waiting_for'] === 'signal' && String(node['correlation']).endsWith(`:${wanted}`))
          return this.#send(runId, signal);
  }

  #find(runId: string, correlation: string): void {
    const kept = this.#kept().find(({ name, key }) => correlationOf(name, key) === correlation);
    if (kept) this.#send(runId, kept);
  }

  #send(runId: string, { id: signalId, name, key, payload }: KeptSignal): void {
    const actor = { id: 'user:1', name: 'Ana' };
    const event = { type: 'signalReceived', name, key, payload, signalId, actor } as const;
    this.event(runId, event, () => undefined);
  }

  #kept(): KeptSignal[] {
    return [...this.world.store.tables.signal.values()].map(({ id, name, key, payload }) => ({
      id: String(id),
      name: String(name),
      key: key as string | null,
      payload: JSON.parse(String(payload)) as Json,
    }));
  }
}

/** What `subworkflow` nodes of random graphs name. */
export const OTHER = {
  kind: 'found',
  workflowId: '2',
  name: 'other',
  graphId: '3',
  version: 1,
  hold: null,
} as const;

function exactKeyOf({ runId, kind, nodeKey, attempt, dueAt }: TimerRow): string {
  return `${runId}/${kind}/${nodeKey ?? ''}/${attempt}/${dueAt}`;
}
