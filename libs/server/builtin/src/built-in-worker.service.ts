import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { messageOf } from '@heddle/kernel';
import {
  DispatchService,
  HEARTBEAT_MS,
  type TaskOffer,
  type TaskRef,
  type TaskResult,
  type WorkerLink,
} from '@heddle/server-dispatch';
import type { BuiltInExecutor, BuiltInOutcome, LogLevel } from './executor.js';

/** Injected: what this worker can do. */
export const BUILT_IN_EXECUTORS = Symbol('BUILT_IN_EXECUTORS');

/** The worker group of every server's own worker. */
const GROUP = 'heddle';
/** Tasks at a time, over all executors: calls that wait for somebody else cost next to nothing. */
const SLOTS = 200;
const RECONNECT_MS = 1_000;

/** The worker of group `heddle` inside this server. To dispatch it is a worker like any other. */
@Injectable()
export class BuiltInWorker
  implements WorkerLink, OnApplicationBootstrap, BeforeApplicationShutdown
{
  readonly #log = new Logger(BuiltInWorker.name);
  readonly #executors: ReadonlyMap<string, BuiltInExecutor>;
  readonly #running = new Map<string, { ref: TaskRef; abort: AbortController }>();
  #workerId: string | null = null;
  #beat: NodeJS.Timeout | null = null;
  #isStopping = false;
  #lineSeq = 0;

  constructor(
    private readonly dispatch: DispatchService,
    @Inject(BUILT_IN_EXECUTORS) executors: readonly BuiltInExecutor[],
  ) {
    this.#executors = new Map(executors.map((executor) => [executor.name, executor]));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.#connect();
    this.#beat = setInterval(() => this.#heartbeat(), HEARTBEAT_MS);
  }

  async #connect(): Promise<void> {
    const welcome = await this.dispatch.connectBuiltIn(
      {
        group: GROUP,
        name: `built-in@${hostname()}`,
        processId: randomUUID(),
        executors: [...this.#executors.values()].map(({ name, description }) => ({
          name,
          description,
          inputSchema: null,
        })),
        slots: SLOTS,
        labels: {},
        sdk: 'built-in',
        running: [],
      },
      this,
    );
    this.#workerId = welcome.workerId;
  }

  #heartbeat(): void {
    const running = [...this.#running.values()].map(({ ref }) => ref);
    if (this.#workerId)
      this.dispatch.heartbeat(this.#workerId, running, { cpuLoad: 0, memoryBytes: 0 });
  }

  sendTasks(tasks: TaskOffer[]): void {
    for (const task of tasks) void this.#run(task);
  }

  sendCancels(tasks: TaskRef[]): void {
    for (const { taskId } of tasks) this.#running.get(taskId)?.abort.abort();
  }

  sendDrain(): void {
    if (this.#workerId) this.dispatch.drain(this.#workerId);
  }

  close(reason: string): void {
    if (this.#isStopping) return;
    this.#log.warn(`The built-in worker was closed: ${reason}`);
    setTimeout(
      () => void this.#connect().catch((e: unknown) => this.#log.error(messageOf(e))),
      RECONNECT_MS,
    );
  }

  async #run(task: TaskOffer): Promise<void> {
    const abort = new AbortController();
    const ref = { taskId: task.taskId, fence: task.fence };
    this.#running.set(task.taskId, { ref, abort });
    const outcome = await this.#carryOut(task, abort.signal);
    try {
      await this.dispatch.results(this.#workerId!, [{ ...ref, outcome }]);
    } catch (error) {
      // The server is stopping: the lease ends, and another server does the task again.
      this.#log.warn(
        `The result of task ${task.taskId} could not be handed in: ${messageOf(error)}`,
      );
    } finally {
      this.#running.delete(task.taskId);
    }
  }

  async #carryOut(task: TaskOffer, signal: AbortSignal): Promise<TaskResult['outcome']> {
    const { input, runId, nodeKey } = task;
    const log = (level: LogLevel, message: string): void => this.#line(task, level, message);
    const executor = this.#executors.get(task.executor);
    const outcome: BuiltInOutcome = executor
      ? await executor.run({ input, runId, nodeKey, signal, log })
      : {
          ok: false,
          error: { code: 'UNKNOWN_EXECUTOR', message: `There is no ${task.executor}.` },
        };
    if (signal.aborted) return { kind: 'canceled' };
    if (!outcome.ok) return { kind: 'failed', error: outcome.error };
    return { kind: 'succeeded', output: outcome.output, contextAppend: null };
  }

  #line(task: TaskOffer, level: LogLevel, message: string): void {
    if (!this.#workerId) return;
    const line = { taskId: task.taskId, atMs: Date.now(), seq: ++this.#lineSeq, level };
    // PostgreSQL's text cannot hold the character 0.
    const text = message.replaceAll('\0', '\uFFFD');
    this.dispatch.logs(this.#workerId, [{ ...line, message: text, fields: null }], 0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    if (this.#beat) clearInterval(this.#beat);
    const refs = [...this.#running.values()].map(({ ref }) => ref);
    if (this.#workerId) this.dispatch.returned(this.#workerId, refs);
    for (const { abort } of this.#running.values()) abort.abort();
    await Promise.all([...this.#executors.values()].map((executor) => executor.close()));
  }
}
