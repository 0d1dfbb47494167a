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
 * A few threads that carry out scripts, each one at a time. A thread is used again after a script that came to its own end, and
 * ended after every other one. Whoever calls bounds how many wait.
 */
export class ScriptPool {
  readonly #idle: ScriptThread[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #threads = new Set<ScriptThread>();
  #isClosed = false;

  /** @param script what a thread runs. */
  constructor(private readonly script: URL = THREAD) {}

  /** @returns how the script ended; null when it was canceled, or the pool was closed. Its time counts from its turn. */
  run(
    job: ScriptJob,
    write: (line: ScriptLine) => void,
    signal: AbortSignal,
  ): Promise<ScriptOutcome | null> {
    return new Promise((resolve) => {
      const waiting = { job, write, signal, resolve };
      this.#waiting.push(waiting);
      signal.addEventListener('abort', () => this.#giveUp(waiting), { once: true });
      if (signal.aborted || this.#isClosed) this.#giveUp(waiting);
      this.#next();
    });
  }

  #giveUp(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    waiting.resolve(null);
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      if (this.#idle.length === 0 && this.#threads.size >= THREADS_MAX) return;
      void this.#carryOut(this.#waiting.shift()!);
    }
  }

  async #carryOut({ job, write, signal, resolve }: Waiting): Promise<void> {
    const thread = this.#idle.pop() ?? this.#start();
    const outcome = await thread.run(job, write, signal);
    if (thread.isReusable && !this.#isClosed) this.#idle.push(thread);
    else {
      await thread.end();
      this.#threads.delete(thread);
    }
    resolve(outcome);
    this.#next();
  }

  #start(): ScriptThread {
    const thread = new ScriptThread(this.script);
    this.#threads.add(thread);
    return thread;
  }

  /** Ends all threads; scripts that run or wait are given up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const waiting of [...this.#waiting]) this.#giveUp(waiting);
    await Promise.all([...this.#threads].map((thread) => thread.end()));
  }
}

/** One thread, and what it is doing. */
class ScriptThread {
  isReusable = false;
  readonly #worker: Worker;
  readonly #loaded: Promise<unknown>;
  #settle: ((outcome: ScriptOutcome | null) => void) | null = null;
  #write: (line: ScriptLine) => void = () => undefined;
  #job: ScriptJob | null = null;

  constructor(script: URL) {
    this.#worker = new Worker(script, {
      resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MB_MAX },
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    // An idle thread must not keep the process alive.
    this.#worker.unref();
    // A damaged interpreter says so; whoever reads the server's output has no use for that.
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) stream.resume();
    this.#loaded = new Promise((resolve) => this.#worker.once('message', resolve));
    this.#worker.on('message', (message: ThreadMessage) => this.#received(message));
    this.#worker.on('error', (error) => this.#settle?.(outcomeOf(error, this.#job)));
    this.#worker.on('exit', () => this.#settle?.(null));
  }

  /** Carries out a job; at its deadline, or when it is aborted, the thread can only be ended. */
  async run(
    job: ScriptJob,
    write: (line: ScriptLine) => void,
    signal: AbortSignal,
  ): Promise<ScriptOutcome | null> {
    this.isReusable = false;
    this.#job = job;
    this.#write = write;
    let timer = setTimeout(
      () => this.#settle?.(brokenOff('The sandbox did not start.')),
      LOAD_MS_MAX,
    );
    const onAbort = (): void => this.#settle?.(null);
    signal.addEventListener('abort', onAbort);
    const settled = new Promise<ScriptOutcome | null>((resolve) => (this.#settle = resolve));
    void this.#loaded.then(() => {
      clearTimeout(timer);
      if (!this.#settle) return;
      timer = setTimeout(
        () => this.#settle?.(tookTooLong(job.timeoutMs)),
        job.timeoutMs + GRACE_MS,
      );
      this.#worker.postMessage(job);
    });
    const outcome = await settled;
    this.#settle = null;
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    return outcome;
  }

  #received(message: ThreadMessage): void {
    switch (message.kind) {
      case 'ready':
        return;
      case 'line':
        return this.#write(message.line);
      case 'ended':
        this.isReusable = message.isReusable && (message.outcome.ok || isHarmless(message.outcome));
        return this.#settle?.(message.outcome);
      case 'broken':
        return this.#settle?.(brokenOff(message.message));
    }
  }

  async end(): Promise<void> {
    this.#write = () => undefined;
    await this.#worker.terminate();
  }
}

/** An error of the script's own, after which its world was cleared away whole. */
function isHarmless(outcome: ScriptOutcome): boolean {
  return !outcome.ok && outcome.error.code === 'SCRIPT_ERROR';
}

function outcomeOf(error: Error, job: ScriptJob | null): ScriptOutcome {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY' && job) return usedTooMuch(job.memoryMb);
  return brokenOff(error.message);
}

function brokenOff(message: string): ScriptOutcome {
  return { ok: false, error: { code: 'SCRIPT_ERROR', message } };
}
