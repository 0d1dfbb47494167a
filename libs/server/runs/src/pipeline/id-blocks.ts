import { TASK_ID_BLOCK, nextRunIds, nextTaskIdBlock, type Sql } from '@heddle/store';

/** Run ids fetched ahead; small, because people see the gaps that a restart leaves. */
const RUN_IDS_AHEAD = 20;

/** Ids for rows that refer to each other before they are written. */
export class IdBlocks {
  #runIds: string[] = [];
  #nextTask = 0;
  #lastTask = -1;

  constructor(private readonly sql: Sql) {}

  async runId(): Promise<string> {
    while (this.#runIds.length === 0) this.#runIds = await nextRunIds(this.sql, RUN_IDS_AHEAD);
    return this.#runIds.shift()!;
  }

  /** Makes sure that half a block of task ids is at hand; called before each batch. */
  async refillTasks(): Promise<void> {
    if (this.#lastTask - this.#nextTask > TASK_ID_BLOCK / 2) return;
    this.#nextTask = await nextTaskIdBlock(this.sql);
    this.#lastTask = this.#nextTask + TASK_ID_BLOCK - 1;
  }

  /** @throws when one batch needs more than half a block; it is then repeated in smaller parts. */
  taskId(): string {
    if (this.#nextTask > this.#lastTask) throw new Error('The block of task ids is used up.');
    return String(this.#nextTask++);
  }
}
