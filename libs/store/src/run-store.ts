import type { Json, JsonObject } from '@heddle/kernel';
import type { EdgeVerdict, NodeError, NodeRunState, NodeStateName } from '@heddle/engine';
import { epochMs, instant, jsonText, toColumns } from './columns.js';
import type { Sql, Statement } from './database.js';
import type { NodeRunEntity, RunEntity, TaskEntity } from './entities/run.entity.js';
import type { LeasedTask, NewRun, RunRecord, StoredRun, TaskRow, TimerRow } from './run-rows.js';
import { LOAD_NODE_RUNS } from './sql/node-run.sql.js';
import {
  INSERT_RUNS,
  LOAD_RUNS,
  LOCK_RUNS,
  NEXT_RUN_IDS,
  RUNS_BY_IDEMPOTENCY_KEY,
} from './sql/run.sql.js';
import {
  CLAIM_TASKS,
  LOAD_TASKS,
  NEXT_TASK_ID_BLOCK,
  QUEUED_DEMAND,
  TASKS_OF_WORKERS,
} from './sql/task.sql.js';
import { TIMERS_DUE } from './sql/timer.sql.js';

/** Ids for `count` new runs; gaps are normal. */
export async function nextRunIds(sql: Sql, count: number): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>({ ...NEXT_RUN_IDS, values: [count] });
  return rows.map((row) => row.id);
}

/** Ids in one block of task ids; the increment of the table's sequence. */
export const TASK_ID_BLOCK = 1_000_000;

/** First id of a block of {@link TASK_ID_BLOCK} task ids that nobody else has. */
export async function nextTaskIdBlock(sql: Sql): Promise<number> {
  return Number((await sql.rows<{ id: string }>(NEXT_TASK_ID_BLOCK))[0]!.id);
}

/** Adds runs in state `queued`, locked. @returns the ids added; others existed already or their key was taken. */
export async function insertRuns(sql: Sql, runs: readonly NewRun[]): Promise<Set<string>> {
  const rows = await sql.rows<{ id: string }>({
    ...INSERT_RUNS,
    values: toColumns(runs, [
      (r) => r.id,
      (r) => r.namespaceId,
      (r) => r.workflowId,
      (r) => r.graphId,
      (r) => r.version,
      (r) => jsonText(r.input),
      (r) => r.triggerKind,
      (r) => r.triggerActor,
      (r) => r.rerunOf,
      (r) => r.idempotencyKey,
      (r) => instant(r.createdAt),
    ]),
  });
  return new Set(rows.map((row) => row.id));
}

/** The runs that hold idempotency keys, by `workflowId/key`. */
export async function runsByIdempotencyKey(
  sql: Sql,
  keys: readonly { workflowId: string; key: string }[],
): Promise<Map<string, string>> {
  const rows = await sql.rows<{ workflow_id: string; idempotency_key: string; id: string }>({
    ...RUNS_BY_IDEMPOTENCY_KEY,
    values: toColumns(keys, [(k) => k.workflowId, (k) => k.key]),
  });
  return new Map(rows.map((row) => [`${row.workflow_id}/${row.idempotency_key}`, row.id]));
}

/** Locks runs in id order. @returns their sequence numbers; absent ids do not exist. */
export async function lockRuns(sql: Sql, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await sql.rows<{ id: string; seq: number }>({ ...LOCK_RUNS, values: [ids] });
  return new Map(rows.map((row) => [row.id, row.seq]));
}

/** Loads runs whole, for the engine. Their locks must be held. */
export async function loadRuns(sql: Sql, ids: readonly string[]): Promise<StoredRun[]> {
  const runs = await sql.rows<RunRow>({ ...LOAD_RUNS, values: [ids] });
  // A run that has not taken a step has neither nodes nor tasks.
  const begun = runs.filter((row) => row.seq > 0).map((row) => row.id);
  const read = async <Row>(statement: Statement): Promise<Row[]> =>
    begun.length > 0 ? sql.rows<Row>({ ...statement, values: [begun] }) : [];
  const nodes = groupBy(await read<NodeRow>(LOAD_NODE_RUNS), (row) => row.run_id);
  const tasks = groupBy(await read<TaskDbRow>(LOAD_TASKS), (row) => row.run_id);
  return runs.map((row) => ({
    record: toRecord(row),
    seq: row.seq,
    fields: {
      state: row.state,
      input: row.input,
      context: row.context,
      output: row.output,
      error: row.error,
      uncaught: row.uncaught,
      warnings: row.warnings,
      startedAt: epochMs(row.started_at),
      endedAt: epochMs(row.ended_at),
    },
    nodes: (nodes.get(row.id) ?? []).map(toNode),
    tasks: (tasks.get(row.id) ?? []).map(toTask),
  }));
}

/** Queued tasks that one group could take; their runs are locked. */
export async function claimTasks(
  sql: Sql,
  want: { namespaceId: string; group: string; executors: readonly string[]; limit: number },
): Promise<{ taskId: string; runId: string; seq: number }[]> {
  const rows = await sql.rows<{ id: string; run_id: string; seq: number }>({
    ...CLAIM_TASKS,
    values: [want.namespaceId, want.group, want.executors, want.limit],
  });
  return rows.map((row) => ({ taskId: row.id, runId: row.run_id, seq: row.seq }));
}

/** Which workers are waited for: distinct (namespace, group, executor) of queued tasks. */
export async function queuedDemand(
  sql: Sql,
): Promise<{ namespaceId: string; group: string; executor: string; count: number }[]> {
  const rows = await sql.rows<{
    namespace_id: string;
    worker_group: string;
    executor: string;
    count: number;
  }>(QUEUED_DEMAND);
  return rows.map((r) => ({
    namespaceId: r.namespace_id,
    group: r.worker_group,
    executor: r.executor,
    count: r.count,
  }));
}

/** Tasks that workers hold, with their inputs. */
export async function tasksOfWorkers(
  sql: Sql,
  workerIds: readonly string[],
): Promise<LeasedTask[]> {
  const rows = await sql.rows<TaskDbRow & Omit<LeasedTask, keyof TaskRow>>({
    ...TASKS_OF_WORKERS,
    values: [workerIds],
  });
  return rows.map((row) => {
    const { input, workflow, namespace } = row;
    return { ...toTask(row), input, workflow, namespace };
  });
}

/** Timers due before `before` (epoch milliseconds), soonest first. */
export async function timersDue(sql: Sql, before: number, limit: number): Promise<TimerRow[]> {
  const rows = await sql.rows<{
    run_id: string;
    node_key: string;
    kind: TimerRow['kind'];
    attempt: number;
    due_at: Date;
  }>({
    ...TIMERS_DUE,
    values: [instant(before), limit],
  });
  return rows.map((row) => ({
    runId: row.run_id,
    nodeKey: row.node_key === '' ? null : row.node_key,
    kind: row.kind,
    attempt: row.attempt,
    dueAt: row.due_at.getTime(),
  }));
}

interface RunRow {
  id: string;
  seq: number;
  namespace_id: string;
  namespace: string;
  workflow_id: string;
  workflow_name: string;
  graph_id: string;
  version: number | null;
  state: RunEntity['state'];
  input: Json;
  context: JsonObject;
  output: Json;
  error: NodeError | null;
  uncaught: string[];
  warnings: string[];
  trigger_kind: string;
  trigger_actor: string;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
}

function toRecord(row: RunRow): RunRecord {
  return {
    id: row.id,
    namespaceId: row.namespace_id,
    namespace: row.namespace,
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    graphId: row.graph_id,
    version: row.version,
    triggerKind: row.trigger_kind,
    triggerActor: row.trigger_actor,
    createdAt: row.created_at.getTime(),
  };
}

/** A `node_run` row with what its current attempt holds. */
export interface NodeRow {
  run_id: string;
  node_key: string;
  state: NodeStateName;
  attempt: number;
  attempt_base: number;
  lease_loss_count: number;
  verdicts: Record<string, EdgeVerdict> | null;
  output: Json;
  error: NodeError | null;
  worker: string | null;
  first_started_at: Date | null;
  queued_at: Date | null;
  started_at: Date | null;
  ended_at: Date | null;
  due_at: Date | null;
  edited_input: { value: Json } | null;
  marked_by: NodeRunEntity['markedBy'];
  attempt_input: Json;
  attempt_output: Json;
  attempt_error: NodeError | null;
  attempt_state: string | null;
}

const SHOWS_ATTEMPT_ERROR = new Set<NodeStateName>(['failed', 'canceled', 'waiting']);

/** The engine's node state, counters aside. A pending node (reset by an operator) shows nothing of its earlier attempts. */
export function toNode(row: NodeRow): Omit<NodeRunState, 'settledCount' | 'liveCount'> {
  const isPending = row.state === 'pending';
  return {
    key: row.node_key,
    state: row.state,
    attempt: row.attempt,
    attemptBase: row.attempt_base,
    leaseLossCount: row.lease_loss_count,
    verdicts: row.verdicts,
    input: isPending ? null : row.attempt_input,
    output: row.state === 'succeeded' ? row.attempt_output : row.output,
    error: SHOWS_ATTEMPT_ERROR.has(row.state) ? (row.error ?? row.attempt_error) : row.error,
    worker: row.worker,
    firstStartedAt: epochMs(row.first_started_at),
    queuedAt: epochMs(row.queued_at),
    startedAt: epochMs(row.started_at),
    endedAt: epochMs(row.ended_at),
    dueAt: epochMs(row.due_at),
    editedInput: row.edited_input,
    by: row.marked_by as NodeRunState['by'],
    waitingFor: null,
    correlation: null,
    prompt: null,
    children: null,
    reusedFrom: null,
    hold: null,
  };
}

interface TaskDbRow {
  id: string;
  run_id: string;
  node_key: string;
  attempt: number;
  namespace_id: string;
  worker_group: string;
  executor: string;
  state: TaskEntity['state'];
  fence: number;
  worker_id: string | null;
  priority: number;
  timeout_ms: string | null;
  queued_at: Date;
}

function toTask(row: TaskDbRow): TaskRow {
  return {
    id: row.id,
    runId: row.run_id,
    nodeKey: row.node_key,
    attempt: row.attempt,
    namespaceId: row.namespace_id,
    group: row.worker_group,
    executor: row.executor,
    state: row.state as TaskRow['state'],
    fence: row.fence,
    workerId: row.worker_id,
    priority: row.priority,
    timeoutMs: row.timeout_ms === null ? null : Number(row.timeout_ms),
    queuedAt: row.queued_at.getTime(),
  };
}

function groupBy<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
}
