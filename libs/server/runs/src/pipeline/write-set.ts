import type {
  AttemptRecord,
  EngineEvent,
  NodeRunState,
  RunChanges,
  TimerKind,
} from '@heddle/engine';
import { nodeExtras, type BatchWrites, type TaskRow, type TimerRow } from '@heddle/store';
import type { CachedRun } from './run-cache.js';
import type { CommittedStep } from './run-feed.js';

/** What a batch did to one run. */
interface RunWrites {
  run: CachedRun;
  isNew: boolean;
  /** Run fields that changed, beside those that are not stored. */
  isChanged: boolean;
  at: number;
  events: EngineEvent[];
  nodes: Map<string, NodeRunState>;
  fields: NonNullable<RunChanges['run']>;
}

/** Collects the rows of one batch: the last value of each wins, so that no row is written twice. */
export class WriteSet {
  readonly #runs = new Map<string, RunWrites>();
  readonly #attempts = new Map<string, BatchWrites['attempts'][number]>();
  readonly #newTasks = new Map<string, TaskRow>();
  readonly #changedTasks = new Map<string, TaskRow>();
  readonly #endedTasks = new Map<string, { runId: string; id: string }>();
  readonly #armed = new Map<string, TimerRow>();
  readonly #disarmed = new Map<string, BatchWrites['disarmedTimers'][number]>();
  readonly #signals: string[] = [];

  get isEmpty(): boolean {
    return this.#runs.size === 0 && this.#disarmed.size === 0;
  }

  /** Whether this batch steps a run: then its commit tells whether the run was up to date. */
  hasStep(runId: string): boolean {
    return this.#runs.has(runId);
  }

  /** Ids of runs that this batch creates. */
  get newRunIds(): string[] {
    const ids: string[] = [];
    for (const [id, { isNew }] of this.#runs) if (isNew) ids.push(id);
    return ids;
  }

  /** Timers to keep in memory after the commit. */
  get armed(): Iterable<TimerRow> {
    return this.#armed.values();
  }

  /** A run that this batch creates. */
  addRun(run: CachedRun, at: number): void {
    this.#runs.set(run.record.id, { ...emptyWrites(run, at), isNew: true });
  }

  /**
   * Notes what one event changed. The first event of a batch moves `run.seq`: a commit is one step of a run, however many events
   * it holds.
   */
  noteStep(run: CachedRun, event: EngineEvent, changes: RunChanges): void {
    const { id } = run.record;
    let writes = this.#runs.get(id);
    if (!writes) this.#runs.set(id, (writes = emptyWrites(run, event.at)));
    if (writes.events.length === 0) run.seq += 1;
    writes.events.push(event);
    for (const attempt of changes.attempts) this.#noteAttempt(run, attempt);
    for (const [key, node] of changes.nodes) {
      this.#keepSuperseded(run, node);
      writes.nodes.set(key, node);
    }
    if (!changes.run) return;
    Object.assign(writes.fields, changes.run);
    for (const field in changes.run) if (!UNSTORED_FIELDS.has(field)) writes.isChanged = true;
  }

  #noteAttempt(run: CachedRun, attempt: AttemptRecord): void {
    if (attempt.state !== 'failed' && attempt.state !== 'canceled') return;
    this.#addAttempt(run.record.id, attempt);
  }

  /** A node's row holds its current attempt: one that succeeded and is about to be replaced moves to a row of its own. */
  #keepSuperseded(run: CachedRun, node: NodeRunState): void {
    const before = run.state.nodes.get(node.key);
    if (before?.state !== 'succeeded' || before.attempt === 0) return;
    // It may be replaced by another success: a node that ends at once, or an output given by hand.
    const isSame = node.attempt === before.attempt && node.output === before.output;
    if (node.state === 'succeeded' && isSame) return;
    const { input, output, worker, queuedAt, startedAt, endedAt, by, attempt: number } = before;
    this.#addAttempt(run.record.id, {
      nodeKey: node.key,
      number,
      state: 'succeeded',
      input,
      output,
      error: null,
      worker,
      queuedAt,
      startedAt,
      endedAt,
      by: by?.action === 'retry' ? by.actor : null,
    });
  }

  #addAttempt(runId: string, attempt: AttemptRecord): void {
    this.#attempts.set(`${runId}/${attempt.nodeKey}/${attempt.number}`, { runId, attempt });
  }

  addTask(task: TaskRow): void {
    this.#newTasks.set(task.id, task);
  }

  changeTask(task: TaskRow): void {
    if (this.#newTasks.has(task.id)) this.#newTasks.set(task.id, task);
    else this.#changedTasks.set(task.id, task);
  }

  endTask({ id, runId }: TaskRow): void {
    this.#changedTasks.delete(id);
    if (!this.#newTasks.delete(id)) this.#endedTasks.set(id, { runId, id });
  }

  consumeSignal(id: string): void {
    this.#signals.push(id);
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

  /** What viewers are told after the commit. */
  steps(): CommittedStep[] {
    const steps: CommittedStep[] = [];
    for (const { run, at, nodes, fields } of this.#runs.values()) {
      const { id: runId, namespaceId, workflowId, parent, rerunOf } = run.record;
      const isChild = parent !== null;
      const { seq } = run;
      const facts = { runId, namespaceId, workflowId, isChild, rerunOf };
      steps.push({ ...facts, seq, at, nodes, run: fields });
    }
    return steps;
  }

  toWrites(): BatchWrites {
    const writes: BatchWrites = {
      newRuns: [],
      changedRuns: [],
      nodes: [],
      attempts: [...this.#attempts.values()],
      newTasks: [...this.#newTasks.values()],
      changedTasks: [...this.#changedTasks.values()],
      endedTasks: [...this.#endedTasks.values()],
      armedTimers: [...this.#armed.values()],
      disarmedTimers: [...this.#disarmed.values()],
      consumedSignals: this.#signals,
      history: [],
    };
    for (const entry of this.#runs.values()) addRunWrites(writes, entry);
    return writes;
  }
}

function emptyWrites(run: CachedRun, at: number): RunWrites {
  return { run, isNew: false, isChanged: false, at, events: [], nodes: new Map(), fields: {} };
}

function addRunWrites(
  writes: BatchWrites,
  { run, isNew, isChanged, at, events, nodes }: RunWrites,
): void {
  const { record, state, seq } = run;
  const { id: runId, namespaceId } = record;
  if (isNew) writes.newRuns.push({ record, state });
  else if (isChanged) writes.changedRuns.push({ id: runId, state });
  if (events.length > 0)
    writes.history.push({ runId, seq, at, events, payloadSize: state.payloadSize });
  for (const [key, node] of nodes) {
    if (!needsRow(run, node)) continue;
    run.nodeRows.add(key);
    writes.nodes.push({ runId, namespaceId, seq, node });
  }
}

/** Run fields that are no columns, or follow from other rows. */
const UNSTORED_FIELDS: ReadonlySet<string> = new Set(['openCount', 'payloadSize']);

/** A pending node that nobody touched has no row, nor has a node whose first attempt is a task: the task's row says it all. */
function needsRow(run: CachedRun, node: NodeRunState): boolean {
  if (run.nodeRows.has(node.key)) return true;
  const isFresh = node.state === 'pending' && node.attempt === 0;
  const isTask = run.tasks.get(node.key)?.attempt === node.attempt && node.attempt === 1;
  if (!isFresh && !isTask) return true;
  const extras = nodeExtras(node);
  if (extras === null) return false;
  // The task's row has this one.
  return !isTask || Object.keys(extras).some((field) => field !== 'leaseLossCount');
}

function timerKey(runId: string, kind: string, nodeKey: string | null): string {
  return `${runId}/${kind}/${nodeKey ?? ''}`;
}
