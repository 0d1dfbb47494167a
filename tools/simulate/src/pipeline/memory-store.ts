import type { Statement } from '@heddle/store';
import { partsOf, type Cell, type Part, type Row } from './memory-statement.js';
import { READS, type MemoryTables } from './memory-reads.js';

/** An error as the database's driver throws it. */
export class MemoryError extends Error {
  constructor(
    readonly code: string,
    readonly constraint: string,
  ) {
    super(`${code} ${constraint}`);
    this.name = 'MemoryError';
  }
}

/** What a commit is about to change, for the checkers; the tables are still as they were. */
export interface PendingCommit {
  parts: readonly Part[];
  server: string;
}

/**
 * The database of the simulator: the same statements by name, on tables in memory. Rows are kept as the database would keep
 * them, so what is not stored is lost. A commit happens whole or not at all, and fails on the keys on which the database's does.
 */
export class MemoryStore {
  readonly tables: MemoryTables = {
    run: new Map(),
    childrenOf: new Map(),
    node_run: new Map(),
    attempt: new Map(),
    task: new Map(),
    timer: new Map(),
    run_history: new Map(),
    payload: new Map(),
    signal: new Map(),
    worker: new Map(),
    runIdLast: 0,
    taskIdBlockLast: 0,
  };
  /** Who looks at every commit before it happens. */
  watch: (commit: PendingCommit) => void = () => undefined;

  /** Answers a statement that reads. `mayTake`: whether a run or signal can be locked. */
  read(statement: Statement, mayTake: (key: string) => boolean = () => true): object[] {
    const read = READS[statement.name ?? ''];
    if (!read) throw new Error(`The memory does not know ${statement.name}: ${statement.text}`);
    return read(this.tables, (statement.values ?? []) as never[], mayTake);
  }

  /** Applies a batch at once. @throws {MemoryError} when a key is taken; then nothing is changed. */
  write(statement: Statement, server: string): void {
    const parts = partsOf(statement);
    for (const part of parts) this.#refuseTaken(part);
    this.watch({ parts, server });
    for (const part of parts) for (const row of part.rows) this.#apply(part, row);
  }

  #refuseTaken({ kind, table, rows }: Part): void {
    if (kind !== 'insert') return;
    for (const row of rows) {
      const constraint = this.#takenKey(table, row);
      if (constraint) throw new MemoryError('23505', constraint);
    }
  }

  #takenKey(table: string, row: Row): string | null {
    const { run, run_history: history, task } = this.tables;
    if (table === 'run_history')
      return history.get(text(row['run_id']))?.has(row['seq'] as number) ? 'pk_run_history' : null;
    if (table === 'task') return task.has(text(row['id'])) ? 'pk_task' : null;
    if (table !== 'run') return null;
    if (run.has(text(row['id']))) return 'pk_run';
    const key = row['idempotency_key'];
    if (key === null) return null;
    for (const known of run.values())
      if (known['idempotency_key'] === key && known['workflow_id'] === row['workflow_id'])
        return 'uq_run_workflow_id_idempotency_key';
    return null;
  }

  #apply({ kind, table }: Part, row: Row): void {
    const { tables } = this;
    const runId = text(row['run_id']);
    switch (`${kind} ${table}`) {
      case 'insert run':
        return this.#addRun(row);
      case 'update run':
        return void Object.assign(tables.run.get(text(row['id'])) ?? {}, row);
      case 'insert run_history':
        return void within(tables.run_history, runId).set(row['seq'] as number, row);
      case 'insert node_run':
        return void within(tables.node_run, runId).set(text(row['node_key']), row);
      case 'insert attempt': {
        const attempts = within(tables.attempt, runId);
        const key = `${row['node_key']}/${row['number']}`;
        if (!attempts.has(key)) attempts.set(key, row);
        return;
      }
      case 'insert task':
        return void tables.task.set(text(row['id']), row);
      case 'update task':
        return void Object.assign(tables.task.get(text(row['id'])) ?? {}, row);
      case 'delete task':
        return void tables.task.delete(text(row['id']));
      case 'insert timer':
        return void tables.timer.set(timerKey(row), row);
      case 'delete timer': {
        const known = tables.timer.get(timerKey(row));
        const isMeant = row['attempt'] === null || row['attempt'] === known?.['attempt'];
        if (isMeant) tables.timer.delete(timerKey(row));
        return;
      }
      case 'insert payload':
        return void tables.payload.set(`${runId}/${row['sha256']}`, row);
      case 'delete signal':
        return void tables.signal.delete(text(row['id']));
      default:
        throw new Error(`The memory cannot ${kind} ${table}.`);
    }
  }

  #addRun(row: Row): void {
    const { run, childrenOf } = this.tables;
    run.set(text(row['id']), row);
    if (row['parent_run_id'] === null) return;
    const parentId = text(row['parent_run_id']);
    const children = childrenOf.get(parentId);
    if (children) children.push(row);
    else childrenOf.set(parentId, [row]);
  }
}

function text(cell: Cell | undefined): string {
  return String(cell);
}

function timerKey(row: Row): string {
  return `${row['run_id']}/${row['node_key']}/${row['kind']}`;
}

function within<K, V>(table: Map<string, Map<K, V>>, id: string): Map<K, V> {
  let rows = table.get(id);
  if (!rows) table.set(id, (rows = new Map<K, V>()));
  return rows;
}
