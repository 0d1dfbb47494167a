import { assertNever } from '@heddle/kernel';
import type {
  ServerMessage,
  WireProgress,
  WireTaskRef,
  WireWelcome,
  WorkerMessage,
} from '@heddle/protocol';
import type { WorkerRejectedError } from './errors.js';
import { LoadMeter } from './load-meter.js';
import { LogBuffer } from './log-buffer.js';
import { keyOf, ResultQueue } from './result-queue.js';
import { ServerLink } from './server-link.js';
import { TaskRunner } from './task-runner.js';
import {
  helloOf,
  resolveOptions,
  type ResolvedOptions,
  type WorkerOptions,
} from './worker-options.js';

/** Until the server's welcome says otherwise. */
const PAYLOAD_BYTES_MAX = 1_000_000;
/** Longest wait for the acknowledgement of the last results when the worker ends. */
const FLUSH_MS_MAX = 5_000;
/** Progress is sent at most this often; only the latest of each task. */
const PROGRESS_MS = 200;

/** Defines a worker: the process that offers executors to one worker group. Nothing happens until `start()`. */
export function worker(options: WorkerOptions): Worker {
  return new Worker(resolveOptions(options));
}

/** A connected worker. Made by {@link worker}. */
export class Worker {
  /** Resolves when the worker has ended: after `stop()`, a signal, or an operator's drain. */
  readonly drained: Promise<void>;
  private readonly link: ServerLink;
  private readonly runner: TaskRunner;
  private readonly results = new ResultQueue();
  private readonly logs = new LogBuffer();
  private readonly progress = new Map<string, WireProgress>();
  private readonly load = new LoadMeter();
  private returns: WireTaskRef[] = [];
  private state: 'new' | 'starting' | 'running' | 'draining' | 'ended' = 'new';
  private ending: Promise<void> | null = null;
  private payloadBytesMax = PAYLOAD_BYTES_MAX;
  private heartbeatTimer: NodeJS.Timeout | null = null;
  private progressTimer: NodeJS.Timeout | null = null;
  private isFlushScheduled = false;
  private settleStart: { resolve: () => void; reject: (error: Error) => void } | null = null;
  private resolveDrained: () => void = () => undefined;
  private readonly waiters = new Set<() => void>();
  private readonly onSignal = (signal: NodeJS.Signals) => this.handleSignal(signal);

  constructor(private readonly options: ResolvedOptions) {
    this.drained = new Promise((resolve) => (this.resolveDrained = resolve));
    this.runner = new TaskRunner(options.executors, this.sink(), () => this.payloadBytesMax);
    this.link = new ServerLink(options.address, options.token, {
      hello: () => helloOf(options, [...this.runner.refs(), ...this.results.refs()]),
      welcomed: (welcome) => this.welcomed(welcome),
      received: (message) => this.received(message),
      writable: () => this.flush(),
      down: (reason) => this.down(reason),
      rejected: (error) => this.rejected(error),
    });
  }

  /**
   * Connects, and resolves once the server takes this worker in; while no server answers it goes on trying.
   * @throws {WorkerRejectedError} when the token or what the worker offers is refused.
   */
  start(): Promise<void> {
    if (this.state !== 'new') return Promise.reject(new TypeError('A worker can be started once.'));
    this.state = 'starting';
    if (this.options.handleSignals) {
      process.on('SIGTERM', this.onSignal);
      process.on('SIGINT', this.onSignal);
    }
    this.link.open();
    return new Promise((resolve, reject) => (this.settleStart = { resolve, reject }));
  }

  /** Takes no more tasks, lets running ones end within `shutdownGraceMs`, hands back the others, and disconnects. */
  stop(): Promise<void> {
    return this.end(this.options.shutdownGraceMs);
  }

  private welcomed(welcome: WireWelcome): void {
    this.payloadBytesMax = welcome.payloadBytesMax || PAYLOAD_BYTES_MAX;
    this.options.logger.info(`connected to ${this.options.address} as worker ${welcome.workerId}`, {
      group: this.options.group,
      slots: this.options.slots,
    });
    this.runner.lose(welcome.lost);
    for (const ref of welcome.lost) this.results.forget(ref);
    this.results.resend();
    this.logs.resend();
    this.armHeartbeat(welcome.heartbeatMs);
    if (this.state === 'starting') this.state = 'running';
    if (this.state === 'draining') this.link.send({ kind: 'drain', drain: {} });
    this.settleStart?.resolve();
    this.settleStart = null;
    this.flush();
  }

  private received(message: Exclude<ServerMessage, { kind: 'welcome' }>): void {
    switch (message.kind) {
      case 'tasks':
        for (const offer of message.tasks.tasks) {
          if (this.state === 'running') this.runner.start(offer);
          else this.returns.push(offer.task);
        }
        return this.schedule();
      case 'resultAcks':
        for (const ack of message.resultAcks.acks) {
          this.results.acknowledge(ack);
          if (ack.refused)
            this.options.logger.warn(
              `the result of task ${ack.task.taskId} was refused: ${ack.refused}`,
            );
        }
        return this.wake();
      case 'cancels':
        return this.runner.cancel(message.cancels.tasks);
      case 'drain':
        this.options.logger.info('an operator asked this worker to drain');
        void this.end(Infinity);
        return;
      case 'logAck':
        this.logs.acknowledge(Number(message.logAck.lines));
        return this.wake();
      case undefined:
        // A kind that a newer server knows.
        return;
      default:
        assertNever(message);
    }
  }

  private down(reason: string): void {
    this.stopHeartbeat();
    this.options.logger.warn(
      `no connection to ${this.options.address} (${reason}); trying again until it works`,
    );
  }

  private rejected(error: WorkerRejectedError): void {
    this.options.logger.error(error.message);
    process.exitCode = 1;
    this.runner.abandon();
    this.settleStart?.reject(error);
    this.settleStart = null;
    this.finish();
  }

  /** Ends once, however often it is asked; the first caller's grace counts. */
  private end(graceMs: number): Promise<void> {
    this.ending ??= this.drain(graceMs);
    return this.ending;
  }

  private async drain(graceMs: number): Promise<void> {
    if (this.state === 'ended') return;
    this.state = 'draining';
    if (this.link.isWritable) this.link.send({ kind: 'drain', drain: {} });
    await this.until(() => this.runner.size === 0, graceMs);
    const unfinished = this.runner.abandon();
    if (unfinished.length > 0) {
      this.options.logger.warn(`handing back ${unfinished.length} unfinished tasks`);
      this.returns.push(...unfinished);
    }
    this.flush();
    const isSent = () => this.results.isEmpty && this.returns.length === 0 && this.logs.isEmpty;
    await this.until(isSent, FLUSH_MS_MAX);
    await this.link.close();
    this.finish();
  }

  private finish(): void {
    this.state = 'ended';
    this.stopHeartbeat();
    if (this.progressTimer) clearTimeout(this.progressTimer);
    process.off('SIGTERM', this.onSignal);
    process.off('SIGINT', this.onSignal);
    this.settleStart?.resolve();
    this.settleStart = null;
    this.resolveDrained();
  }

  private handleSignal(signal: NodeJS.Signals): void {
    if (this.ending) process.exit(1);
    const count = this.runner.size;
    this.options.logger.info(
      `${signal}: ${count === 0 ? 'ending' : `finishing ${count} tasks, then ending`}; once more to end at once`,
    );
    void this.stop().then(() => process.exit());
  }

  private sink(): ConstructorParameters<typeof TaskRunner>[1] {
    return {
      result: (result) => {
        this.progress.delete(keyOf(result.task));
        this.results.add(result);
        this.schedule();
      },
      log: (entry) => {
        this.logs.add(entry);
        this.schedule();
      },
      progress: (progress) => {
        if (progress.task) this.progress.set(keyOf(progress.task), progress);
        this.progressTimer ??= setTimeout(() => this.sendProgress(), PROGRESS_MS).unref();
      },
      ended: () => this.wake(),
    };
  }

  /** Gathers what one turn of the event loop produces into as few messages as possible. */
  private schedule(): void {
    if (this.isFlushScheduled) return;
    this.isFlushScheduled = true;
    setImmediate(() => {
      this.isFlushScheduled = false;
      this.flush();
    });
  }

  private flush(): void {
    while (this.link.isWritable) {
      const message = this.nextReturns() ?? this.results.next() ?? this.logs.next();
      if (!message) break;
      this.link.send(message);
    }
    this.wake();
  }

  private nextReturns(): WorkerMessage | null {
    if (this.returns.length === 0) return null;
    const tasks = this.returns;
    this.returns = [];
    return { kind: 'returns', returns: { tasks } };
  }

  private sendProgress(): void {
    this.progressTimer = null;
    if (this.progress.size === 0 || !this.link.isWritable) return;
    this.link.send({ kind: 'progress', progress: { progress: [...this.progress.values()] } });
    this.progress.clear();
  }

  private armHeartbeat(heartbeatMs: number): void {
    this.stopHeartbeat();
    // Well before the server expects it: timers and networks are late at times.
    this.heartbeatTimer = setInterval(() => this.beat(), Math.max(100, heartbeatMs * 0.6));
  }

  private beat(): void {
    if (!this.link.isWritable) return;
    const running = [...this.runner.refs(), ...this.results.refs()];
    this.link.send({ kind: 'heartbeat', heartbeat: { running, ...this.load.read() } });
  }

  private stopHeartbeat(): void {
    if (this.heartbeatTimer) clearInterval(this.heartbeatTimer);
    this.heartbeatTimer = null;
  }

  /** Waits until a condition holds, looking whenever something ended or was acknowledged, or until the time is up. */
  private until(condition: () => boolean, timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.waiters.delete(check);
        clearTimeout(timer);
        resolve();
      };
      const check = () => {
        if (condition() || this.state === 'ended') done();
      };
      const timer = timeoutMs === Infinity ? undefined : setTimeout(done, timeoutMs);
      this.waiters.add(check);
      check();
    });
  }

  private wake(): void {
    for (const check of [...this.waiters]) check();
  }
}
