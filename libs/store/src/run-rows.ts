import type { Json, JsonObject } from '@heddle/kernel';
import type { AttemptRecord, NodeRunState, RunState, TimerKind } from '@heddle/engine';

/** A run that is about to begin. Its id comes from {@link RunStore.nextRunIds}. */
export interface NewRun {
  id: string;
  namespaceId: string;
  workflowId: string;
  graphId: string;
  /** Null: a run of a draft. */
  version: number | null;
  input: Json;
  triggerKind: 'manual' | 'api' | 'rerun';
  triggerActor: string;
  rerunOf: string | null;
  idempotencyKey: string | null;
  /** Epoch milliseconds. */
  createdAt: number;
}

/** What the pipeline keeps of a run beside the engine's state. */
export interface RunRecord {
  id: string;
  namespaceId: string;
  namespace: string;
  workflowId: string;
  workflowName: string;
  graphId: string;
  version: number | null;
  triggerKind: string;
  triggerActor: string;
  createdAt: number;
}

/** A run as loaded: the engine rebuilds the counters itself. */
export interface StoredRun {
  record: RunRecord;
  seq: number;
  fields: Pick<
    RunState,
    | 'state'
    | 'input'
    | 'context'
    | 'output'
    | 'error'
    | 'uncaught'
    | 'warnings'
    | 'startedAt'
    | 'endedAt'
  >;
  nodes: Omit<NodeRunState, 'settledCount' | 'liveCount'>[];
  tasks: TaskRow[];
}

/** A task that is queued or leased. */
export interface TaskRow {
  id: string;
  runId: string;
  nodeKey: string;
  attempt: number;
  namespaceId: string;
  group: string;
  executor: string;
  state: 'queued' | 'leased';
  /** Rises with every lease. */
  fence: number;
  workerId: string | null;
  /** 9 (first) to 0 (last). */
  priority: number;
  timeoutMs: number | null;
  /** Epoch milliseconds. */
  queuedAt: number;
}

/** A task as its worker's server needs it. */
export interface LeasedTask extends TaskRow {
  input: Json;
  /** Names, for the job. */
  workflow: string;
  namespace: string;
}

/** Everything one batch changed. Rows of one kind are unique by their key. */
export interface BatchWrites {
  runs: { id: string; seq: number; state: RunState; isFull: boolean }[];
  nodes: { runId: string; node: NodeRunState; hasAttemptRow: boolean }[];
  attempts: { runId: string; attempt: AttemptRecord }[];
  newTasks: TaskRow[];
  changedTasks: TaskRow[];
  endedTaskIds: string[];
  armedTimers: TimerRow[];
  /** `attempt` null: whichever attempt it belongs to. */
  disarmedTimers: (Omit<TimerRow, 'attempt' | 'dueAt'> & { attempt: number | null })[];
  history: HistoryRow[];
}

/** A due thing of a run, as stored. */
export interface TimerRow {
  runId: string;
  /** Null for the run's own deadline. */
  nodeKey: string | null;
  kind: TimerKind;
  attempt: number;
  /** Epoch milliseconds. */
  dueAt: number;
}

/** One committed step of a run, as stored. */
export interface HistoryRow {
  runId: string;
  seq: number;
  /** Epoch milliseconds. */
  at: number;
  event: string;
  nodeKey: string | null;
  attempt: number | null;
  actor: string | null;
  reason: string | null;
  /** See `RunHistoryEntity.delta`. */
  delta: JsonObject;
}
