import { encodeEvent } from './history-codec.js';
import { safeText, toColumns } from './columns.js';
import type { Statement } from './database.js';
import { PayloadSink } from './payloads.js';
import { attemptJson, nodeJson, packVerdicts, runJson } from './run-codec.js';
import type { BatchWrites } from './run-rows.js';
import { INSERT_ATTEMPTS } from './sql/attempt.sql.js';
import { UPSERT_NODE_RUNS } from './sql/node-run.sql.js';
import { INSERT_PAYLOADS } from './sql/payload.sql.js';
import { INSERT_HISTORY } from './sql/run-history.sql.js';
import { INSERT_RUNS, UPDATE_RUNS } from './sql/run.sql.js';
import { CONSUME_SIGNALS } from './sql/signal.sql.js';
import { DELETE_TASKS, INSERT_TASKS, UPDATE_TASKS } from './sql/task.sql.js';
import { DELETE_TIMERS, UPSERT_TIMERS } from './sql/timer.sql.js';

/** What a batch sends to the database. */
export interface EncodedBatch {
  statement: Statement;
  /** To be called once the statement is committed. */
  confirm: () => void;
}

/** A statement of one table, and the arrays it wants. */
interface Part {
  statement: Statement & { name: string };
  columns: Buffer[];
}

/**
 * What a batch changed as one statement, one part per table that has changes: a batch costs one round trip, and outside a
 * transaction one commit as well. It fails as a whole, with a unique violation of `pk_run_history`, when another server stepped
 * one of the runs meanwhile (see {@link isStepConflict}). Null: nothing changed.
 */
export function encodeBatch(writes: BatchWrites): EncodedBatch | null {
  const sink = new PayloadSink();
  const parts: Part[] = [];
  const add = (statement: Statement & { name: string }, count: number, columns: () => Buffer[]) => {
    if (count > 0) parts.push({ statement, columns: columns() });
  };
  add(INSERT_HISTORY, writes.history.length, () => historyColumns(writes));
  add(INSERT_RUNS, writes.newRuns.length, () => newRunColumns(writes, sink));
  add(UPDATE_RUNS, writes.changedRuns.length, () => runColumns(writes, sink));
  add(UPSERT_NODE_RUNS, writes.nodes.length, () => nodeColumns(writes, sink));
  add(INSERT_ATTEMPTS, writes.attempts.length, () => attemptColumns(writes, sink));
  add(INSERT_TASKS, writes.newTasks.length, () => newTaskColumns(writes, sink));
  add(UPDATE_TASKS, writes.changedTasks.length, () => changedTaskColumns(writes));
  add(DELETE_TASKS, writes.endedTasks.length, () => endedTaskColumns(writes));
  add(DELETE_TIMERS, writes.disarmedTimers.length, () => disarmedColumns(writes));
  add(UPSERT_TIMERS, writes.armedTimers.length, () => armedColumns(writes));
  add(CONSUME_SIGNALS, writes.consumedSignals.length, () =>
    toColumns(writes.consumedSignals, [['bigint', (id) => id]]),
  );
  const payloads = [...sink.rows.values()];
  add(INSERT_PAYLOADS, payloads.length, () =>
    toColumns(payloads, [
      ['bigint', (p) => p.runId],
      ['text', (p) => p.sha256],
      ['text', (p) => safeText(p.content)],
    ]),
  );
  if (parts.length === 0) return null;
  return {
    statement: { ...composed(parts), values: parts.flatMap((part) => part.columns) },
    confirm: () => sink.confirm(),
  };
}

/** Statements by the names of their parts: some twenty combinations occur, each is prepared once per connection. */
const statements = new Map<string, Statement>();

function composed(parts: readonly Part[]): Statement {
  const key = parts.map((part) => part.statement.name).join('+');
  let statement = statements.get(key);
  if (!statement) {
    let offset = 0;
    const clauses = parts.map(({ statement: { text }, columns }, i) => {
      const shift = offset;
      offset += columns.length;
      return `p${i} as (${text.replaceAll(/\$(\d+)/g, (_, n: string) => `$${Number(n) + shift}`)})`;
    });
    // Names of prepared statements are cut at 63 bytes.
    statement = { name: `batch-${statements.size}`, text: `with ${clauses.join(', ')} select` };
    statements.set(key, statement);
  }
  return statement;
}

function historyColumns({ history }: BatchWrites): Buffer[] {
  // In id order, so that two servers with the same runs wait for each other in one direction only.
  const ordered = [...history].sort((a, b) => Number(a.runId) - Number(b.runId));
  return toColumns(ordered, [
    ['bigint', (h) => h.runId],
    ['timestamptz', (h) => h.at],
    ['bigint', (h) => h.payloadSize],
    ['int', (h) => h.seq],
    ['json', (h) => JSON.stringify(h.events.map(encodeEvent))],
  ]);
}

function newRunColumns({ newRuns }: BatchWrites, sink: PayloadSink): Buffer[] {
  const rows = newRuns.map(({ record, state }) => ({
    ...record,
    state,
    json: runJson(record.id, state, sink),
  }));
  return toColumns(rows, [
    ['bigint', (r) => r.id],
    ['bigint', (r) => r.namespaceId],
    ['bigint', (r) => r.workflowId],
    ['bigint', (r) => r.graphId],
    ['int', (r) => r.version],
    ['bigint', (r) => r.rerunOf],
    ['bigint', (r) => r.parent?.runId ?? null],
    ['int', (r) => r.parent?.generation ?? null],
    ['int', (r) => r.parent?.index ?? null],
    ['int', (r) => r.parent?.try ?? null],
    ['int', (r) => r.parent?.depth ?? 0],
    ['timestamptz', (r) => r.createdAt],
    ['text', (r) => r.graphPath.join('/')],
    ['text', (r) => r.parent?.nodeKey ?? null],
    ['text', (r) => textOrNull(r.parent?.label)],
    ['text', (r) => r.triggerKind],
    ['text', (r) => safeText(r.triggerActor)],
    ['text', (r) => r.idempotencyKey],
    ['json', (r) => r.json.texts['input']!],
    ['text', (r) => r.state.state],
    ['timestamptz', (r) => r.state.startedAt],
    ['timestamptz', (r) => r.state.endedAt],
    ['json', (r) => r.json.texts['context']!],
    ['json', (r) => r.json.texts['output']!],
    ['json', (r) => r.json.texts['error']!],
    ['json', (r) => r.json.texts['warnings']!],
    ['json', (r) => r.json.engine],
  ]);
}

function runColumns({ changedRuns }: BatchWrites, sink: PayloadSink): Buffer[] {
  const rows = changedRuns.map((run) => ({ ...run, json: runJson(run.id, run.state, sink) }));
  return toColumns(rows, [
    ['bigint', (r) => r.id],
    ['text', (r) => r.state.state],
    ['timestamptz', (r) => r.state.startedAt],
    ['timestamptz', (r) => r.state.endedAt],
    ['json', (r) => r.json.texts['input']!],
    ['json', (r) => r.json.texts['context']!],
    ['json', (r) => r.json.texts['output']!],
    ['json', (r) => r.json.texts['error']!],
    ['json', (r) => r.json.texts['warnings']!],
    ['json', (r) => r.json.engine],
  ]);
}

function nodeColumns({ nodes }: BatchWrites, sink: PayloadSink): Buffer[] {
  const rows = nodes.map((n) => ({ ...n, json: nodeJson(n.runId, n.node, sink) }));
  return toColumns(rows, [
    ['bigint', (n) => n.runId],
    ['int', (n) => n.seq],
    ['int', (n) => n.node.attempt],
    ['timestamptz', (n) => n.node.queuedAt],
    ['timestamptz', (n) => n.node.startedAt],
    ['timestamptz', (n) => n.node.endedAt],
    ['timestamptz', (n) => n.node.dueAt],
    ['text', (n) => n.node.key],
    ['text', (n) => n.node.state],
    ['text', (n) => n.node.waitingFor],
    ['text', (n) => correlationOf(n.namespaceId, n.node.correlation)],
    ['text', (n) => textOrNull(n.node.worker)],
    ['json', (n) => packVerdicts(n.node.verdicts)],
    ['json', (n) => n.json.texts['input']!],
    ['json', (n) => n.json.texts['output']!],
    ['json', (n) => n.json.texts['error']!],
    ['json', (n) => n.json.engine],
  ]);
}

/** As stored: the same signal in two namespaces is two. */
export function correlationOf(namespaceId: string, correlation: string | null): string | null {
  return correlation === null ? null : safeText(`${namespaceId}:${correlation}`);
}

function attemptColumns({ attempts }: BatchWrites, sink: PayloadSink): Buffer[] {
  const rows = attempts.map(({ runId, attempt }) => ({
    ...attempt,
    runId,
    json: attemptJson(runId, attempt, sink),
  }));
  return toColumns(rows, [
    ['bigint', (a) => a.runId],
    ['int', (a) => a.number],
    ['timestamptz', (a) => a.queuedAt],
    ['timestamptz', (a) => a.startedAt],
    ['timestamptz', (a) => a.endedAt],
    ['text', (a) => a.nodeKey],
    ['text', (a) => a.state],
    ['text', (a) => textOrNull(a.worker)],
    ['json', (a) => a.json.texts['input']!],
    ['json', (a) => a.json.texts['output']!],
    ['json', (a) => a.json.texts['error']!],
    ['json', (a) => a.json.engine],
  ]);
}

function newTaskColumns({ newTasks }: BatchWrites, sink: PayloadSink): Buffer[] {
  const rows = newTasks.map((task) => {
    return { ...task, ...sink.keep(task.runId, task.input) };
  });
  return toColumns(rows, [
    ['bigint', (t) => t.id],
    ['bigint', (t) => t.runId],
    ['bigint', (t) => t.namespaceId],
    ['bigint', (t) => t.workerId],
    ['bigint', (t) => t.timeoutMs],
    ['timestamptz', (t) => t.queuedAt],
    ['timestamptz', (t) => t.leasedAt],
    ['int', (t) => t.attempt],
    ['int', (t) => t.fence],
    ['int', (t) => t.lossCount],
    ['smallint', (t) => t.priority],
    ['text', (t) => t.nodeKey],
    ['text', (t) => t.group],
    ['text', (t) => t.executor],
    ['text', (t) => t.state],
    ['text', (t) => textOrNull(t.worker)],
    ['json', (t) => t.text],
    ['text', (t) => t.sha256],
  ]);
}

function changedTaskColumns({ changedTasks }: BatchWrites): Buffer[] {
  return toColumns(changedTasks, [
    ['bigint', (t) => t.runId],
    ['bigint', (t) => t.id],
    ['text', (t) => t.state],
    ['int', (t) => t.fence],
    ['bigint', (t) => t.workerId],
    ['text', (t) => textOrNull(t.worker)],
    ['timestamptz', (t) => t.leasedAt],
    ['int', (t) => t.lossCount],
  ]);
}

function endedTaskColumns({ endedTasks }: BatchWrites): Buffer[] {
  return toColumns(endedTasks, [
    ['bigint', (t) => t.runId],
    ['bigint', (t) => t.id],
  ]);
}

function disarmedColumns({ disarmedTimers }: BatchWrites): Buffer[] {
  return toColumns(disarmedTimers, [
    ['bigint', (t) => t.runId],
    ['text', (t) => t.nodeKey ?? ''],
    ['text', (t) => t.kind],
    ['int', (t) => t.attempt],
  ]);
}

function armedColumns({ armedTimers }: BatchWrites): Buffer[] {
  return toColumns(armedTimers, [
    ['bigint', (t) => t.runId],
    ['text', (t) => t.nodeKey ?? ''],
    ['text', (t) => t.kind],
    ['int', (t) => t.attempt],
    ['timestamptz', (t) => t.dueAt],
  ]);
}

function textOrNull(value: string | null | undefined): string | null {
  return value === null || value === undefined ? null : safeText(value);
}
