import type { Json } from '@heddle/kernel';
import type { NodeError } from '@heddle/engine';

/** Levels of a task's log lines. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One task, as an executor of the built-in worker sees it. */
export interface BuiltInTask {
  input: Json;
  runId: string;
  nodeKey: string;
  /** Aborted when the task is canceled, or the server stops. Stop then; what is returned no longer counts. */
  signal: AbortSignal;
  /** Writes a line to the task's log. Never fails. */
  log(level: LogLevel, message: string): void;
}

/** How a task ended. Whatever goes wrong is the attempt's failure, never an exception. */
export type BuiltInOutcome = { ok: true; output: Json } | { ok: false; error: NodeError };

/** A function of the built-in worker. */
export interface BuiltInExecutor {
  /** Under which node types plan tasks for it. */
  name: string;
  description: string;
  run(task: BuiltInTask): Promise<BuiltInOutcome>;
  /** Frees what it holds; called once, after its tasks were aborted. */
  close(): Promise<void>;
}

/** A failure. A final one is not tried again. */
export function failure(code: string, message: string, isFinal = false): BuiltInOutcome {
  return { ok: false, error: { code, message, ...(isFinal ? { isFinal } : {}) } };
}
