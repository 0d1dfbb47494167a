import type { Json } from '@heddle/kernel';
import type { DispatchService } from '@heddle/server-dispatch';
import type { RunRecord } from '@heddle/store';
import type { BatchSource } from './batch-source.js';
import type { EventBody, EventRefusal } from './inbox.js';
import type { CachedRun, RunCache } from './run-cache.js';
import type { RunIds } from './run-ids.js';
import type { TaskQueue } from './task-queue.js';
import type { WriteSet } from './write-set.js';

/** What a batch needs of its surroundings. */
export interface BatchDependencies {
  cache: RunCache;
  dispatch: Pick<DispatchService, 'choose' | 'hold' | 'release'>;
  queue: TaskQueue;
  source: BatchSource;
  runIds: RunIds;
  /** A fresh task id, from a block that was fetched before. */
  nextTaskId: () => string;
  now: () => number;
  random: () => number;
}

/** Child runs may have child runs, to this depth. */
export const DEPTH_MAX = 8;

/** A batch as its parts see it. */
export interface BatchCore {
  readonly deps: BatchDependencies;
  readonly writes: WriteSet;
  /** The time of all events of this batch, epoch milliseconds. */
  readonly at: number;
  /** Runs in memory, by id. */
  readonly runs: Map<string, CachedRun>;
  /** What takes back what was done in memory. */
  readonly undo: (() => void)[];
  /** Brings runs and their parents into memory. */
  bring(ids: Iterable<string>): Promise<void>;
  /** Adds a run that this batch creates. */
  add(record: RunRecord, input: Json): Promise<CachedRun>;
  /** One event through the engine, its effects included. @returns null when applied. */
  step(run: CachedRun, body: EventBody): EventRefusal | null;
}
