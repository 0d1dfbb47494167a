import { isJsonObject, type Json } from '@heddle/kernel';
import { SCRIPT_LIMITS } from '@heddle/nodes';
import type { NodeError } from '@heddle/engine';
import type { LogLevel } from '../executor.js';

/** What a sandbox is given: code and its bounds, checked. */
export interface ScriptJob {
  /** Body of an async function of `input`. */
  code: string;
  /** JSON text: values that are nested deeply cannot travel to another thread as they are. */
  input: string;
  timeoutMs: number;
  memoryMb: number;
}

/** A line that a script wrote with console. */
export interface ScriptLine {
  level: LogLevel;
  message: string;
}

/** How a script ended. */
export type ScriptOutcome = { ok: true; output: Json } | { ok: false; error: NodeError };

/** Characters kept of one console line, and of a message and a stack. */
export const LINE_LENGTH_MAX = 4_000;
/** Console lines that one task may write; more are counted. */
export const LINES_MAX = 1_000;
/** Characters of JSON that a script may return; the engine's own bound of an output. */
export const OUTPUT_LENGTH_MAX = 1_000_000;
/** Levels that an output may be nested: beyond that, readers of JSON run out of stack. */
export const OUTPUT_DEPTH_MAX = 200;

/** Checks an input that may have been edited by hand. @returns a sentence on what is wrong, or the job. */
export function parseScriptInput(given: Json): ScriptJob | string {
  if (!isJsonObject(given)) return 'The input must be an object with code.';
  const {
    code,
    input = null,
    timeoutMs = SCRIPT_LIMITS.timeoutMsDefault,
    memoryMb = SCRIPT_LIMITS.memoryMbDefault,
  } = given;
  const { codeLengthMax, timeoutMsMax, memoryMbMin, memoryMbMax } = SCRIPT_LIMITS;
  if (typeof code !== 'string' || code.length > codeLengthMax)
    return `code must be a text of at most ${codeLengthMax} characters.`;
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 1 && timeoutMs <= timeoutMsMax))
    return `timeoutMs must be 1 to ${timeoutMsMax}.`;
  if (typeof memoryMb !== 'number' || !(memoryMb >= memoryMbMin && memoryMb <= memoryMbMax))
    return `memoryMb must be ${memoryMbMin} to ${memoryMbMax}.`;
  const text = textOf(input);
  if (text === null) return 'input is nested too deeply.';
  return { code, input: text, timeoutMs, memoryMb };
}

/** Null when the value is nested more deeply than this stack reaches. */
function textOf(value: Json): string | null {
  try {
    return JSON.stringify(value);
  } catch {
    return null;
  }
}

/** The failure of a script that took too long, by whoever noticed. */
export function tookTooLong(timeoutMs: number): ScriptOutcome {
  const message = `The script had not ended after ${timeoutMs} ms.`;
  return { ok: false, error: { code: 'SCRIPT_TIMEOUT', message } };
}

/** The failure of a script that needs more memory than it may have. */
export function usedTooMuch(memoryMb: number, remark?: string): ScriptOutcome {
  const message = `The script needs more than the ${memoryMb} MB that it may use${remark ? `, ${remark}` : ''}.`;
  return { ok: false, error: { code: 'SCRIPT_MEMORY', message } };
}
