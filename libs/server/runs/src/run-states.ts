import { Injectable } from '@nestjs/common';
import { restoreRun, type CompiledGraph, type RunState } from '@heddle/engine';
import { loadRuns } from '@heddle/store';
import { BatchSources } from './pipeline/batch-sources.js';
import { toMeta } from './pipeline/run-facts.js';
import { CompiledGraphs } from './pipeline/compiled-graphs.js';

/** A run as the engine sees it. */
export interface KnownRun {
  graph: CompiledGraph;
  state: RunState;
  namespaceId: string;
}

/** Engine states of runs, read for people: nothing is changed by them. */
@Injectable()
export class RunStates {
  constructor(
    private readonly graphs: CompiledGraphs,
    private readonly sources: BatchSources,
  ) {}

  /** Null when there is no such run. */
  async load(runId: string): Promise<KnownRun | null> {
    const [stored] = await loadRuns(this.sources.database, [runId]);
    if (!stored) return null;
    const { record, fields, nodes, items } = stored;
    const graph = await this.sources.source().graph(record.graphId, record.graphPath);
    const state = restoreRun(graph, { ...fields, meta: toMeta(record), nodes, items });
    return { graph, state, namespaceId: record.namespaceId };
  }

  /** A version's graph, ready to run. */
  graph(graphId: string): Promise<CompiledGraph> {
    return this.graphs.get(graphId);
  }
}
