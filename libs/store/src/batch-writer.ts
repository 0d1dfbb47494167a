import { instant, jsonText, safeText, toColumns } from './columns.js';
import type { Sql, Statement } from './database.js';
import type { BatchWrites } from './run-rows.js';
import { UPSERT_ATTEMPTS } from './sql/attempt.sql.js';
import { UPSERT_NODE_RUNS } from './sql/node-run.sql.js';
import { INSERT_HISTORY } from './sql/run-history.sql.js';
import { UPDATE_RUNS } from './sql/run.sql.js';
import { DELETE_TASKS, INSERT_TASKS, UPDATE_TASKS } from './sql/task.sql.js';
import { DELETE_TIMERS, UPSERT_TIMERS } from './sql/timer.sql.js';

/**
 * Writes what a batch changed: one statement per table that has changes, inside the caller's transaction, whose run locks
 * must be held.
 */
export async function writeBatch(sql: Sql, writes: BatchWrites): Promise<void> {
  await write(sql, UPDATE_RUNS, runColumns(writes));
  await write(sql, UPSERT_NODE_RUNS, nodeColumns(writes));
  await write(sql, UPSERT_ATTEMPTS, attemptColumns(writes));
  await write(sql, INSERT_TASKS, newTaskColumns(writes));
  await write(
    sql,
    UPDATE_TASKS,
    toColumns(writes.changedTasks, [
      (t) => t.id,
      (t) => t.state,
      (t) => t.fence,
      (t) => t.workerId,
    ]),
  );
  await write(sql, DELETE_TASKS, [writes.endedTaskIds]);
  await write(
    sql,
    DELETE_TIMERS,
    toColumns(writes.disarmedTimers, [
      (t) => t.runId,
      (t) => t.nodeKey ?? '',
      (t) => t.kind,
      (t) => t.attempt,
    ]),
  );
  await write(
    sql,
    UPSERT_TIMERS,
    toColumns(writes.armedTimers, [
      (t) => t.runId,
      (t) => t.nodeKey ?? '',
      (t) => t.kind,
      (t) => t.attempt,
      (t) => instant(t.dueAt),
    ]),
  );
  await write(sql, INSERT_HISTORY, historyColumns(writes));
}

async function write(sql: Sql, statement: Statement, columns: unknown[][]): Promise<void> {
  if (columns[0]?.length) await sql.rows({ ...statement, values: columns });
}

function runColumns({ runs }: BatchWrites): unknown[][] {
  return toColumns(runs, [
    (r) => r.id,
    (r) => r.seq,
    (r) => r.state.state,
    (r) => r.isFull,
    (r) => (r.isFull ? JSON.stringify(r.state.context) : null),
    (r) => (r.isFull ? jsonText(r.state.output) : null),
    (r) => (r.isFull ? jsonText(r.state.error) : null),
    (r) => (r.isFull ? JSON.stringify(r.state.uncaught) : null),
    (r) => (r.isFull ? JSON.stringify(r.state.warnings) : null),
    (r) => (r.isFull ? instant(r.state.startedAt) : null),
    (r) => (r.isFull ? instant(r.state.endedAt) : null),
  ]);
}

function nodeColumns({ nodes }: BatchWrites): unknown[][] {
  return toColumns(nodes, [
    (n) => n.runId,
    (n) => n.node.key,
    (n) => n.node.state,
    (n) => n.node.attempt,
    (n) => n.node.attemptBase,
    (n) => n.node.leaseLossCount,
    (n) => jsonText(n.node.verdicts),
    (n) => (n.node.state === 'succeeded' ? null : jsonText(n.node.output)),
    (n) => (n.hasAttemptRow ? null : jsonText(n.node.error)),
    (n) => n.node.worker,
    (n) => instant(n.node.firstStartedAt),
    (n) => instant(n.node.queuedAt),
    (n) => instant(n.node.startedAt),
    (n) => instant(n.node.endedAt),
    (n) => instant(n.node.dueAt),
    (n) => jsonText(n.node.editedInput),
    (n) => jsonText(n.node.by),
  ]);
}

function attemptColumns({ attempts }: BatchWrites): unknown[][] {
  return toColumns(attempts, [
    (a) => a.runId,
    (a) => a.attempt.nodeKey,
    (a) => a.attempt.number,
    (a) => a.attempt.state,
    (a) => jsonText(a.attempt.input),
    (a) => jsonText(a.attempt.output),
    (a) => jsonText(a.attempt.error),
    (a) => a.attempt.worker,
    (a) => instant(a.attempt.queuedAt),
    (a) => instant(a.attempt.startedAt),
    (a) => instant(a.attempt.endedAt),
    (a) => jsonText(a.attempt.by),
  ]);
}

function newTaskColumns({ newTasks }: BatchWrites): unknown[][] {
  return toColumns(newTasks, [
    (t) => t.id,
    (t) => t.runId,
    (t) => t.nodeKey,
    (t) => t.attempt,
    (t) => t.namespaceId,
    (t) => t.group,
    (t) => t.executor,
    (t) => t.state,
    (t) => t.fence,
    (t) => t.workerId,
    (t) => t.priority,
    (t) => t.timeoutMs,
    (t) => instant(t.queuedAt),
  ]);
}

function historyColumns({ history }: BatchWrites): unknown[][] {
  return toColumns(history, [
    (h) => h.runId,
    (h) => h.seq,
    (h) => instant(h.at),
    (h) => h.event,
    (h) => h.nodeKey,
    (h) => h.attempt,
    (h) => (h.actor === null ? null : safeText(h.actor)),
    (h) => (h.reason === null ? null : safeText(h.reason)),
    (h) => JSON.stringify(h.delta),
  ]);
}
