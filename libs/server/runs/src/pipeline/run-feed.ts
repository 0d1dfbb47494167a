import { Injectable } from '@nestjs/common';
import type { NodeRunState, RunChanges } from '@heddle/engine';

/** One commit of one run: new whole values of what changed. */
export interface CommittedStep {
  runId: string;
  namespaceId: string;
  workflowId: string;
  isChild: boolean;
  /** The run that it repeats. */
  rerunOf: string | null;
  seq: number;
  /** Epoch milliseconds. */
  at: number;
  nodes: ReadonlyMap<string, NodeRunState>;
  run: NonNullable<RunChanges['run']>;
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
