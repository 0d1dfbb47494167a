import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import { messageOf, type Json } from '@heddle/kernel';
import { PRELUDE } from './prelude.js';
import {
  LINE_LENGTH_MAX, LINES_MAX, OUTPUT_DEPTH_MAX, OUTPUT_LENGTH_MAX,
  tookTooLong, usedTooMuch, type ScriptJob, type ScriptLine, type ScriptOutcome,
} from './script-job.js'; // prettier-ignore

/** Name of the code in stacks. */
const FILE = 'script';
/** The user's first line is the second one of what is compiled. */
const LINE_OFFSET = 1;
const STACK_BYTES_MAX = 256 * 1024;
const BYTES_PER_MB = 1024 * 1024;
/** Callbacks of promises that run before the clock is looked at: each may be too short for the interrupt to be asked. */
const CALLBACKS_PER_LOOK = 1_000;
const STACK_PLACE = /script:(\d+):(\d+)/;

/** The sandbox is damaged: this process of it must not be used again. */
export class SandboxBrokenError extends Error {}

/** What of the error is told: never more than the bounds of the prelude. */
interface GuestProblem {
  isNull: boolean;
  name: string;
  message: string;
  stack: string;
}

/**
 * QuickJS in WebAssembly. Nothing of Node is reachable from the code: no network, files, timers, modules. Each job gets a world of
 * its own. Runs in a thread that its owner can end: some built-in functions of the language look at no clock.
 */
export class Sandbox {
  private constructor(private readonly quickjs: QuickJSWASMModule) {}

  static async load(): Promise<Sandbox> {
    return new Sandbox(
      await newQuickJSWASMModuleFromVariant(import('@jitl/quickjs-ng-wasmfile-release-sync')),
    );
  }

  /**
   * Runs a job to its end.
   * @throws {SandboxBrokenError} when this sandbox must not be used again; the job has failed then.
   */
  run(job: ScriptJob, write: (line: ScriptLine) => void): SandboxResult {
    const runtime = this.quickjs.newRuntime();
    runtime.setMemoryLimit(job.memoryMb * BYTES_PER_MB);
    runtime.setMaxStackSize(STACK_BYTES_MAX);
    const context = runtime.newContext();
    try {
      const outcome = new ScriptRun({ runtime, context }, job, write).outcome();
      return { outcome, isReusable: dispose(context, runtime) };
    } catch (error) {
      // Beyond the stack of this thread the interpreter is torn apart in the middle of something.
      const why =
        error instanceof RangeError
          ? 'The script is nested more deeply than can be carried out.'
          : `The sandbox failed: ${messageOf(error)}`;
      throw new SandboxBrokenError(why, { cause: error });
    }
  }
}

/** How a job ended, and whether the next one may have the same sandbox. */
export interface SandboxResult {
  outcome: ScriptOutcome;
  isReusable: boolean;
}

/** @returns whether nothing of the world is left: the interpreter counts its objects, and gives up when one is. */
function dispose(context: QuickJSContext, runtime: QuickJSRuntime): boolean {
  try {
    context.dispose();
    runtime.dispose();
    return true;
  } catch {
    return false;
  }
}

/** One job in a world of its own. */
class ScriptRun {
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #deadline: number;
  #isLate = false;
  #lineCount = 0;

  constructor(
    { runtime, context }: { runtime: QuickJSRuntime; context: QuickJSContext },
    private readonly job: ScriptJob,
    private readonly write: (line: ScriptLine) => void,
  ) {
    this.#runtime = runtime;
    this.#context = context;
    this.#deadline = performance.now() + job.timeoutMs;
    runtime.setInterruptHandler(() => this.#lookAtClock());
  }

  outcome(): ScriptOutcome {
    const guest = this.#prepare();
    const outcome = this.#carryOut(guest);
    guest.dispose();
    const dropped = this.#lineCount - LINES_MAX;
    if (dropped > 0) this.write({ level: 'warn', message: `${dropped} more lines were not kept.` });
    return this.#isLate ? tookTooLong(this.job.timeoutMs) : outcome;
  }

  #lookAtClock(): boolean {
    this.#isLate ||= performance.now() > this.#deadline;
    return this.#isLate;
  }

  /** What the prelude gives: how to read the world of the code without trusting it. */
  #prepare(): QuickJSHandle {
    const context = this.#context;
    const write = context.newFunction('write', (level, message) => {
      if (++this.#lineCount > LINES_MAX) return;
      this.write({
        level: context.getString(level) as ScriptLine['level'],
        message: context.getString(message),
      });
    });
    const prelude = context.unwrapResult(context.evalCode(PRELUDE, 'prelude'));
    const bounds = [LINE_LENGTH_MAX, OUTPUT_LENGTH_MAX].map((bound) => context.newNumber(bound));
    const guest = context.unwrapResult(
      context.callFunction(prelude, context.undefined, write, ...bounds),
    );
    for (const handle of [write, prelude, ...bounds]) handle.dispose();
    return guest;
  }

  #carryOut(guest: QuickJSHandle): ScriptOutcome {
    const context = this.#context;
    const compiled = context.evalCode(`(async function (input) {\n${this.job.code}\n})`, FILE);
    if (compiled.error) return this.#failed(guest, compiled.error);
    const input = this.#parse(this.job.input);
    if (input.error) {
      compiled.value.dispose();
      return this.#failed(guest, input.error);
    }
    const called = context.callFunction(compiled.value, context.undefined, input.value);
    input.value.dispose();
    compiled.value.dispose();
    if (called.error) return this.#failed(guest, called.error);
    const outcome = this.#settle(guest, called.value);
    called.value.dispose();
    return outcome;
  }

  #parse(json: string) {
    const context = this.#context;
    const parse = context.unwrapResult(context.evalCode('JSON.parse', 'prelude'));
    const text = context.newString(json);
    const parsed = context.callFunction(parse, context.undefined, text);
    for (const handle of [parse, text]) handle.dispose();
    return parsed;
  }

  /** Runs callbacks until the promise is settled, nothing is left to run, or the time is over. */
  #settle(guest: QuickJSHandle, promise: QuickJSHandle): ScriptOutcome {
    const context = this.#context;
    for (;;) {
      const callbacks = this.#runtime.executePendingJobs(CALLBACKS_PER_LOOK);
      if (callbacks.error) return this.#failed(guest, callbacks.error);
      if (this.#lookAtClock()) return tookTooLong(this.job.timeoutMs);
      if (callbacks.value === 0) break;
    }
    const state = context.getPromiseState(promise);
    switch (state.type) {
      case 'pending':
        return scriptError('The script waits for a promise that nothing is left to resolve.');
      case 'rejected':
        return this.#failed(guest, state.error);
      case 'fulfilled': {
        const outcome = this.#read(guest, state.value);
        state.value.dispose();
        return outcome;
      }
    }
  }

  #read(guest: QuickJSHandle, value: QuickJSHandle): ScriptOutcome {
    const context = this.#context;
    const result = this.#ask(guest, 'output', value);
    if (result.error) return this.#failed(guest, result.error);
    const length =
      context.typeof(result.value) === 'number' ? context.getNumber(result.value) : null;
    const text = length === null ? context.getString(result.value) : '';
    result.value.dispose();
    if (length !== null) {
      const message = `The script returned ${length} characters of JSON; at most ${OUTPUT_LENGTH_MAX} are allowed.`;
      return { ok: false, error: { code: 'OUTPUT_TOO_LARGE', message, isFinal: true } };
    }
    if (depthOf(text) > OUTPUT_DEPTH_MAX)
      return scriptError(`The output is nested more than ${OUTPUT_DEPTH_MAX} levels deep.`);
    return { ok: true, output: JSON.parse(text) as Json };
  }

  #ask(guest: QuickJSHandle, name: string, value: QuickJSHandle) {
    const question = this.#context.getProp(guest, name);
    const answer = this.#context.callFunction(question, this.#context.undefined, value);
    question.dispose();
    return answer;
  }

  #failed(guest: QuickJSHandle, error: QuickJSHandle): ScriptOutcome {
    if (this.#isLate) {
      error.dispose();
      return tookTooLong(this.job.timeoutMs);
    }
    const described = this.#ask(guest, 'problem', error);
    error.dispose();
    if (described.error) {
      described.error.dispose();
      return this.#isLate ? tookTooLong(this.job.timeoutMs) : usedTooMuch(this.job.memoryMb);
    }
    const text = this.#context.getString(described.value);
    described.value.dispose();
    return failureOf(JSON.parse(text) as GuestProblem, this.job.memoryMb);
  }
}

/** Levels of arrays and objects in a JSON text. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (isInString) {
      if (char === '\\') i++;
      else if (char === '"') isInString = false;
    } else if (char === '"') isInString = true;
    else if (char === '[' || char === '{') deepest = Math.max(deepest, ++depth);
    else if (char === ']' || char === '}') depth--;
  }
  return deepest;
}

function scriptError(message: string): ScriptOutcome {
  return { ok: false, error: { code: 'SCRIPT_ERROR', message } };
}

function failureOf(
  { isNull, name, message, stack }: GuestProblem,
  memoryMb: number,
): ScriptOutcome {
  // Without memory even for an error, null is thrown. Somebody who throws null on purpose learns that, too.
  if (isNull) return usedTooMuch(memoryMb, 'or it threw null');
  if (name === 'InternalError' && /out of memory/.test(message)) return usedTooMuch(memoryMb);
  const place = STACK_PLACE.exec(stack);
  return {
    ok: false,
    error: {
      code: 'SCRIPT_ERROR',
      message: name ? `${name}: ${message}` : message,
      ...(place
        ? { details: { line: Number(place[1]) - LINE_OFFSET, column: Number(place[2]) } }
        : {}),
      ...(stack ? { stack: ownLines(stack) } : {}),
      // A mistake of syntax is there at the next attempt, too.
      ...(name === 'SyntaxError' ? { isFinal: true } : {}),
    },
  };
}

/** The stack with the line numbers that the author sees. */
function ownLines(stack: string): string {
  return stack.replaceAll(
    /script:(\d+):/g,
    (_, line: string) => `script:${Number(line) - LINE_OFFSET}:`,
  );
}
