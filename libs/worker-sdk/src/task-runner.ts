import { isJsonObject, type Json, type JsonObject } from '@heddle/kernel';
import type { WireProgress, WireTaskOffer, WireTaskRef } from '@heddle/protocol';
import { NonRetryableError, TaskAbortedError } from './errors.js';
import type { Executor } from './executor.js';
import type { JobContext, LogLevel } from './job-context.js';
import type { LogEntry } from './log-buffer.js';
import { keyOf, type KeptResult } from './result-queue.js';
import { failureOf, successOf } from './task-result.js';

/** Where a task's results, lines and progress go. */
export interface TaskSink {
  result(result: KeptResult): void;
  log(entry: LogEntry): void;
  progress(progress: WireProgress): void;
  /** Called whenever a task has ended. */
  ended(): void;
}

/** A task that is being worked on. */
interface RunningTask {
  ref: WireTaskRef;
  controller: AbortController;
  /** Whether its result is still wanted; not after a lost lease or after it was handed back. */
  isWanted: boolean;
  isCanceled: boolean;
  timer: NodeJS.Timeout | null;
  seq: number;
  append: JsonObject | null;
}

/** Runs the tasks that the server hands out, each in its own context. */
export class TaskRunner {
  private readonly running = new Map<string, RunningTask>();
  private readonly executors: ReadonlyMap<string, Executor>;

  constructor(
    executors: readonly Executor[],
    private readonly sink: TaskSink,
    /** Largest output the server takes, in bytes. */
    private readonly payloadBytesMax: () => number,
  ) {
    this.executors = new Map(executors.map((executor) => [executor.name, executor]));
  }

  get size(): number {
    return this.running.size;
  }

  /** Tasks whose leases must go on. */
  refs(): WireTaskRef[] {
    return [...this.running.values()].filter((task) => task.isWanted).map((task) => task.ref);
  }

  /** Starts a task. Never throws: what goes wrong is the task's result. */
  start(offer: WireTaskOffer): void {
    const key = keyOf(offer.task);
    // A repeated offer of a task that is running already.
    if (this.running.has(key)) return;
    const task: RunningTask = {
      ref: offer.task,
      controller: new AbortController(),
      isWanted: true,
      isCanceled: false,
      timer: null,
      seq: 0,
      append: null,
    };
    this.running.set(key, task);
    this.armTimeout(task, Number(offer.timeoutMs));
    void this.work(task, offer).then((result) => {
      if (task.timer) clearTimeout(task.timer);
      this.running.delete(key);
      if (task.isWanted) this.handIn(task, result);
      this.sink.ended();
    });
  }

  /** A failure also ends the task's log: whoever reads the log wants to know how it ended. */
  private handIn({ ref, seq }: RunningTask, result: KeptResult): void {
    if (result.outcome === 'failure') {
      const message = `${result.failure.code}: ${result.failure.message}`;
      this.sink.log({
        taskId: ref.taskId,
        seq: seq + 1,
        level: 'error',
        message,
        fields: undefined,
      });
    }
    this.sink.result({ ...result, task: ref });
  }

  /** The server ended these tasks; their jobs are asked to stop. */
  cancel(refs: readonly WireTaskRef[]): void {
    for (const task of this.find(refs)) {
      task.isCanceled = true;
      task.controller.abort(new TaskAbortedError('canceled', 'The task was canceled.'));
    }
  }

  /** The leases of these tasks are gone; their results are not wanted any more. */
  lose(refs: readonly WireTaskRef[]): void {
    for (const task of this.find(refs)) {
      task.isWanted = false;
      task.controller.abort(
        new TaskAbortedError(
          'leaseLost',
          'The lease of this task was lost; another worker has it.',
        ),
      );
    }
  }

  /** Gives up everything that still runs. Returns what can be handed back to the server. */
  abandon(): WireTaskRef[] {
    const refs = this.refs();
    for (const task of this.running.values()) {
      task.isWanted = false;
      task.controller.abort(
        new TaskAbortedError(
          'shutdown',
          'The worker is shutting down; the task goes to another one.',
        ),
      );
    }
    return refs;
  }

  private find(refs: readonly WireTaskRef[]): RunningTask[] {
    return refs.flatMap((ref) => this.running.get(keyOf(ref)) ?? []);
  }

  private armTimeout(task: RunningTask, timeoutMs: number): void {
    // Longer delays overflow setTimeout; the server watches the time anyway.
    if (timeoutMs <= 0 || timeoutMs > 2 ** 31 - 1) return;
    const reason = new TaskAbortedError(
      'timeout',
      `The attempt took longer than its ${timeoutMs} ms.`,
    );
    task.timer = setTimeout(() => task.controller.abort(reason), timeoutMs);
  }

  private async work(task: RunningTask, offer: WireTaskOffer): Promise<KeptResult> {
    const { ref } = task;
    try {
      const executor = this.executors.get(offer.executor);
      if (!executor)
        throw new NonRetryableError(`This worker offers no executor "${offer.executor}".`, {
          code: 'UNKNOWN_EXECUTOR',
        });
      const input = readInput(offer.input);
      executor.checkInput(input);
      const run = executor.run as (input: Json, ctx: JobContext) => unknown;
      const output = await run(input, this.contextOf(task, offer));
      if (task.isCanceled) return { task: ref, outcome: 'canceled', canceled: {} };
      return { ...successOf(ref, output, task.append, this.payloadBytesMax()), task: ref };
    } catch (error) {
      if (task.isCanceled) return { task: ref, outcome: 'canceled', canceled: {} };
      const reason: unknown = task.controller.signal.reason;
      const isTimeout = reason instanceof TaskAbortedError && reason.kind === 'timeout';
      const failure = isTimeout
        ? Object.assign(new Error(reason.message, { cause: error }), { code: 'TIMEOUT' })
        : error;
      return { ...failureOf(ref, failure), task: ref };
    }
  }

  private contextOf(task: RunningTask, offer: WireTaskOffer): JobContext {
    const { taskId } = task.ref;
    const line = (level: LogLevel) => (message: string, fields?: JsonObject) =>
      this.sink.log({ taskId, seq: ++task.seq, level, message, fields });
    const timeoutMs = Number(offer.timeoutMs);
    return {
      signal: task.controller.signal,
      log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
      progress: (percent, message = '') => this.sink.progress({ task: task.ref, percent, message }),
      context: {
        append: (values) => {
          if (!isJsonObject(values))
            throw new TypeError('context.append takes an object of keys and values.');
          task.append = { ...task.append, ...values };
        },
      },
      attempt: offer.attempt,
      idempotencyKey: offer.idempotencyKey,
      runId: offer.runId,
      nodeKey: offer.nodeKey,
      workflow: offer.workflow,
      namespace: offer.namespace,
      timeoutMs: timeoutMs > 0 ? timeoutMs : null,
    };
  }
}

function readInput(bytes: Uint8Array): Json {
  if (bytes.length === 0) return null;
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as Json;
}
