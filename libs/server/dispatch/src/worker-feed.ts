import { Injectable } from '@nestjs/common';
import type { HeldTask, WorkerSession } from './worker-session.js';

/** What happens to workers, for whoever watches: the live channel and the lease keeper. */
export interface WorkerWatcher {
  /** A worker came, left, or changed. Null: one that serves all namespaces. */
  workersChanged?(namespaceId: string | null): void;
  heartbeat?(session: WorkerSession): void;
  disconnected?(session: WorkerSession): void;
  progress?(task: HeldTask, percent: number, message: string): void;
}

/** Calls every watcher, in the order in which they came. */
@Injectable()
export class WorkerFeed {
  readonly #watchers: WorkerWatcher[] = [];

  watch(watcher: WorkerWatcher): void {
    this.#watchers.push(watcher);
  }

  workersChanged(namespaceId: string | null): void {
    for (const watcher of this.#watchers) watcher.workersChanged?.(namespaceId);
  }

  heartbeat(session: WorkerSession): void {
    for (const watcher of this.#watchers) watcher.heartbeat?.(session);
  }

  disconnected(session: WorkerSession): void {
    for (const watcher of this.#watchers) watcher.disconnected?.(session);
    this.workersChanged(session.namespaceId);
  }

  progress(task: HeldTask, percent: number, message: string): void {
    for (const watcher of this.#watchers) watcher.progress?.(task, percent, message);
  }
}
