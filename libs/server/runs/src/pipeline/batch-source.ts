import type { CompiledGraph, Hold, NodeError } from '@heddle/engine';
import { compiledAt } from '@heddle/engine';
import { assert, type Json } from '@heddle/kernel';
import {
  lastSteps,
  loadRuns,
  lockSignals,
  nextRunIds,
  openChildren,
  runsByIdempotencyKey,
  type Sql,
  type StoredRun,
  type WorkflowStore,
} from '@heddle/store';
import { misfit } from '../input-check.js';
import type { CompiledGraphs } from './compiled-graphs.js';

/** What a batch reads. The simulator has one of its own, in memory. */
export interface BatchSource {
  loadRuns(ids: readonly string[]): Promise<StoredRun[]>;
  /** Last committed step of a run; 0: none. */
  lastStep(runId: string): Promise<number>;
  graph(graphId: string, path: readonly string[]): Promise<CompiledGraph>;
  /** Child runs of a node that have not ended. */
  openChildren(runId: string, nodeKey: string): Promise<string[]>;
  nextRunIds(count: number): Promise<string[]>;
  /** Runs that hold idempotency keys, by `workflowId/key`. */
  runsByKey(keys: readonly { workflowId: string; key: string }[]): Promise<Map<string, string>>;
  /** What a `subworkflow` node names, or why it cannot be started. */
  childWorkflow(request: ChildRequest): Promise<ChildWorkflow | { error: NodeError }>;
  /** Hold of a workflow; null: none. */
  workflowHold(workflowId: string): Promise<Hold | null>;
  /** Of signals, those that nobody has delivered yet; they are kept for this transaction. */
  lockSignals(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** A workflow of a namespace by name; `version` null: the published one. */
export interface ChildRequest {
  namespaceId: string;
  name: string;
  version: number | null;
  input: Json;
}

/** A version that a child run can execute. */
export interface ChildWorkflow {
  workflowId: string;
  workflowName: string;
  graphId: string;
  version: number;
  hold: Hold | null;
}

/** Reads from the database, inside a transaction or outside. */
export class SqlBatchSource implements BatchSource {
  constructor(
    private readonly sql: Sql,
    private readonly graphs: Pick<CompiledGraphs, 'get'>,
    private readonly workflows: Pick<WorkflowStore, 'runnableByName' | 'hold'>,
  ) {}

  loadRuns(ids: readonly string[]) {
    return loadRuns(this.sql, ids);
  }

  async lastStep(runId: string) {
    return (await lastSteps(this.sql, [runId])).get(runId)?.seq ?? 0;
  }

  async graph(graphId: string, path: readonly string[]) {
    const graph = compiledAt(await this.graphs.get(graphId), path);
    assert(graph, `no body at ${path.join('/')} of graph ${graphId}`);
    return graph;
  }

  openChildren(runId: string, nodeKey: string) {
    return openChildren(this.sql, runId, nodeKey);
  }

  nextRunIds(count: number) {
    return nextRunIds(this.sql, count);
  }

  runsByKey(keys: readonly { workflowId: string; key: string }[]) {
    return runsByIdempotencyKey(this.sql, keys);
  }

  lockSignals(ids: readonly string[]) {
    return lockSignals(this.sql, ids);
  }

  workflowHold(workflowId: string) {
    return this.workflows.hold(workflowId);
  }

  async childWorkflow({ namespaceId, name, version, input }: ChildRequest) {
    const found = await this.workflows.runnableByName(namespaceId, name, version);
    if (found.kind === 'none') return refusal('UNKNOWN_WORKFLOW', found.message);
    const { graph } = await this.graphs.get(found.graphId);
    const problem = misfit(graph.inputSchema, input);
    if (problem) return refusal('INVALID_INPUT', `The input does not fit "${name}": ${problem}`);
    const { workflowId, graphId, hold } = found;
    return { workflowId, workflowName: found.name, graphId, version: found.version, hold };
  }
}

function refusal(code: string, message: string): { error: NodeError } {
  return { error: { code, message, isFinal: true } };
}
