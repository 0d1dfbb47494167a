import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import {
  tookTooLong, usedTooMuch, type ScriptJob, type ScriptLine, type ScriptOutcome,
} from './script-job.js'; // prettier-ignore
import type { ThreadMessage } from './script-thread.js';

/** Threads at a time; a script computes, so more than there are cores would not be faster. */
const THREADS_MAX = Math.max(1, Math.min(4, availableParallelism()));
/** How long a thread may be late beyond its script's own deadline before it is ended. */
const GRACE_MS = 500;
/** Heap of a thread besides the sandbox's memory: for lines and outputs on their way. */
const THREAD_HEAP_MB_MAX = 64;
/** A thread that has not loaded its sandbox by then never will. */
const LOAD_MS_MAX = 30_000;

const THREAD = new URL('./script-thread.js', import.meta.url);

interface Waiting {
  job: ScriptJob;
  write: (line: ScriptLine) => void;
  signal: AbortSignal;
  resolve: (outcome: ScriptOutcome | null) => void;
}

/**
 * A few threads that carry out scripts, each one at a time. A thread is used again after a script that ended by itself, and ended
 * with every other one. Who calls bounds how many wait.
 */
export class ScriptPool {
  readonly #idle: Worker[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #threads = new Set<Worker>();
  #isClosed = false;

  constructor(private readonly thread: URL = THREAD) {}

  /** @returns how the script ended; null when it was canceled, or the pool was closed. Its time counts from when its turn comes. */
  run(
    job: ScriptJob,
    write: (line: ScriptLine) => void,
    signal: AbortSignal,
  ): Promise<ScriptOutcome | null> {
    return new Promise((resolve) => {
      this.#waiting.push({ job, write, signal, resolve });
      this.#next();
    });
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const isGone = this.#isClosed || this.#waiting[0]!.signal.aborted;
      if (!isGone && this.#idle.length === 0 && this.#threads.size >= THREADS_MAX) return;
      const waiting = this.#waiting.shift()!;
      if (isGone) waiting.resolve(null);
      else void this.#carryOut(waiting);
    }
  }

  async #carryOut({ job, write, signal, resolve }: Waiting): Promise<void> {
    const thread = this.#idle.pop() ?? this.#start();
    const outcome = await new Promise<ScriptOutcome | null>((settle) => {
      let timer = setTimeout(() => settle(brokenOff('The sandbox did not start.')), LOAD_MS_MAX);
      const begin = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => settle(tookTooLong(job.timeoutMs)), job.timeoutMs + GRACE_MS);
        thread.postMessage(job);
      };
      const onAbort = (): void => settle(null);
      signal.addEventListener('abort', onAbort);
      const end = (result: ScriptOutcome | null): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        settle(result);
      };
      thread.on('message', (message: ThreadMessage) => {
        if (message.kind === 'line') write(message.line);
        if (message.kind === 'ready') begin();
        if (message.kind === 'ended') end(message.outcome);
        if (message.kind === 'broken') end(brokenOff(message.message));
      });
      thread.once('error', (error: NodeJS.ErrnoException) =>
        end(
          error.code === 'ERR_WORKER_OUT_OF_MEMORY'
            ? usedTooMuch(job.memoryMb)
            : brokenOff(error.message),
        ),
      );
      thread.once('exit', () => end(null));
      if (READY.has(thread)) begin();
    });
    thread.removeAllListeners();
    if (outcome?.ok && !this.#isClosed) this.#idle.push(thread);
    else await this.#end(thread);
    resolve(outcome);
    this.#next();
  }

  #start(): Worker {
    const thread = new Worker(this.thread, {
      resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MB_MAX },
      env: {},
      execArgv: [],
      stdin: false,
    });
    thread.unref();
    this.#threads.add(thread);
    thread.once('message', () => READY.add(thread));
    return thread;
  }

  async #end(thread: Worker): Promise<void> {
    // A thread that ends by force may still tell of an error.
    thread.on('error', () => undefined);
    await thread.terminate();
    this.#threads.delete(thread);
  }

  /** Ends all threads; scripts that run or wait are given up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#next();
    await Promise.all([...this.#threads].map((thread) => this.#end(thread)));
  }
}

/** Threads whose sandbox is loaded. */
const READY = new WeakSet<Worker>();

function brokenOff(message: string): ScriptOutcome {
  return { ok: false, error: { code: 'SCRIPT_ERROR', message } };
}
