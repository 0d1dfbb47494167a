import type { Json, JsonObject } from '@heddle/kernel';
import type {
  ActorRef,
  AttemptRecord,
  EngineEvent,
  Hold,
  NodeError,
  RunStateName,
} from '@heddle/engine';
import { epochMs } from './columns.js';
import type { Database } from './database.js';
import { decodeEvent } from './history-codec.js';
import { loadPayloads, payloadOf, payloadRefs } from './payloads.js';
import {
  lastSteps,
  outputsAt,
  reusedOutputs,
  type AttemptPlace,
  toNode,
  withTasks,
  type NodeRow,
  type StoredNodeRun,
} from './run-store.js';
import type { TaskRow } from './run-rows.js';
import { ATTEMPTS_OF_NODES } from './sql/attempt.sql.js';
import {
  COUNT_NODE_RUNS,
  LOAD_NODES,
  NODES_SINCE,
  WAITING_FOR_APPROVAL,
} from './sql/node-run.sql.js';
import { HISTORY_AFTER } from './sql/run-history.sql.js';
import {
  CHILD_OUTPUTS,
  COUNT_ITEMS,
  COUNT_RUNS,
  GET_RUNS,
  LAST_RUNS,
  LIST_ITEMS,
  LIST_RUNS,
  LIST_RUN_IDS,
  RERUNS_OF,
  RESOLVE_RUNS,
  RUN_PAYLOADS,
} from './sql/run-read.sql.js';
import { LOAD_TASKS } from './sql/task.sql.js';
import { taskPayloads, toTask, type TaskDbRow } from './task-rows.js';

/** Runs of a list are counted to here. */
export const RUN_COUNT_MAX = 10_000;

/** A run as people read it. */
export interface RunView {
  id: string;
  namespaceId: string;
  workflowId: string;
  workflowName: string;
  graphId: string;
  graphPath: readonly string[];
  version: number | null;
  state: RunStateName;
  error: NodeError | null;
  warnings: string[];
  triggerKind: string;
  triggerActor: string;
  rerunOf: string | null;
  parent: {
    runId: string;
    nodeKey: string;
    index: number;
    label: string | null;
    try: number;
  } | null;
  depth: number;
  holds: { run: Hold | null; workflow: Hold | null };
  isCompensating: boolean;
  resolution: Resolution | null;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}

/** Who took care of a failed run, and how. */
export interface Resolution {
  by: string;
  /** ISO 8601, UTC. */
  at: string;
  runId: string | null;
  note: string | null;
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
  withChildren: boolean;
  /** Child runs of this run. */
  parentId: string | null;
  onlyUnresolved: boolean;
}

/** Which child runs of one node. Null: any. */
export interface ItemQuery {
  runId: string;
  nodeKey: string;
  states: readonly string[] | null;
  label: string | null;
}

/** One commit. */
export interface HistoryView {
  seq: number;
  at: Date;
  events: EngineEvent[];
}

/** Large values of a run. */
export interface RunPayloads {
  input: Json;
  context: Json;
  output: Json;
}

/** Reads runs for people. Changes nothing and locks nothing, {@link resolve} aside. */
export class RunReader {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<RunView | null> {
    return (await this.findMany([id]))[0] ?? null;
  }

  async findMany(ids: readonly string[]): Promise<RunView[]> {
    return this.#views({ ...GET_RUNS, values: [ids] });
  }

  async #views(statement: { name: string; text: string; values: unknown[] }): Promise<RunView[]> {
    const rows = await this.database.rows<RunViewRow>(statement);
    // Of a run, only the error is shown in lists.
    const payloads = await loadPayloads(this.database, payloadRefs(rows, 'error'));
    return rows.map((row) => {
      const error = payloadOf(row, 'error', { inline: row.error as unknown as Json, payloads });
      return toRunView(row, error as unknown as NodeError | null);
    });
  }

  /** Input, context and output of one run. */
  async payloads(id: string): Promise<RunPayloads> {
    type Row = RunPayloads & { run_id: string; engine: JsonObject | null };
    const rows = await this.database.rows<Row>({ ...RUN_PAYLOADS, values: [id] });
    const row = rows[0]!;
    const payloads = await loadPayloads(this.database, payloadRefs([row]));
    const value = (column: keyof RunPayloads): Json =>
      payloadOf(row, column, { inline: row[column], payloads });
    return { input: value('input'), context: value('context') ?? {}, output: value('output') };
  }

  /** How far runs have got, and how large their payloads are; runs without a step are absent. */
  steps(ids: readonly string[]): Promise<Map<string, { seq: number; payloadSize: number }>> {
    return lastSteps(this.database, ids);
  }

  /** Newest first, `limit` of them, older than `before`. */
  list(query: RunQuery, before: string | null, limit: number): Promise<RunView[]> {
    return this.#views({ ...LIST_RUNS, values: [...conditions(query), before, limit] });
  }

  /** Ids alone, newest first. */
  async listIds(query: RunQuery, limit: number): Promise<string[]> {
    const values = [...conditions(query), limit];
    const rows = await this.database.rows<{ id: string }>({ ...LIST_RUN_IDS, values });
    return rows.map((row) => row.id);
  }

  /** How many runs match, at most {@link RUN_COUNT_MAX}. */
  async count(query: RunQuery): Promise<number> {
    const values = [...conditions(query), RUN_COUNT_MAX];
    return (await this.database.rows<{ count: number }>({ ...COUNT_RUNS, values }))[0]!.count;
  }

  /** The newest runs of workflows, newest first. */
  lastRuns(workflowIds: readonly string[], countEach: number): Promise<RunView[]> {
    return this.#views({ ...LAST_RUNS, values: [workflowIds, countEach] });
  }

  /** Runs that repeat one, newest first. */
  rerunsOf(id: string, limit: number): Promise<RunView[]> {
    return this.#views({ ...RERUNS_OF, values: [id, limit] });
  }

  /** Child runs of one node, in item order, after an index. */
  items(query: ItemQuery, after: number, limit: number): Promise<RunView[]> {
    const { runId, nodeKey, states, label } = query;
    return this.#views({ ...LIST_ITEMS, values: [runId, nodeKey, states, label, after, limit] });
  }

  async countItems({ runId, nodeKey, states, label }: ItemQuery): Promise<number> {
    const values = [runId, nodeKey, states, label];
    return (await this.database.rows<{ count: number }>({ ...COUNT_ITEMS, values }))[0]!.count;
  }

  /**
   * Node runs that have begun, written after a step (0: all), those with a task included; the others are pending. Inputs and
   * outputs are left out: see {@link node}.
   */
  async nodes(runId: string, sinceSeq = 0): Promise<StoredNodeRun[]> {
    // Tasks first: a node that ends in between has its row by then. The other way round it would have neither.
    const tasks = await this.#tasks(runId);
    const rows = await this.database.rows<NodeRow>({ ...NODES_SINCE, values: [runId, sinceSeq] });
    const payloads = await loadPayloads(this.database, payloadRefs(rows, 'error'));
    const nodes = rows.map((row) => toNode(row, { payloads, reused: new Map() }));
    return withTasks(nodes, tasks);
  }

  /** Some node runs whole. */
  async nodesWhole(runId: string, keys: readonly string[]): Promise<StoredNodeRun[]> {
    const tasks = (await this.#tasks(runId)).filter((task) => keys.includes(task.nodeKey));
    const rows = await this.database.rows<NodeRow>({ ...LOAD_NODES, values: [runId, keys] });
    return withTasks(await this.#toNodes(rows), tasks);
  }

  async #toNodes(rows: readonly NodeRow[]): Promise<StoredNodeRun[]> {
    const payloads = await loadPayloads(this.database, payloadRefs(rows));
    const reused = await reusedOutputs(this.database, rows);
    return rows.map((row) => toNode(row, { payloads, reused }));
  }

  /** Tasks of a run that are queued or leased. */
  async tasks(runId: string): Promise<TaskRow[]> {
    return this.#tasks(runId);
  }

  async #tasks(runId: string): Promise<TaskRow[]> {
    const rows = await this.database.rows<TaskDbRow>({ ...LOAD_TASKS, values: [[runId]] });
    const payloads = await taskPayloads(this.database, rows);
    return rows.map((row) => toTask(row, payloads));
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

  /** All attempts of some nodes of one run, oldest first per node, the current one included. */
  async attempts(runId: string, nodeKeys: readonly string[]): Promise<AttemptRecord[]> {
    const rows = await this.database.rows<AttemptRow>({
      ...ATTEMPTS_OF_NODES,
      values: [runId, nodeKeys],
    });
    const payloads = await loadPayloads(this.database, payloadRefs(rows));
    const ended = rows.map((row): AttemptRecord => {
      const value = (column: 'input' | 'output' | 'error'): Json =>
        payloadOf(row, column, { inline: row[column] as Json, payloads });
      return {
        nodeKey: row.node_key,
        number: row.number,
        state: row.state,
        input: value('input'),
        output: value('output'),
        error: value('error') as unknown as NodeError | null,
        worker: row.worker,
        queuedAt: epochMs(row.queued_at),
        startedAt: epochMs(row.started_at),
        endedAt: epochMs(row.ended_at),
        by: (row.engine?.['by'] as unknown as ActorRef | undefined) ?? null,
      };
    });
    const known = new Set(ended.map((attempt) => `${attempt.nodeKey}/${attempt.number}`));
    const current = (await this.nodesWhole(runId, nodeKeys))
      .filter((node) => node.attempt > 0 && !known.has(`${node.key}/${node.attempt}`))
      .flatMap((node) => currentAttempt(node) ?? []);
    return [...ended, ...current].sort((a, b) => a.number - b.number);
  }

  /** Commits after `seq`, in order. */
  async history(runId: string, seq: number, limit: number): Promise<HistoryView[]> {
    const rows = await this.database.rows<{ seq: number; at: Date; events: Json[] }>({
      ...HISTORY_AFTER,
      values: [runId, seq, limit],
    });
    return rows.map((row) => ({
      seq: row.seq,
      at: row.at,
      events: row.events.map((event) => decodeEvent(event, row.at.getTime())),
    }));
  }

  /** Outputs of all child runs of a run, by `nodeKey/generation/index/try`. */
  async childOutputs(runId: string): Promise<Map<string, Json>> {
    type Row = { key: string; run_id: string; output: Json; engine: JsonObject | null };
    const rows = await this.database.rows<Row>({ ...CHILD_OUTPUTS, values: [runId] });
    const payloads = await loadPayloads(this.database, payloadRefs(rows, 'output'));
    return new Map(
      rows.map((row) => [row.key, payloadOf(row, 'output', { inline: row.output, payloads })]),
    );
  }

  /** Outputs of attempts, of any runs, by `runId/nodeKey/attempt`. */
  async outputsAt(places: readonly AttemptPlace[]): Promise<ReadonlyMap<string, Json>> {
    return outputsAt(this.database, places);
  }

  /** Node runs of a namespace that wait for a decision, oldest run first, after a place. */
  async approvals(
    namespaceId: string,
    after: { runId: string; nodeKey: string } | null,
    limit: number,
  ): Promise<{ runId: string; node: StoredNodeRun }[]> {
    const values = [namespaceId, after?.runId ?? null, after?.nodeKey ?? null, limit];
    const rows = await this.database.rows<NodeRow>({ ...WAITING_FOR_APPROVAL, values });
    const nodes = await this.#toNodes(rows);
    return rows.map((row, i) => ({ runId: row.run_id, node: nodes[i]! }));
  }

  /** Notes who took care of failed runs; null: nobody did. @returns those that are failed or canceled. */
  async resolve(ids: readonly string[], resolution: Resolution | null): Promise<string[]> {
    const rows = await this.database.rows<{ id: string }>({
      ...RESOLVE_RUNS,
      values: [ids, resolution && JSON.stringify(resolution)],
    });
    return rows.map((row) => row.id);
  }
}

/** The attempt that a node's own row or task stands for; null when the row says nothing of it. */
function currentAttempt(node: StoredNodeRun): AttemptRecord | null {
  const states = { queued: 'queued', running: 'running', waiting: 'running', succeeded: 'succeeded', failed: 'failed', canceled: 'canceled' } as const; // prettier-ignore
  const state = (states as Partial<Record<string, AttemptRecord['state']>>)[node.state];
  if (!state) return null;
  return {
    nodeKey: node.key,
    number: node.attempt,
    state,
    input: node.input,
    output: node.output,
    error: node.error,
    worker: node.worker,
    queuedAt: node.queuedAt,
    startedAt: node.startedAt,
    endedAt: node.endedAt,
    by: node.by?.action === 'retry' ? node.by.actor : null,
  };
}

interface RunViewRow {
  id: string;
  run_id: string;
  namespace_id: string;
  workflow_id: string;
  workflow_name: string;
  graph_id: string;
  graph_path: string[] | null;
  version: number | null;
  state: RunStateName;
  error: NodeError | null;
  warnings: string[] | null;
  engine: JsonObject | null;
  trigger_kind: string;
  trigger_actor: string;
  rerun_of: string | null;
  parent_run_id: string | null;
  parent_node_key: string | null;
  item_index: number | null;
  item_label: string | null;
  item_try: number | null;
  depth: number;
  resolution: Resolution | null;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
}

function toRunView(row: RunViewRow, error: NodeError | null): RunView {
  const holds = row.engine?.['holds'] as unknown as RunView['holds'] | undefined;
  return {
    id: row.id,
    namespaceId: row.namespace_id,
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    graphId: row.graph_id,
    graphPath: row.graph_path ?? [],
    version: row.version,
    state: row.state,
    error,
    warnings: row.warnings ?? [],
    triggerKind: row.trigger_kind,
    triggerActor: row.trigger_actor,
    rerunOf: row.rerun_of,
    parent: row.parent_run_id === null ? null : toParent(row, row.parent_run_id),
    depth: row.depth,
    holds: holds ?? { run: null, workflow: null },
    isCompensating: row.ended_at === null && row.engine?.['compensation'] !== undefined,
    resolution: row.resolution,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

function toParent(row: RunViewRow, runId: string): RunView['parent'] {
  return {
    runId,
    nodeKey: row.parent_node_key ?? '',
    index: row.item_index ?? 0,
    label: row.item_label,
    try: row.item_try ?? 1,
  };
}

interface AttemptRow {
  run_id: string;
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
  engine: JsonObject | null;
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
    query.withChildren || query.parentId !== null,
    query.parentId,
    query.onlyUnresolved,
  ];
}
