import { HeddleError, type Json, type JsonObject } from '@heddle/kernel';
import type { EngineEvent, Hold, Refusal, ReusedNode } from '@heddle/engine';
import type { TaskRef } from '@heddle/server-dispatch';
import type { RunRecord, RunView } from '@heddle/store';

/** An engine event without the clock and the dice, which the batch adds. */
export type EventBody = WithoutBase<EngineEvent>;
type WithoutBase<E> = E extends unknown ? Omit<E, 'at' | 'random'> : never;

/** Why an event of a caller changed nothing. Beside the engine's own: the lease moved on, or there is no such run. */
export type EventRefusal = Refusal | { code: 'LEASE_LOST' | 'NO_RUN' | 'FAULT'; message: string };

/** A run to start. */
export interface NewRun extends Omit<RunRecord, 'id' | 'parent' | 'graphPath'> {
  input: Json;
  /** Hold of the workflow at this time. */
  workflowHold: Hold | null;
  /** Nodes whose results of an earlier run count. */
  reuse: readonly ReusedNode[];
  /** The context that those nodes left behind. Absent: empty. */
  context?: JsonObject;
  /** Inputs that nodes get instead of the rendered ones, by key. */
  nodeInputs?: Readonly<Record<string, Json>>;
}

/** Outcome of a start. `view` is null when the run was there before. */
export interface StartedRun {
  runId: string;
  view: RunView | null;
}

/** What waits for the next batch. `settle` is called after the commit, `fail` when it can never be applied. */
export type InboxItem =
  | {
      kind: 'start';
      /** Without an id until its first batch; a repeated batch keeps the id, so that a commit whose answer was lost is noticed. */
      run: NewRun & { id: string | null };
      settle: (started: StartedRun) => void;
      fail: (error: unknown) => void;
    }
  | {
      kind: 'event';
      runId: string;
      event: EventBody;
      /** Set for task events: the lease that must still hold. */
      task: TaskRef | null;
      settle: (refusal: EventRefusal | null) => void;
      fail: (error: unknown) => void;
    };

/**
 * Items that may wait: a bound on memory. API callers are refused beyond the first share, so that results of work already
 * done still find room; the gateways stop reading from their workers long before the second.
 */
const ITEMS_MAX = 50_000;
const CALLER_ITEMS_MAX = 20_000;

/** The queue before the pipeline. First in, first out. */
export class Inbox {
  #items: InboxItem[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  /** @throws {HeddleError} `UNAVAILABLE` when the queue is full. */
  push(item: InboxItem): void {
    const bound = item.kind === 'start' || item.task === null ? CALLER_ITEMS_MAX : ITEMS_MAX;
    if (this.size >= bound)
      throw new HeddleError(
        'UNAVAILABLE',
        `The server has ${this.size} events waiting and takes no more for now. Try again in a moment.`,
      );
    this.#items.push(item);
  }

  /** Takes up to `count` of the oldest items. */
  take(count: number): InboxItem[] {
    const taken = this.#items.slice(this.#head, this.#head + count);
    this.#head += taken.length;
    if (this.#head > 1_000 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }
}
