import type { JsonObject } from '@heddle/kernel';

/** Writes log lines of the task: shown live beside the node, kept with the run. At most 16 KB each. */
export interface JobLog {
  debug(message: string, fields?: JsonObject): void;
  info(message: string, fields?: JsonObject): void;
  warn(message: string, fields?: JsonObject): void;
  error(message: string, fields?: JsonObject): void;
}

/** What a job knows of itself and can tell while it runs. */
export interface JobContext {
  /** Aborted when the task is canceled, times out, loses its lease, or the worker ends; `reason` is a `TaskAbortedError`. */
  readonly signal: AbortSignal;
  readonly log: JobLog;
  /** Shows how far the job is, from 0 to 100. Only the latest counts; it may be sent late or left out. */
  progress(percent: number, message?: string): void;
  /** The run's shared context. What is appended is stored with the result, key by key; a failed attempt appends nothing. */
  readonly context: { append(values: JsonObject): void };
  /** Number of this attempt, from 1. */
  readonly attempt: number;
  /** The same for every execution of this attempt, also when a lease was lost in between: send it along with payments and the like. */
  readonly idempotencyKey: string;
  readonly runId: string;
  readonly nodeKey: string;
  /** Name of the workflow. */
  readonly workflow: string;
  readonly namespace: string;
  /** Longest time of this attempt in milliseconds; null: no limit. */
  readonly timeoutMs: number | null;
}

/** Levels of {@link JobLog}, in order. */
export type LogLevel = keyof JobLog;
