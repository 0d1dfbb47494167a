import type { CompiledGraph, RunState } from '@heddle/engine';
import type { RunRecord, TaskRow } from '@heddle/store';

/** Node runs kept in memory over all cached runs. At roughly 1 KB each, some 200 MB at most. */
const CACHED_NODES_MAX = 200_000;
/** Counted for every run on top of its nodes. */
const RUN_WEIGHT = 4;

/** One run as the pipeline works on it. It counts only while `seq` equals the locked row's. */
export interface CachedRun {
  record: RunRecord;
  seq: number;
  graph: CompiledGraph;
  state: RunState;
  /** Tasks that are queued or leased, by node key. */
  tasks: Map<string, TaskRow>;
}

/** Runs that were worked on lately, the least recent going first. */
export class RunCache {
  readonly #runs = new Map<string, { run: CachedRun; weight: number }>();
  #weight = 0;

  /** The cached run if it is exactly at `seq`. */
  get(id: string, seq: number): CachedRun | null {
    const entry = this.#runs.get(id);
    return entry?.run.seq === seq ? entry.run : null;
  }

  put(run: CachedRun): void {
    this.drop(run.record.id);
    const weight = run.state.nodes.size + RUN_WEIGHT;
    this.#runs.set(run.record.id, { run, weight });
    this.#weight += weight;
    while (this.#weight > CACHED_NODES_MAX && this.#runs.size > 1)
      this.drop(this.#runs.keys().next().value!);
  }

  drop(id: string): void {
    const entry = this.#runs.get(id);
    if (!entry) return;
    this.#runs.delete(id);
    this.#weight -= entry.weight;
  }
}
