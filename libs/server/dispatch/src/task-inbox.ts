import type { EngineEvent } from '@heddle/engine';
import type { TaskRef } from './worker-port.js';

/** A task event without the clock and the dice, which the pipeline adds. */
export type TaskEvent = WithoutBase<Extract<EngineEvent, { type: `task${string}` }>>;
type WithoutBase<E> = E extends unknown ? Omit<E, 'at' | 'random'> : never;

/** The way from workers into the pipeline. The pipeline binds itself at start. */
export interface TaskInbox {
  /**
   * Resolves after the commit: null when applied, else why it was refused. The event counts only if the task is still
   * leased under this fence. Rejects when the server stops or the inbox is full.
   */
  taskEvent(runId: string, task: TaskRef, event: TaskEvent): Promise<string | null>;
  /** Slots became free for tasks that wait in the database. */
  wake(): void;
}
