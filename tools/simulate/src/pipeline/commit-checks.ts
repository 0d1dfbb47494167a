import { SimulationFailure } from '@heddle/engine-sim';
import type { Row } from './memory-statement.js';
import type { MemoryStore, PendingCommit } from './memory-store.js';

const ENDED: ReadonlySet<unknown> = new Set(['succeeded', 'failed', 'canceled']);

/** What names an event of a person, or a signal. */
const MARK = /^(act|signal)-\d+$/;

/** One lease of one task. */
export interface Lease {
  taskId: string;
  fence: number;
  runId: string;
  nodeKey: string;
  attempt: number;
}

/** Looks at every commit on its way into the tables, and keeps the books that promises are checked against. */
export class CommitChecks {
  commits = 0;
  /** Runs that commits have touched since somebody asked. */
  readonly touched = new Set<string>();
  /** Leases that others have followed since somebody asked. */
  readonly overtaken: Lease[] = [];
  /** Parents of child runs that went their own way. */
  readonly unverifiable = new Set<string>();
  /** Results that count: `task/fence`. */
  readonly #results = new Set<string>();
  /** Ended attempts by their result: `run/node/attempt`. */
  readonly #ended = new Set<string>();
  /** How often events of people and signals were applied, by their mark. */
  readonly marks = new Map<string, number>();
  /** Accepted events by type. */
  readonly accepted: Record<string, number> = {};

  constructor(private readonly store: MemoryStore) {}

  hasResult(ref: { taskId: string; fence: number }): boolean {
    return this.#results.has(`${ref.taskId}/${ref.fence}`);
  }

  /** Called before a commit is applied. @throws {SimulationFailure} */
  check({ parts }: PendingCommit): void {
    this.commits += 1;
    for (const { kind, table, rows } of parts) {
      for (const row of rows) {
        if (table === 'run_history') this.#checkStep(row, parts);
        if (table === 'task' && kind !== 'insert') this.#checkTask(kind, row);
        if (table === 'task' && row['state'] === 'leased') this.#noteLease(row);
        if (table === 'run' && kind === 'update') this.#checkKnown(row);
      }
    }
  }

  #checkKnown(row: Row): void {
    if (!this.store.tables.run.has(String(row['id'])))
      throw new SimulationFailure('P1', `run ${row['id']} is written but was never added`);
  }

  #checkStep(row: Row, parts: PendingCommit['parts']): void {
    const runId = String(row['run_id']);
    this.touched.add(runId);
    const before = this.store.tables.run_history.get(runId)?.size ?? 0;
    if (row['seq'] !== before + 1)
      throw new SimulationFailure(
        'history',
        `step ${row['seq']} of run ${runId} follows ${before}`,
      );
    this.#noteOwnWay(runId, rowsOf(parts, 'run_history'));
    for (const event of JSON.parse(String(row['events'])) as unknown[])
      this.#checkEvent(runId, event, rowsOf(parts, 'node_run'));
  }

  /** A child run that had ended goes on without its parent: what it gave before is kept nowhere. */
  #noteOwnWay(runId: string, steps: readonly Row[]): void {
    const row = this.store.tables.run.get(runId);
    if (!row || row['parent_run_id'] === null || !ENDED.has(row['state'])) return;
    const parentId = String(row['parent_run_id']);
    const above = steps.find((step) => step['run_id'] === parentId);
    if (!String(above?.['events']).includes('"childReopened"')) this.unverifiable.add(parentId);
  }

  #checkEvent(runId: string, stored: unknown, nodes: readonly Row[]): void {
    const event = (
      Array.isArray(stored)
        ? {
            type: stored[0] === 'L' ? 'taskLeased' : 'taskSucceeded',
            nodeKey: stored[1],
            attempt: stored[2],
          }
        : stored
    ) as {
      type: string;
      nodeKey: string;
      attempt: number;
      reason?: string;
      payload?: { mark?: string };
    };
    this.accepted[event.type] = (this.accepted[event.type] ?? 0) + 1;
    const [mark] = MARK.exec(event.reason ?? event.payload?.mark ?? '') ?? [];
    if (mark && this.marks.has(mark))
      throw new SimulationFailure('P2', `${event.type} (${mark}) was applied twice`);
    if (mark) this.marks.set(mark, 1);
    if (event.type === 'taskSucceeded' || event.type === 'taskFailed')
      this.#checkResult(runId, event, nodes);
  }

  #checkResult(
    runId: string,
    { type, nodeKey, attempt }: { type: string; nodeKey: string; attempt: number },
    nodes: readonly Row[],
  ): void {
    const place = `${runId}/${nodeKey}/${attempt}`;
    if (this.#ended.has(place))
      throw new SimulationFailure('P2', `a second result of attempt ${place} was applied`);
    this.#ended.add(place);
    const task = [...this.store.tables.task.values()].find(
      (row) => row['run_id'] === runId && row['node_key'] === nodeKey && row['attempt'] === attempt,
    );
    if (task?.['state'] !== 'leased')
      throw new SimulationFailure(
        'P2',
        `a result of ${place} was applied, whose task is ${task ? String(task['state']) : 'gone'}`,
      );
    const lease = `${task['id']}/${task['fence']}`;
    const node = nodes.find((row) => row['run_id'] === runId && row['node_key'] === nodeKey);
    const output =
      node?.['attempt'] === attempt && node['state'] === 'succeeded' ? node['output'] : null;
    const of =
      type === 'taskSucceeded' && output
        ? (JSON.parse(String(output)) as { of?: string } | null)?.of
        : null;
    if (of && of !== lease)
      throw new SimulationFailure(
        'P2',
        `the result of lease ${of} was applied under lease ${lease}`,
      );
    this.#results.add(lease);
  }

  #noteLease(row: Row): void {
    const { run_id, node_key, attempt } = {
      ...this.store.tables.task.get(String(row['id'])),
      ...row,
    };
    const fence = row['fence'] as number;
    if (fence < 2) return;
    this.overtaken.push({
      taskId: String(row['id']),
      fence: fence - 1,
      runId: String(run_id),
      nodeKey: String(node_key),
      attempt: attempt as number,
    });
  }

  #checkTask(kind: string, row: Row): void {
    const known = this.store.tables.task.get(String(row['id']));
    if (!known) throw new SimulationFailure('P2', `task ${row['id']} is written but gone`);
    if (kind === 'delete') return;
    const [before, after] = [known['fence'] as number, row['fence'] as number];
    if (after < before)
      throw new SimulationFailure('P2', `the fence of task ${row['id']} went back`);
    if (row['state'] === 'leased' && after === before)
      throw new SimulationFailure('P2', `task ${row['id']} is leased twice under fence ${after}`);
  }

  /** What must hold of the tables between two commits. */
  checkTables(runIds: Iterable<string>): void {
    const { run, task, timer } = this.store.tables;
    const ids = new Set(runIds);
    const nodes = new Set<string>();
    for (const id of ids) this.#checkChildren(id);
    for (const row of [...task.values(), ...timer.values()]) {
      const runId = String(row['run_id']);
      if (!ids.has(runId)) continue;
      const what = row['kind'] ? `timer ${row['kind']}` : 'a task';
      if (ENDED.has(run.get(runId)?.['state']))
        throw new SimulationFailure(
          'P3',
          `${what} of ${row['node_key']} is left of ended run ${runId}`,
        );
      if (row['kind']) continue;
      const place = `${runId}/${row['node_key']}`;
      if (nodes.has(place)) throw new SimulationFailure('P2', `node ${place} has two tasks`);
      nodes.add(place);
    }
  }

  /** A run that has ended leaves no child run behind, unless somebody made an old one go on that no item stands for. */
  #checkChildren(runId: string): void {
    const { run } = this.store.tables;
    if (!ENDED.has(run.get(runId)?.['state'])) return;
    const items = this.store.read({ name: 'load-items', text: '', values: [[runId]] }) as Row[];
    const left = items.find((child) => !ENDED.has(child['state']));
    if (left)
      throw new SimulationFailure('P3', `child run ${left['id']} of ended run ${runId} goes on`);
  }
}

function rowsOf(parts: PendingCommit['parts'], table: string): readonly Row[] {
  return parts.find((part) => part.table === table)?.rows ?? [];
}
