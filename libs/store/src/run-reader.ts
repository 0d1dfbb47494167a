import type { Json, JsonObject } from '@heddle/kernel';
import type {
  ActorRef,
  AttemptRecord,
  NodeError,
  NodeRunState,
  RunStateName,
} from '@heddle/engine';
import { epochMs } from './columns.js';
import type { Database } from './database.js';
import { toNode, type NodeRow } from './run-store.js';
import { ATTEMPTS_OF_NODES } from './sql/attempt.sql.js';
import { COUNT_NODE_RUNS, LOAD_NODE_RUNS } from './sql/node-run.sql.js';
import { HISTORY_AFTER } from './sql/run-history.sql.js';
import { COUNT_RUNS, GET_RUNS, LAST_RUNS, LIST_RUNS, RUN_SEQS } from './sql/run-read.sql.js';

/** Runs of a list are counted to here. */
export const RUN_COUNT_MAX = 10_000;

/** A run as people read it. */
export interface RunView {
  id: string;
  namespaceId: string;
  workflowId: string;
  workflowName: string;
  graphId: string;
  version: number | null;
  state: RunStateName;
  seq: number;
  input: Json;
  context: JsonObject;
  output: Json;
  error: NodeError | null;
  warnings: string[];
  triggerKind: string;
  triggerActor: string;
  rerunOf: string | null;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}

/** Which runs of a namespace. Null: any. */
export interface RunQuery {
  namespaceId: string;
  workflowId: string | null;
  states: readonly RunStateName[] | null;
  createdFrom: Date | null;
  createdTo: Date | null;
  /** Exact id. */
  id: string | null;
  /** Part of the workflow's name; with `id`, either may match. */
  name: string | null;
}

/** One committed step. */
export interface HistoryView {
  seq: number;
  at: Date;
  event: string;
  nodeKey: string | null;
  attempt: number | null;
  actor: string | null;
  reason: string | null;
  delta: JsonObject;
}

/** Reads runs for people. Changes nothing and locks nothing. */
export class RunReader {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<RunView | null> {
    return (await this.findMany([id]))[0] ?? null;
  }

  async findMany(ids: readonly string[]): Promise<RunView[]> {
    return (await this.database.rows<RunViewRow>({ ...GET_RUNS, values: [ids] })).map(toRunView);
  }

  /** How far runs have got. */
  findSeqs(ids: readonly string[]): Promise<{ id: string; seq: number }[]> {
    return this.database.rows({ ...RUN_SEQS, values: [ids] });
  }

  /** Newest first, `limit` of them, older than `before`. */
  async list(query: RunQuery, before: string | null, limit: number): Promise<RunView[]> {
    const rows = await this.database.rows<RunViewRow>({
      ...LIST_RUNS,
      values: [...conditions(query), before, limit],
    });
    return rows.map(toRunView);
  }

  /** How many runs match, at most {@link RUN_COUNT_MAX}. */
  async count(query: RunQuery): Promise<number> {
    const rows = await this.database.rows<{ count: number }>({
      ...COUNT_RUNS,
      values: [...conditions(query), RUN_COUNT_MAX],
    });
    return rows[0]!.count;
  }

  /** The newest runs of workflows, newest first. */
  async lastRuns(workflowIds: readonly string[], countEach: number): Promise<RunView[]> {
    return (
      await this.database.rows<RunViewRow>({ ...LAST_RUNS, values: [workflowIds, countEach] })
    ).map(toRunView);
  }

  /** Node runs that have begun; the others are pending. */
  async nodes(runId: string): Promise<Omit<NodeRunState, 'settledCount' | 'liveCount'>[]> {
    return (await this.database.rows<NodeRow>({ ...LOAD_NODE_RUNS, values: [[runId]] })).map(
      toNode,
    );
  }

  /** How many node runs are in each state, those that have not begun left out. */
  async nodeCounts(
    runIds: readonly string[],
  ): Promise<{ runId: string; state: string; count: number }[]> {
    const rows = await this.database.rows<{ run_id: string; state: string; count: number }>({
      ...COUNT_NODE_RUNS,
      values: [runIds],
    });
    return rows.map((row) => ({ runId: row.run_id, state: row.state, count: row.count }));
  }

  /** All attempts of some nodes of one run, oldest first per node. */
  async attempts(runId: string, nodeKeys: readonly string[]): Promise<AttemptRecord[]> {
    const rows = await this.database.rows<AttemptRow>({
      ...ATTEMPTS_OF_NODES,
      values: [runId, nodeKeys],
    });
    return rows.map((row) => ({
      nodeKey: row.node_key,
      number: row.number,
      state: row.state,
      input: row.input,
      output: row.output,
      error: row.error,
      worker: row.worker,
      queuedAt: epochMs(row.queued_at),
      startedAt: epochMs(row.started_at),
      endedAt: epochMs(row.ended_at),
      by: row.requested_by,
    }));
  }

  /** Steps after `seq`, in order. */
  async history(runId: string, seq: number, limit: number): Promise<HistoryView[]> {
    const rows = await this.database.rows<HistoryView & { node_key: string | null }>({
      ...HISTORY_AFTER,
      values: [runId, seq, limit],
    });
    return rows.map(({ node_key, ...row }) => ({ ...row, nodeKey: node_key }));
  }
}

interface RunViewRow {
  id: string;
  namespace_id: string;
  workflow_id: string;
  workflow_name: string;
  graph_id: string;
  version: number | null;
  state: RunStateName;
  seq: number;
  input: Json;
  context: JsonObject;
  output: Json;
  error: NodeError | null;
  warnings: string[];
  trigger_kind: string;
  trigger_actor: string;
  rerun_of: string | null;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
}

interface AttemptRow {
  node_key: string;
  number: number;
  state: AttemptRecord['state'];
  input: Json;
  output: Json;
  error: NodeError | null;
  worker: string | null;
  queued_at: Date | null;
  started_at: Date | null;
  ended_at: Date | null;
  requested_by: ActorRef | null;
}

function toRunView(row: RunViewRow): RunView {
  return {
    id: row.id,
    namespaceId: row.namespace_id,
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    graphId: row.graph_id,
    version: row.version,
    state: row.state,
    seq: row.seq,
    input: row.input,
    context: row.context,
    output: row.output,
    error: row.error,
    warnings: row.warnings,
    triggerKind: row.trigger_kind,
    triggerActor: row.trigger_actor,
    rerunOf: row.rerun_of,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

function conditions(query: RunQuery): unknown[] {
  return [
    query.namespaceId,
    query.workflowId,
    query.states,
    query.createdFrom,
    query.createdTo,
    query.id,
    query.name,
  ];
}
