import type { Json, JsonObject } from '@heddle/kernel';
import {
  freshNode,
  isOpen,
  type ChildItem,
  type NodeError,
  type NodeRunState,
  type NodeStateName,
  type RunState,
} from '@heddle/engine';
import { epochMs, instant } from './columns.js';
import type { Sql, Statement } from './database.js';
import type { RunEntity } from './entities/run.entity.js';
import { encodeEvent } from './history-codec.js';
import { loadPayloads, payloadOf, payloadRefs, refsOf, type Payloads } from './payloads.js';
import { nodeFieldsOf, runFieldsOf, unpackVerdicts } from './run-codec.js';
import type { HistoryRow, RunRecord, StoredRun, TaskRow, TimerRow } from './run-rows.js';
import { LOAD_NODE_RUNS, REUSED_OUTPUTS } from './sql/node-run.sql.js';
import {
  LAST_STEPS,
  LOAD_ITEMS,
  LOAD_RUNS,
  LOCK_RUNS,
  NEXT_RUN_IDS,
  OPEN_CHILDREN,
  QUEUED_RUNS,
  RUNS_BY_IDEMPOTENCY_KEY,
} from './sql/run.sql.js';
import { HISTORY_AFTER } from './sql/run-history.sql.js';
import { LOCK_SIGNALS } from './sql/signal.sql.js';
import { CLAIM_TASKS, LOAD_TASKS, NEXT_TASK_ID_BLOCK, QUEUED_DEMAND } from './sql/task.sql.js';
import { toTask, type TaskDbRow } from './task-rows.js';
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

/** The runs that hold idempotency keys, by `workflowId/key`. */
export async function runsByIdempotencyKey(
  sql: Sql,
  keys: readonly { workflowId: string; key: string }[],
): Promise<Map<string, string>> {
  const rows = await sql.rows<{ workflow_id: string; idempotency_key: string; id: string }>({
    ...RUNS_BY_IDEMPOTENCY_KEY,
    values: [keys.map((k) => k.workflowId), keys.map((k) => k.key)],
  });
  return new Map(rows.map((row) => [`${row.workflow_id}/${row.idempotency_key}`, row.id]));
}

/** Locks runs in id order. @returns those that exist. */
export async function lockRuns(sql: Sql, ids: readonly string[]): Promise<string[]> {
  return (await sql.rows<{ id: string }>({ ...LOCK_RUNS, values: [ids] })).map((row) => row.id);
}

/** How far runs have got: their last step, and the payload size after it. Runs without a step are absent. */
export async function lastSteps(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, { seq: number; payloadSize: number }>> {
  const rows = await sql.rows<{ id: string; seq: number; payload_size: string }>({
    ...LAST_STEPS,
    values: [ids],
  });
  return new Map(
    rows.map((row) => [row.id, { seq: row.seq, payloadSize: Number(row.payload_size) }]),
  );
}

/**
 * Whether a step is stored exactly as given: what a server asks whose commit got no answer. A step of another server would
 * have to be the same event at the same millisecond with the same chance.
 */
export async function isStepStored(
  sql: Sql,
  { runId, seq, at, events }: HistoryRow,
): Promise<boolean> {
  const values = [runId, seq - 1, 1];
  const [row] = await sql.rows<{ seq: number; at: Date; events: Json }>({
    ...HISTORY_AFTER,
    values,
  });
  const text = JSON.stringify(events.map(encodeEvent));
  return row?.seq === seq && row.at.getTime() === at && JSON.stringify(row.events) === text;
}

/** Runs loaded at once to begin them. */
const QUEUED_RUNS_MAX = 1_000;

/** Runs that were stored as queued before an instant (epoch milliseconds) and have not begun, oldest first. */
export async function queuedRuns(sql: Sql, before: number): Promise<string[]> {
  const values = [instant(before), QUEUED_RUNS_MAX];
  return (await sql.rows<{ id: string }>({ ...QUEUED_RUNS, values })).map((row) => row.id);
}

/** Locks signals for delivery. @returns those that nobody has delivered yet. */
export async function lockSignals(sql: Sql, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await sql.rows<{ id: string }>({ ...LOCK_SIGNALS, values: [ids] });
  return new Set(rows.map((row) => row.id));
}

/** Child runs of a node that have not ended. */
export async function openChildren(sql: Sql, runId: string, nodeKey: string): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>({ ...OPEN_CHILDREN, values: [runId, nodeKey] });
  return rows.map((row) => row.id);
}

/**
 * Loads runs whole, for the engine. Steps are read first: what is committed while the rest is read makes the run newer than
 * its number, and the next commit collides and reads again.
 */
export async function loadRuns(sql: Sql, ids: readonly string[]): Promise<StoredRun[]> {
  const steps = await lastSteps(sql, ids);
  const read = <Row>(statement: Statement): Promise<Row[]> =>
    sql.rows<Row>({ ...statement, values: [ids] });
  const runs = await read<RunRow>(LOAD_RUNS);
  const nodes = await read<NodeRow>(LOAD_NODE_RUNS);
  const items = await read<ItemRow>(LOAD_ITEMS);
  const tasks = await read<TaskDbRow>(LOAD_TASKS);
  const payloads = await loadPayloads(sql, [
    ...payloadRefs(runs),
    ...payloadRefs(nodes),
    ...payloadRefs(items),
    ...tasks.flatMap((t) => (t.input_sha256 ? [{ runId: t.run_id, sha256: t.input_sha256 }] : [])),
  ]);
  const reused = await reusedOutputs(sql, nodes);
  const [nodesOf, itemsOf, tasksOf] = [
    groupBy(nodes, (row) => row.run_id),
    groupBy(items, (row) => row.parent_run_id),
    groupBy(tasks, (row) => row.run_id),
  ];
  return runs.map((row) => {
    const rows = nodesOf.get(row.id) ?? [];
    const own = (tasksOf.get(row.id) ?? []).map((task) => toTask(task, payloads));
    const states = rows.map((node) => toNode(node, { payloads, reused }));
    return {
      record: toRecord(row),
      seq: steps.get(row.id)?.seq ?? 0,
      fields: runFields(row, payloads, steps.get(row.id)?.payloadSize ?? 0),
      items: toItems(itemsOf.get(row.id) ?? [], payloads),
      nodes: withTasks(states, own),
      nodeRows: new Set(rows.map((node) => node.node_key)),
      tasks: own,
    };
  });
}

function runFields(row: RunRow, payloads: Payloads, payloadSize: number): StoredRun['fields'] {
  const value = (column: 'input' | 'context' | 'output' | 'error' | 'warnings'): Json =>
    payloadOf(row, column, { inline: row[column] as Json, payloads });
  return {
    ...runFieldsOf(row.engine),
    state: row.state,
    input: value('input'),
    context: (value('context') as JsonObject | null) ?? {},
    output: value('output'),
    error: value('error') as unknown as NodeError | null,
    warnings: (value('warnings') as string[] | null) ?? [],
    startedAt: epochMs(row.started_at),
    endedAt: epochMs(row.ended_at),
    payloadSize,
  } as unknown as StoredRun['fields'];
}

/** Queued tasks that one group could take; their runs are locked. */
export async function claimTasks(
  sql: Sql,
  want: { namespaceId: string; group: string; executors: readonly string[]; limit: number },
): Promise<{ taskId: string; runId: string }[]> {
  const rows = await sql.rows<{ id: string; run_id: string }>({
    ...CLAIM_TASKS,
    values: [want.namespaceId, want.group, want.executors, want.limit],
  });
  return rows.map((row) => ({ taskId: row.id, runId: row.run_id }));
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
  run_id: string;
  namespace_id: string;
  namespace: string;
  workflow_id: string;
  workflow_name: string;
  graph_id: string;
  graph_path: string[] | null;
  version: number | null;
  rerun_of: string | null;
  parent_run_id: string | null;
  parent_node_key: string | null;
  parent_generation: number | null;
  item_index: number | null;
  item_try: number | null;
  item_label: string | null;
  depth: number;
  idempotency_key: string | null;
  state: RunEntity['state'];
  input: Json;
  context: JsonObject | null;
  output: Json;
  error: NodeError | null;
  warnings: string[] | null;
  engine: JsonObject | null;
  trigger_kind: RunRecord['triggerKind'];
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
    graphPath: row.graph_path ?? [],
    version: row.version,
    triggerKind: row.trigger_kind,
    triggerActor: row.trigger_actor,
    rerunOf: row.rerun_of,
    idempotencyKey: row.idempotency_key,
    createdAt: row.created_at.getTime(),
    parent: row.parent_run_id === null ? null : toParent(row, row.parent_run_id),
  };
}

function toParent(row: RunRow, runId: string): RunRecord['parent'] {
  return {
    runId,
    nodeKey: row.parent_node_key ?? '',
    generation: row.parent_generation ?? 0,
    index: row.item_index ?? 0,
    try: row.item_try ?? 1,
    label: row.item_label,
    depth: row.depth,
  };
}

interface ItemRow {
  run_id: string;
  parent_run_id: string;
  parent_node_key: string;
  parent_generation: number;
  item_index: number;
  item_try: number;
  item_label: string | null;
  state: RunState['state'];
  output: Json;
  error: NodeError | null;
  engine: JsonObject | null;
}

/** Items of the last generation of each node. */
function toItems(rows: readonly ItemRow[], payloads: Payloads): Map<string, ChildItem[]> {
  const items = new Map<string, ChildItem[]>();
  const generations = new Map<string, number>();
  for (const row of rows) {
    const known = generations.get(row.parent_node_key) ?? 0;
    generations.set(row.parent_node_key, Math.max(known, row.parent_generation));
  }
  for (const row of rows) {
    if (row.parent_generation !== generations.get(row.parent_node_key)) continue;
    let list = items.get(row.parent_node_key);
    if (!list) items.set(row.parent_node_key, (list = []));
    const isEnded = ENDED.has(row.state);
    list[row.item_index] = {
      state: isEnded ? (row.state as ChildItem['state']) : 'active',
      try: row.item_try,
      label: row.item_label,
      output: isEnded ? payloadOf(row, 'output', { inline: row.output, payloads }) : null,
      error: isEnded ? row.error : null,
    };
  }
  return items;
}

const ENDED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled']);

/** A `node_run` row. */
export interface NodeRow {
  run_id: string;
  seq: number;
  attempt: number;
  queued_at: Date | null;
  started_at: Date | null;
  ended_at: Date | null;
  due_at: Date | null;
  node_key: string;
  state: NodeStateName;
  waiting_for: NodeRunState['waitingFor'];
  correlation: string | null;
  worker: string | null;
  verdicts: JsonObject | null;
  input: Json;
  output: Json;
  error: NodeError | null;
  engine: JsonObject | null;
}

/** A node as stored: the engine's state, counters aside. */
export type StoredNodeRun = StoredRun['nodes'][number];

/** Outputs that rows refer to, in their own run or in others. */
export interface Referred {
  payloads: Payloads;
  /** By `runId/nodeKey/attempt`. */
  reused: ReadonlyMap<string, Json>;
}

/** The engine's node state, counters aside. */
export function toNode(row: NodeRow, { payloads, reused }: Referred): StoredNodeRun {
  const fields = nodeFieldsOf(row.engine) as Partial<NodeRunState>;
  const value = (column: 'input' | 'output' | 'error'): Json =>
    payloadOf(row, column, { inline: row[column] as Json, payloads });
  const queuedAt = epochMs(row.queued_at);
  const { reusedFrom } = fields;
  return {
    ...FRESH_NODE,
    firstStartedAt: queuedAt,
    ...fields,
    key: row.node_key,
    state: row.state,
    attempt: row.attempt,
    verdicts: unpackVerdicts(row.verdicts),
    input: value('input'),
    output: reusedFrom
      ? (reused.get(reusedKey(row.node_key, reusedFrom)) ?? null)
      : value('output'),
    error: value('error') as unknown as NodeError | null,
    worker: row.worker,
    queuedAt,
    startedAt: epochMs(row.started_at),
    endedAt: epochMs(row.ended_at),
    dueAt: epochMs(row.due_at),
    waitingFor: row.waiting_for,
    correlation: row.correlation && row.correlation.slice(row.correlation.indexOf(':') + 1),
  };
}

const { settledCount: _settled, liveCount: _live, ...FRESH_NODE } = freshNode('');

function reusedKey(nodeKey: string, from: { runId: string; attempt: number }): string {
  return `${from.runId}/${nodeKey}/${from.attempt}`;
}

/** Outputs of other runs that nodes stand for. */
export async function reusedOutputs(
  sql: Sql,
  nodes: readonly NodeRow[],
): Promise<ReadonlyMap<string, Json>> {
  const places = nodes.flatMap((node) => {
    const from = node.engine?.['reusedFrom'] as { runId: string; attempt: number } | undefined;
    return from ? [{ nodeKey: node.node_key, ...from }] : [];
  });
  return outputsAt(sql, places);
}

/** Names one attempt. */
export interface AttemptPlace {
  runId: string;
  nodeKey: string;
  attempt: number;
}

/** Outputs of attempts, by `runId/nodeKey/attempt`. */
export async function outputsAt(
  sql: Sql,
  keys: readonly AttemptPlace[],
): Promise<ReadonlyMap<string, Json>> {
  if (keys.length === 0) return new Map();
  const rows = await sql.rows<{
    run_id: string;
    node_key: string;
    attempt: number;
    output: Json;
    engine: JsonObject | null;
  }>({
    ...REUSED_OUTPUTS,
    values: [keys.map((k) => k.runId), keys.map((k) => k.nodeKey), keys.map((k) => k.attempt)],
  });
  const payloads = await loadPayloads(
    sql,
    rows.flatMap((row) => {
      const sha256 = refsOf(row.engine)?.['output'];
      return sha256 === undefined ? [] : [{ runId: row.run_id, sha256 }];
    }),
  );
  return new Map(
    rows.map((row) => [
      `${row.run_id}/${row.node_key}/${row.attempt}`,
      payloadOf(row, 'output', { inline: row.output, payloads }),
    ]),
  );
}

/** A node whose attempt is a task is what its task says; on its first attempt it has no row at all. */
export function withTasks(
  nodes: readonly StoredNodeRun[],
  tasks: readonly TaskRow[],
): StoredNodeRun[] {
  if (tasks.length === 0) return [...nodes];
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  for (const task of tasks) {
    const row = byKey.get(task.nodeKey);
    // Read after the task, its row says that this attempt has ended meanwhile.
    if (row && row.attempt >= task.attempt && !isOpen(row.state)) continue;
    const known = row ?? {
      ...FRESH_NODE,
      key: task.nodeKey,
      firstStartedAt: task.queuedAt,
    };
    byKey.set(task.nodeKey, {
      ...known,
      state: task.state === 'queued' ? 'queued' : 'running',
      attempt: task.attempt,
      leaseLossCount: task.lossCount,
      input: task.input,
      output: null,
      worker: task.worker,
      queuedAt: task.queuedAt,
      startedAt: task.leasedAt,
    });
  }
  return [...byKey.values()];
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
