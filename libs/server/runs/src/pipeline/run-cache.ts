import type { CompiledGraph, RunState } from '@heddle/engine';
import type { RunRecord, TaskRow } from '@heddle/store';

/** Node runs and items kept in memory over all cached runs. At roughly 1 KB each, some 200 MB at most. */
const CACHED_NODES_MAX = 200_000;
/** Counted for every run on top of its nodes. */
const RUN_WEIGHT = 4;
/** Characters of payload that weigh as much as one node. */
const PAYLOAD_PER_WEIGHT = 1_000;

/**
 * One run as the pipeline works on it. It may be out of date: another server may have stepped the run. Then the next commit
 * collides on the key of the history, and the run is read again.
 */
export interface CachedRun {
  record: RunRecord;
  /** Last committed step. */
  seq: number;
  graph: CompiledGraph;
  state: RunState;
  /** Tasks that are queued or leased, by node key. */
  tasks: Map<string, TaskRow>;
  /** Keys of nodes that have a row. */
  nodeRows: Set<string>;
}

/** Runs that were worked on lately, the least recent going first. */
export class RunCache {
  readonly #runs = new Map<string, { run: CachedRun; weight: number }>();
  /** Ids of cached child runs by their parent's. */
  readonly #children = new Map<string, Set<string>>();
  #weight = 0;

  get(id: string): CachedRun | null {
    return this.#runs.get(id)?.run ?? null;
  }

  /** Cached child runs of a run that have not ended. */
  childrenOf(id: string): CachedRun[] {
    return [...(this.#children.get(id) ?? [])].flatMap((child) => this.get(child) ?? []);
  }

  /** Keeps a run; one that has ended is rarely asked for again. */
  put(run: CachedRun): void {
    this.drop(run.record.id);
    if (run.state.endedAt !== null) return;
    let items = 0;
    for (const list of run.state.items.values()) items += list.length;
    const payload = Math.ceil(run.state.payloadSize / PAYLOAD_PER_WEIGHT);
    const weight = Math.max(run.state.nodes.size + items, payload) + RUN_WEIGHT;
    this.#runs.set(run.record.id, { run, weight });
    const { parent } = run.record;
    if (parent) {
      const siblings = this.#children.get(parent.runId);
      if (siblings) siblings.add(run.record.id);
      else this.#children.set(parent.runId, new Set([run.record.id]));
    }
    this.#weight += weight;
    while (this.#weight > CACHED_NODES_MAX && this.#runs.size > 1)
      this.drop(this.#runs.keys().next().value!);
  }

  drop(id: string): void {
    const entry = this.#runs.get(id);
    if (!entry) return;
    this.#runs.delete(id);
    this.#weight -= entry.weight;
    const parentId = entry.run.record.parent?.runId;
    const siblings = parentId === undefined ? undefined : this.#children.get(parentId);
    siblings?.delete(id);
    if (parentId !== undefined && siblings?.size === 0) this.#children.delete(parentId);
  }
}
