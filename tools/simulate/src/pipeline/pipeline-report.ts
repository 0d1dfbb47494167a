import { SimulationFailure } from '@heddle/engine-sim';

/** What a simulated cluster went through. */
export interface PipelineReport {
  runs: number;
  commits: number;
  steps: number;
  crashes: number;
  /** Accepted events by type. */
  accepted: Readonly<Record<string, number>>;
  /** How runs ended. */
  ends: Readonly<Record<string, number>>;
  /** Everything that was done to the cluster, for a replay. */
  trace: readonly string[];
}

/** A promise that was broken, with everything that was done to the cluster before. */
export class PipelineFailure extends SimulationFailure {
  constructor(
    promise: string,
    message: string,
    readonly trace: readonly string[],
  ) {
    super(promise, message);
  }
}
