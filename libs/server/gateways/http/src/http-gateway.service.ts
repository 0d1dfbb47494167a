import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Agent } from 'undici';
import { messageOf } from '@heddle/kernel';
import { HTTP_ROUTE } from '@heddle/nodes';
import {
  DispatchService,
  HEARTBEAT_MS,
  type TaskOffer,
  type TaskRef,
  type TaskResult,
  type WorkerLink,
} from '@heddle/server-dispatch';
import { AddressGuard } from './address-guard.js';
import { callHttp, parseHttpInput } from './http-call.js';

/** Injected: hosts that may be called although they are private. */
export const HTTP_ALLOW = Symbol('HTTP_ALLOW');

const SLOTS = 200;
const RECONNECT_MS = 1_000;

/** The worker of group `heddle` inside this server: carries out the calls of `http` nodes. */
@Injectable()
export class HttpGateway implements WorkerLink, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #log = new Logger(HttpGateway.name);
  readonly #running = new Map<string, { ref: TaskRef; abort: AbortController }>();
  readonly #agent: Agent;
  #workerId: string | null = null;
  #beat: NodeJS.Timeout | null = null;
  #lineSeq = 0;

  constructor(
    private readonly dispatch: DispatchService,
    @Inject(HTTP_ALLOW) allowed: readonly string[],
  ) {
    this.#agent = new Agent({ connect: new AddressGuard(allowed).connector() });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.#connect();
    this.#beat = setInterval(() => this.#heartbeat(), HEARTBEAT_MS);
  }

  async #connect(): Promise<void> {
    const welcome = await this.dispatch.connectBuiltIn(
      {
        group: HTTP_ROUTE.group,
        name: `http@${hostname()}`,
        processId: randomUUID(),
        executors: [
          { name: HTTP_ROUTE.executor, description: 'Calls an HTTP endpoint.', inputSchema: null },
        ],
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
    this.#log.warn(`The built-in HTTP worker was closed: ${reason}`);
    setTimeout(
      () => void this.#connect().catch((e: unknown) => this.#log.error(messageOf(e))),
      RECONNECT_MS,
    );
  }

  async #run(task: TaskOffer): Promise<void> {
    const abort = new AbortController();
    const ref = { taskId: task.taskId, fence: task.fence };
    this.#running.set(task.taskId, { ref, abort });
    const outcome = await this.#call(task, abort.signal);
    try {
      await this.dispatch.results(this.#workerId!, [{ ...ref, outcome }]);
    } catch (error) {
      // The server is stopping: the lease ends, and another server makes the call again.
      this.#log.warn(
        `The result of task ${task.taskId} could not be handed in: ${messageOf(error)}`,
      );
    } finally {
      this.#running.delete(task.taskId);
    }
  }

  async #call(task: TaskOffer, signal: AbortSignal): Promise<TaskResult['outcome']> {
    const input = parseHttpInput(task.input);
    if (typeof input === 'string')
      return { kind: 'failed', error: { code: 'BAD_INPUT', message: input, isFinal: true } };
    const startedAt = Date.now();
    const { origin, pathname } = new URL(input.url);
    this.#line(task, 'info', `${input.method} ${origin}${pathname}`);
    const result = await callHttp(input, this.#agent, signal);
    if (signal.aborted) return { kind: 'canceled' };
    const took = `after ${Date.now() - startedAt} ms`;
    if (result.ok) {
      this.#line(task, 'info', `${result.status} ${took}`);
      return { kind: 'succeeded', output: result.output, contextAppend: null };
    }
    this.#line(task, 'error', `${result.error.code} ${took}: ${result.error.message}`);
    return { kind: 'failed', error: result.error };
  }

  #line(task: TaskOffer, level: 'info' | 'error', message: string): void {
    const line = {
      taskId: task.taskId,
      atMs: Date.now(),
      seq: ++this.#lineSeq,
      level,
      message,
      fields: null,
    };
    if (this.#workerId) this.dispatch.logs(this.#workerId, [line], 0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.#beat) clearInterval(this.#beat);
    const refs = [...this.#running.values()].map(({ ref }) => ref);
    if (this.#workerId) this.dispatch.returned(this.#workerId, refs);
    for (const { abort } of this.#running.values()) abort.abort();
    await this.#agent.destroy();
  }
}
