import type { TaskRow } from '@heddle/store';

/** Where a queued task is found again. */
export interface QueuedTask {
  runId: string;
  nodeKey: string;
  taskId: string;
}

/** Tasks of one executor at one priority, first in, first out. */
interface Line {
  priority: number;
  namespaceId: string;
  group: string;
  executor: string;
  tasks: QueuedTask[];
  head: number;
}

/** Entries kept in memory; what is beyond waits in its table and is claimed from there. */
const ENTRIES_MAX = 100_000;

/**
 * Queued tasks that this server put into the table itself: a freed slot takes the next one without asking the database. It
 * is a memory of the table, never more: entries may be out of date, and tasks of other servers are not in it.
 */
export class TaskQueue {
  readonly #lines = new Map<string, Line>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @returns false when there is no room: the task has to be claimed from its table. */
  add(task: TaskRow): boolean {
    if (this.#size >= ENTRIES_MAX) return false;
    const { namespaceId, group, executor, priority } = task;
    const key = `${namespaceId}/${group}/${executor}/${priority}`;
    let line = this.#lines.get(key);
    if (!line) {
      line = { priority, namespaceId, group, executor, tasks: [], head: 0 };
      this.#lines.set(key, line);
    }
    line.tasks.push({ runId: task.runId, nodeKey: task.nodeKey, taskId: task.id });
    this.#size += 1;
    return true;
  }

  /** Lines that have entries, those of higher priority first. */
  lines(): Line[] {
    const open: Line[] = [];
    for (const [key, line] of this.#lines) {
      if (line.head < line.tasks.length) open.push(line);
      else this.#lines.delete(key);
    }
    return open.sort((a, b) => b.priority - a.priority);
  }

  /** Takes the oldest entry of a line. */
  shift(line: Line): QueuedTask | undefined {
    const task = line.tasks[line.head];
    if (!task) return undefined;
    line.head += 1;
    this.#size -= 1;
    // Taken entries are let go in blocks: moving the rest for each would cost its length.
    if (line.head > 1_000 && line.head * 2 > line.tasks.length) {
      line.tasks = line.tasks.slice(line.head);
      line.head = 0;
    }
    return task;
  }
}
