import type { JsonObject } from '@heddle/kernel';
import type { EngineEvent, NodeRunState, RunChanges, TimerKind } from '@heddle/engine';
import type { BatchWrites, TaskRow, TimerRow } from '@heddle/store';
import type { CachedRun } from './run-cache.js';

/** Collects the rows of one batch: the last value of each wins, so that no row is written twice. */
export class WriteSet {
  readonly #runs = new Map<string, { run: CachedRun; isFull: boolean }>();
  readonly #nodes = new Map<string, BatchWrites['nodes'][number]>();
  readonly #attempts = new Map<string, BatchWrites['attempts'][number]>();
  readonly #newTasks = new Map<string, TaskRow>();
  readonly #changedTasks = new Map<string, TaskRow>();
  readonly #endedTasks = new Set<string>();
  readonly #armed = new Map<string, TimerRow>();
  readonly #disarmed = new Map<string, BatchWrites['disarmedTimers'][number]>();
  readonly #history: BatchWrites['history'] = [];

  get isEmpty(): boolean {
    return this.#runs.size === 0 && this.#disarmed.size === 0;
  }

  /** Timers to keep in memory after the commit. */
  get armed(): Iterable<TimerRow> {
    return this.#armed.values();
  }

  /** Notes node runs and attempts. `before`: the nodes as they were, to know which have a row. */
  noteRows(run: CachedRun, changes: RunChanges, before: ReadonlyMap<string, NodeRunState>): void {
    const runId = run.record.id;
    const fresh = new Set<string>();
    for (const attempt of changes.attempts) {
      const key = `${runId}/${attempt.nodeKey}/${attempt.number}`;
      this.#attempts.set(key, { runId, attempt });
      fresh.add(`${attempt.nodeKey}/${attempt.number}`);
    }
    for (const node of changes.nodes.values()) {
      if (!hasRow(node) && !hasRow(before.get(node.key))) continue;
      const hasAttemptRow =
        fresh.has(`${node.key}/${node.attempt}`) || keepsAttemptError(node, before.get(node.key));
      this.#nodes.set(`${runId}/${node.key}`, { runId, node, hasAttemptRow });
    }
  }

  /** Notes the run itself and its history entry; `run.seq` and `run.state` are the new ones. */
  noteStep(run: CachedRun, event: EngineEvent, changes: RunChanges, delta: JsonObject): void {
    const id = run.record.id;
    const isFull =
      changes.run !== undefined &&
      Object.keys(changes.run).some((field) => !LIGHT_FIELDS.has(field));
    this.#runs.set(id, { run, isFull: isFull || (this.#runs.get(id)?.isFull ?? false) });
    this.#history.push({
      runId: id,
      seq: run.seq,
      at: event.at,
      event: event.type,
      nodeKey: 'nodeKey' in event ? event.nodeKey : null,
      attempt: 'attempt' in event ? event.attempt : null,
      actor: 'actor' in event ? event.actor.name : null,
      reason: 'reason' in event ? event.reason : null,
      delta,
    });
  }

  addTask(task: TaskRow): void {
    this.#newTasks.set(task.id, task);
  }

  changeTask(task: TaskRow): void {
    if (this.#newTasks.has(task.id)) this.#newTasks.set(task.id, task);
    else this.#changedTasks.set(task.id, task);
  }

  endTask(id: string): void {
    this.#changedTasks.delete(id);
    if (!this.#newTasks.delete(id)) this.#endedTasks.add(id);
  }

  arm({ runId, nodeKey, kind, attempt, dueAt }: TimerRow): void {
    const key = timerKey(runId, kind, nodeKey);
    this.#disarmed.delete(key);
    this.#armed.set(key, { runId, nodeKey, kind, attempt, dueAt });
  }

  disarm(
    runId: string,
    timer: { kind: TimerKind; nodeKey: string | null; attempt: number | null },
  ): void {
    const key = timerKey(runId, timer.kind, timer.nodeKey);
    // A stale timer names its attempt: what this batch armed for another attempt stays.
    if (timer.attempt !== null && this.#armed.has(key)) return;
    this.#armed.delete(key);
    this.#disarmed.set(key, { runId, ...timer });
  }

  toWrites(): BatchWrites {
    return {
      runs: [...this.#runs.values()].map(({ run, isFull }) => ({
        id: run.record.id,
        seq: run.seq,
        state: run.state,
        isFull,
      })),
      nodes: [...this.#nodes.values()],
      attempts: [...this.#attempts.values()],
      newTasks: [...this.#newTasks.values()],
      changedTasks: [...this.#changedTasks.values()],
      endedTaskIds: [...this.#endedTasks],
      armedTimers: [...this.#armed.values()],
      disarmedTimers: [...this.#disarmed.values()],
      history: this.#history,
    };
  }
}

/** Run fields that every step may touch and that are not columns of their own, or always written. */
const LIGHT_FIELDS = new Set(['openCount', 'state', 'contextWrites']);

/** A node without a row is `pending` and has never been tried. */
function hasRow(node: NodeRunState | undefined): boolean {
  return node !== undefined && (node.state !== 'pending' || node.attempt > 0);
}

/** The error is still the one that an attempt written earlier holds. */
function keepsAttemptError(node: NodeRunState, before: NodeRunState | undefined): boolean {
  return before !== undefined && node.error === before.error && node.attempt === before.attempt;
}

function timerKey(runId: string, kind: string, nodeKey: string | null): string {
  return `${runId}/${kind}/${nodeKey ?? ''}`;
}
