import type { TaskRow } from '@heddle/store';
import type { TaskRef, WorkerLink } from './worker-port.js';

/** The node run and attempt that a task belongs to. */
export interface TaskPlace {
  runId: string;
  nodeKey: string;
  attempt: number;
}

/** A task that a connected worker has been given. */
export interface HeldTask extends TaskPlace {
  ref: TaskRef;
  /** True once the worker was told to stop; its slot stays taken until it has. */
  isCanceling: boolean;
  /** Heartbeats in a row that did not name it. */
  missedCount: number;
}

/** What a worker is, as long as it is connected. */
export interface WorkerFacts {
  workerId: string;
  /** Null: serves every namespace. */
  namespaceId: string | null;
  /** Null: it needed none. */
  tokenId: string | null;
  group: string;
  name: string;
  executors: ReadonlySet<string>;
  slots: number;
}

/** One connected worker on this server. Free slots are derived from what it holds; there is no counter that could leak. */
export class WorkerSession implements WorkerFacts {
  readonly workerId: string;
  readonly namespaceId: string | null;
  readonly tokenId: string | null;
  readonly group: string;
  readonly name: string;
  readonly executors: ReadonlySet<string>;
  readonly slots: number;
  readonly link: WorkerLink;
  readonly held = new Map<string, HeldTask>();
  isDraining = false;
  /** Whose log line came last; null before the first. */
  lastLogPlace: TaskPlace | null = null;
  /** Checks in a row that found no heartbeat since the one before. */
  silentCount = 0;
  load: { cpuLoad: number | null; memoryBytes: number | null } = {
    cpuLoad: null,
    memoryBytes: null,
  };

  constructor(facts: WorkerFacts, link: WorkerLink) {
    this.workerId = facts.workerId;
    this.namespaceId = facts.namespaceId;
    this.tokenId = facts.tokenId;
    this.group = facts.group;
    this.name = facts.name;
    this.executors = facts.executors;
    this.slots = facts.slots;
    this.link = link;
  }

  get freeSlots(): number {
    return this.isDraining ? 0 : Math.max(0, this.slots - this.held.size);
  }

  canTake(task: Pick<TaskRow, 'namespaceId' | 'group' | 'executor'>): boolean {
    return (
      this.freeSlots > 0 &&
      this.group === task.group &&
      this.executors.has(task.executor) &&
      (this.namespaceId === null || this.namespaceId === task.namespaceId)
    );
  }

  hold(task: TaskRow): void {
    this.held.set(task.id, {
      ref: { taskId: task.id, fence: task.fence },
      runId: task.runId,
      nodeKey: task.nodeKey,
      attempt: task.attempt,
      isCanceling: false,
      missedCount: 0,
    });
  }
}
