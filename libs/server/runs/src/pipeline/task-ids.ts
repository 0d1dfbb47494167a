import { TASK_ID_BLOCK, nextTaskIdBlock, type Sql } from '@heddle/store';

/** Ids of tasks, known before their rows are written: the lease of a new task is part of the same commit. */
export class TaskIds {
  #next = 0;
  #last = -1;

  constructor(private readonly sql: Sql) {}

  /** Makes sure that half a block is at hand; called before each batch. */
  async refill(): Promise<void> {
    if (this.#last - this.#next > TASK_ID_BLOCK / 2) return;
    this.#next = await nextTaskIdBlock(this.sql);
    this.#last = this.#next + TASK_ID_BLOCK - 1;
  }

  /** @throws when one batch needs more than half a block; it is then repeated in smaller parts. */
  next(): string {
    if (this.#next > this.#last) throw new Error('The block of task ids is used up.');
    return String(this.#next++);
  }
}
