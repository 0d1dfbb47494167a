import type { Json, JsonObject } from '@heddle/kernel';
import type {
  AttemptRecord,
  ChildItem,
  EngineEvent,
  NodeRunState,
  RunState,
  TimerKind,
} from '@heddle/engine';

/** Facts of a run that never change, beside its input. */
export interface RunRecord {
  id: string;
  namespaceId: string;
  namespace: string;
  workflowId: string;
  workflowName: string;
  graphId: string;
  /** Keys of the nodes in whose bodies the executed graph is drawn, outermost first; empty: the whole graph. */
  graphPath: readonly string[];
  /** Null: a run of a draft. */
  version: number | null;
  triggerKind: 'manual' | 'api' | 'rerun' | 'parent';
  triggerActor: string;
  rerunOf: string | null;
  idempotencyKey: string | null;
  parent: ParentRef | null;
  /** Epoch milliseconds. */
  createdAt: number;
}

/** The item of a node that a child run stands for. */
export interface ParentRef {
  runId: string;
  nodeKey: string;
  generation: number;
  index: number;
  try: number;
  label: string | null;
  /** Of the child: 1 for the child of a run of its own. */
  depth: number;
}

/** A run as loaded: the engine rebuilds the counters itself. */
export interface StoredRun {
  record: RunRecord;
  /** Last committed step. */
  seq: number;
  fields: Omit<RunState, 'nodes' | 'openCount' | 'meta' | 'items'>;
  items: Map<string, ChildItem[]>;
  nodes: Omit<NodeRunState, 'settledCount' | 'liveCount'>[];
  /** Keys of nodes that have a row. */
  nodeRows: Set<string>;
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
  /** Name of the holder. */
  worker: string | null;
  /** 9 (first) to 0 (last). */
  priority: number;
  timeoutMs: number | null;
  /** Epoch milliseconds. */
  queuedAt: number;
  leasedAt: number | null;
  lossCount: number;
  input: Json;
}

/** A task as its worker's server needs it. */
export interface LeasedTask extends TaskRow {
  /** Names, for the job. */
  workflow: string;
  namespace: string;
}

/** Everything one batch changed. Rows of one kind are unique by their key. */
export interface BatchWrites {
  newRuns: { record: RunRecord; state: RunState }[];
  /** Runs of which more than nodes changed. */
  changedRuns: { id: string; state: RunState }[];
  nodes: { runId: string; namespaceId: string; seq: number; node: NodeRunState }[];
  /** Ended attempts that the node's own row does not keep. */
  attempts: { runId: string; attempt: AttemptRecord }[];
  newTasks: TaskRow[];
  changedTasks: TaskRow[];
  endedTasks: { runId: string; id: string }[];
  armedTimers: TimerRow[];
  /** `attempt` null: whichever attempt it belongs to. */
  disarmedTimers: (Omit<TimerRow, 'attempt' | 'dueAt'> & { attempt: number | null })[];
  /** Signals that were delivered. */
  consumedSignals: string[];
  history: HistoryRow[];
}

/** A due thing of a run, as stored. */
export interface TimerRow {
  runId: string;
  /** Null for the run's own. */
  nodeKey: string | null;
  kind: TimerKind;
  attempt: number;
  /** Epoch milliseconds. */
  dueAt: number;
}

/** One commit of a run, as stored. */
export interface HistoryRow {
  runId: string;
  seq: number;
  /** Epoch milliseconds; the time of all its events. */
  at: number;
  events: EngineEvent[];
  payloadSize: number;
}

/** Fields of the engine's state that a JSON column keeps because they have no column of their own. */
export type Extras = JsonObject | null;
