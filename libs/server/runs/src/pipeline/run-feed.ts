import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@heddle/kernel';

/** One committed step. */
export interface CommittedStep {
  runId: string;
  namespaceId: string;
  workflowId: string;
  seq: number;
  /** Epoch milliseconds. */
  at: number;
  /** See `storedDelta`. */
  delta: JsonObject;
  /** Set when the run's state changed. */
  state: string | null;
}

/** Steps after their commit, in order per run, for the live channel. */
@Injectable()
export class RunFeed {
  readonly #listeners: ((steps: readonly CommittedStep[]) => void)[] = [];

  listen(listener: (steps: readonly CommittedStep[]) => void): void {
    this.#listeners.push(listener);
  }

  publish(steps: readonly CommittedStep[]): void {
    if (steps.length > 0) for (const listener of this.#listeners) listener(steps);
  }
}
