import type { Json } from '@heddle/kernel';
import { epochMs } from './columns.js';
import type { Sql } from './database.js';
import { loadPayloads, type Payloads } from './payloads.js';
import type { LeasedTask, TaskRow } from './run-rows.js';
import { TASKS_BEFORE, TASKS_OF_WORKERS } from './sql/task.sql.js';

/** A `task` row. */
export interface TaskDbRow {
  id: string;
  run_id: string;
  namespace_id: string;
  worker_id: string | null;
  timeout_ms: string | null;
  queued_at: Date;
  leased_at: Date | null;
  attempt: number;
  fence: number;
  loss_count: number;
  priority: number;
  node_key: string;
  worker_group: string;
  executor: string;
  state: TaskRow['state'];
  worker: string | null;
  input: Json;
  input_sha256: string | null;
}

/** A task with its input, wherever that is kept. */
export function toTask(row: TaskDbRow, payloads: Payloads): TaskRow {
  return {
    id: row.id,
    runId: row.run_id,
    nodeKey: row.node_key,
    attempt: row.attempt,
    namespaceId: row.namespace_id,
    group: row.worker_group,
    executor: row.executor,
    state: row.state,
    fence: row.fence,
    workerId: row.worker_id,
    worker: row.worker,
    priority: row.priority,
    timeoutMs: row.timeout_ms === null ? null : Number(row.timeout_ms),
    queuedAt: row.queued_at.getTime(),
    leasedAt: epochMs(row.leased_at),
    lossCount: row.loss_count,
    input: row.input_sha256
      ? (payloads.get(`${row.run_id}/${row.input_sha256}`) ?? null)
      : row.input,
  };
}

/** Payloads that tasks refer to. */
export function taskPayloads(sql: Sql, rows: readonly TaskDbRow[]): Promise<Payloads> {
  return loadPayloads(
    sql,
    rows.flatMap((row) =>
      row.input_sha256 ? [{ runId: row.run_id, sha256: row.input_sha256 }] : [],
    ),
  );
}

/** Tasks that workers hold, with their inputs. */
export async function tasksOfWorkers(
  sql: Sql,
  workerIds: readonly string[],
): Promise<LeasedTask[]> {
  const rows = await sql.rows<TaskDbRow & { workflow: string; namespace: string }>({
    ...TASKS_OF_WORKERS,
    values: [workerIds],
  });
  const payloads = await taskPayloads(sql, rows);
  return rows.map((row) => {
    const { workflow, namespace } = row;
    return { ...toTask(row, payloads), workflow, namespace };
  });
}

/** How many queued tasks of the same executor go before one. */
export async function tasksBefore(sql: Sql, task: TaskRow): Promise<number> {
  const { namespaceId, group, executor, priority, id } = task;
  const rows = await sql.rows<{ count: number }>({
    ...TASKS_BEFORE,
    values: [namespaceId, group, executor, priority, id],
  });
  return rows[0]!.count;
}
