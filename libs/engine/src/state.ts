import type { Json, JsonObject } from '@heddle/kernel';
import type { NodeError } from './node-type.js';

/** States of a run; the last three are terminal. */
export const RUN_STATES = [
  'queued',
  'running',
  'paused',
  'succeeded',
  'failed',
  'canceled',
] as const;
/** One of {@link RUN_STATES}. */
export type RunStateName = (typeof RUN_STATES)[number];

/** States of a node run; the last four are terminal. */
export const NODE_STATES = [
  'pending', 'queued', 'running', 'waiting', 'succeeded', 'failed', 'skipped', 'canceled',
] as const; // prettier-ignore
/** One of {@link NODE_STATES}. */
export type NodeStateName = (typeof NODE_STATES)[number];

/** States of a task; the last three are terminal. */
export const TASK_STATES = ['queued', 'leased', 'succeeded', 'failed', 'canceled'] as const;
/** One of {@link TASK_STATES}. */
export type TaskState = (typeof TASK_STATES)[number];

/**
 * A lease that expires puts its task back; ended tasks never move. A property test: no history
 * makes another move.
 */
export const TASK_MOVES = {
  queued: ['leased', 'canceled'],
  leased: ['succeeded', 'failed', 'canceled', 'queued'],
  succeeded: [],
  failed: [],
  canceled: [],
} as const satisfies Record<TaskState, readonly TaskState[]>;

/** Who asked for something, as stored with it. */
export interface ActorRef {
  /** `user:12`, `key:3`, `system`. */
  id: string;
  /** Name shown to people at the time of the action. */
  name: string;
}

/** What a node that holds no slot waits for. */
export const WAITING_FOR = ['retry', 'time', 'signal', 'approval', 'children', 'hold'] as const;
/** One of {@link WAITING_FOR}. */
export type WaitingFor = (typeof WAITING_FOR)[number];

/** Somebody keeps something from starting. What runs already is left alone. */
export interface Hold {
  by: ActorRef;
  /** Epoch milliseconds. */
  at: number;
  reason: string | null;
  /** Epoch milliseconds when it ends by itself; null: only by hand. */
  until: number | null;
}

/** How far a node with child runs has got; its items are in {@link RunState.items}. */
export interface ChildrenState {
  /** Attempt that created the items: a later attempt may go on with them. */
  generation: number;
  /** Items in all; null while unknown (a loop). */
  total: number | null;
  /** All items before this place have been started; goes back to 0 when an ended node goes on with its items. */
  started: number;
  active: number;
  succeeded: number;
  failed: number;
  canceled: number;
  /** True: no further items are started, and those that run are being canceled. */
  isStopping: boolean;
  /** How the node ends once nothing is active; null: not decided. No further items are started then. */
  outcome: 'succeeded' | 'failed' | null;
  /** Items to be started once more, before those that have not been started. Bounded. */
  again: readonly number[];
}

/** One child run as its parent knows it. */
export interface ChildItem {
  /** `active`: its run has been asked for and has not ended. */
  state: 'active' | 'succeeded' | 'failed' | 'canceled';
  /** Which run of this item, from 1: an item may be repeated by hand. */
  try: number;
  /** Evaluated when the item was started. */
  label: string | null;
  output: Json | null;
  error: NodeError | null;
}

/** What is asked of people by an `approval` node. */
export interface ApprovalPrompt {
  title: string;
  description: string | null;
  /** JSON Schema of the form; null: none. */
  form: JsonObject | null;
  /** E-mail addresses of those who may decide; empty: every operator of the namespace. */
  assignees: readonly string[];
}

/** A signal that came before anybody waited for it. */
export interface StoredSignal {
  name: string;
  key: string | null;
  payload: Json;
  /** Epoch milliseconds. */
  at: number;
}

/** The undo jobs of a run that must still run, and how the run ends afterwards. */
export interface CompensationState {
  outcome: 'failed' | 'canceled';
  error: NodeError;
  /** Keys of undo nodes, next one first; the one that is active is no longer in it. */
  pending: readonly string[];
  /** Undo nodes that failed for good. */
  failed: readonly string[];
}

/**
 * Everything the engine knows of one run. Immutable to callers: `step` reads it, `advance` makes
 * the next one. Nodes that are still `pending` with no settled edge have no entry in `nodes`.
 */
export interface RunState {
  state: RunStateName;
  input: Json;
  context: JsonObject;
  output: Json | null;
  error: NodeError | null;
  /** Facts for expressions under `run` and `trigger`. */
  meta: RunMeta;
  nodes: ReadonlyMap<string, NodeRunState>;
  /** Nodes not in a terminal state; the run ends when it reaches 0. */
  openCount: number;
  /**
   * Keys of nodes with an uncaught failure, and `edge:<id>` of edges whose condition could not be
   * evaluated. The run fails when any.
   */
  uncaught: readonly string[];
  /** Epoch milliseconds. */
  startedAt: number | null;
  endedAt: number | null;
  /** Concurrent context writes and the like, shown on the run. At most 100. */
  warnings: readonly string[];
  /** Who wrote each context key last, and when (epoch milliseconds): finds concurrent writes. */
  contextWrites: Readonly<Record<string, { nodeKey: string; at: number }>>;
  /** Who holds the run, or its workflow; both must be null for a node to start. */
  holds: { run: Hold | null; workflow: Hold | null };
  /** Signals nobody has waited for yet, oldest first. Bounded. */
  signals: readonly StoredSignal[];
  /** Successes so far of nodes that have an undo node: numbers them in the order of completion. */
  completionCount: number;
  /** Set once the run undoes what it did. */
  compensation: CompensationState | null;
  /** Characters of JSON that inputs and outputs of this run take. */
  payloadSize: number;
  /** Child runs by node key, then index; entries of items not yet started are absent. Stored as the child runs' own rows. */
  items: ReadonlyMap<string, readonly ChildItem[]>;
}

/** Facts of a run that never change. */
export interface RunMeta {
  id: string;
  workflowName: string;
  version: number;
  namespace: string;
  /** What started it: `{ kind: 'manual' | 'api' | 'rerun' | 'parent', actor }`. */
  trigger: { kind: string; actor: string };
  /** Set for a child run. `depth` counts from 1. */
  parent: {
    runId: string;
    nodeKey: string;
    index: number;
    label: string | null;
    depth: number;
  } | null;
  /** Epoch milliseconds. */
  createdAt: number;
}

/** One node in one run. */
export interface NodeRunState {
  key: string;
  state: NodeStateName;
  /** Number of the current attempt, from 1; 0 before the first. Never goes back. */
  attempt: number;
  /** Value of `attempt` when an operator last reset the node; the retry policy counts from here. */
  attemptBase: number;
  /** Leases lost by the current attempt. */
  leaseLossCount: number;
  /** Incoming edges that are settled, and those of them that are live. */
  settledCount: number;
  liveCount: number;
  /**
   * Verdicts of the outgoing edges, once the node has ended. Null before, for a node skipped by its
   * join (all dead), and for a node that was canceled because the whole run ended (none settled).
   */
  verdicts: Readonly<Record<string, EdgeVerdict>> | null;
  /**
   * Input of the current attempt: what its task got, or would get; of a `wait`, what it will
   * output.
   */
  input: Json | null;
  /** Output for expressions; null unless succeeded, or skipped by an operator with one. */
  output: Json | null;
  /** Error of the last failed attempt; kept while the next attempt is awaited. */
  error: NodeError | null;
  /** Name of the worker that has the task, while running, and after. */
  worker: string | null;
  /**
   * Epoch milliseconds, UTC. First start of this node since its last reset: its deadline counts
   * from here.
   */
  firstStartedAt: number | null;
  /** When the current attempt was queued / began to run. */
  queuedAt: number | null;
  startedAt: number | null;
  endedAt: number | null;
  /** When the next attempt (retry) or the end (wait) is due, while `waiting`. */
  dueAt: number | null;
  /** Input that the next attempt must use instead of the rendered one, set by an operator. */
  editedInput: { value: Json } | null;
  /** The operator who last decided this node's state by hand, if any. */
  by: {
    actor: ActorRef;
    action: 'retry' | 'skip' | 'cancel' | 'mark' | 'rerun' | 'decide';
    reason: string | null;
  } | null;
  /**
   * What it waits for; null when it does not. A node with child runs is `running` and waits for `children`; with every other
   * value the node is `waiting`.
   */
  waitingFor: WaitingFor | null;
  /** `name` or `name/key` of the signal it waits for. */
  correlation: string | null;
  prompt: ApprovalPrompt | null;
  children: ChildrenState | null;
  /** The node run whose output this one stands for: it was not executed here. */
  reusedFrom: { runId: string; attempt: number } | null;
  /** Keeps this node from starting. */
  hold: Hold | null;
  /** Place of its success in the order of completion, from 1; null unless this run did what an undo node would undo. */
  completion: number | null;
}

/** Why a path was taken or not. */
export interface EdgeVerdict {
  isLive: boolean;
  /**
   * `port`: the port did not match. `when`: the condition decided. `skipped`: the source never ran.
   * `error`: the condition could not be evaluated. `taken`: live without a condition.
   */
  reason: 'taken' | 'port' | 'when' | 'skipped' | 'error';
  /** Values the condition looked at, by expression path, at most 2 KB as JSON. */
  values?: JsonObject;
  message?: string;
}

/** One ended or current try of a node, as stored. */
export interface AttemptRecord {
  nodeKey: string;
  number: number;
  state: 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled';
  input: Json | null;
  output: Json | null;
  error: NodeError | null;
  worker: string | null;
  queuedAt: number | null;
  startedAt: number | null;
  endedAt: number | null;
  /** Who asked for this attempt by hand; null when the engine did. */
  by: ActorRef | null;
}

/**
 * What one step changes; exactly what is stored, kept in history and sent to viewers. Nothing here
 * is a difference of a difference: each entry is the new whole value.
 */
export interface RunChanges {
  /** Present when any of these run fields changed. */
  run?: Partial<
    Pick<
      RunState,
      | 'state'
      | 'context'
      | 'output'
      | 'error'
      | 'openCount'
      | 'uncaught'
      | 'startedAt'
      | 'endedAt'
      | 'warnings'
      | 'contextWrites'
      | 'input'
      | 'holds'
      | 'signals'
      | 'compensation'
      | 'completionCount'
      | 'payloadSize'
    >
  >;
  /** Nodes that changed, by key, in the order in which they first changed. */
  nodes: ReadonlyMap<string, NodeRunState>;
  /**
   * Nodes of which nothing but `settledCount` and `liveCount` changed. Only `advance` needs them:
   * the counters follow from the verdicts, so storing them would write the row of a wide join once
   * per incoming edge.
   */
  counters: ReadonlyMap<string, NodeRunState>;
  /**
   * Attempts that began or ended in this step, at most one per node. A lease alone is not recorded
   * here: the node's own state has it.
   */
  attempts: readonly AttemptRecord[];
  /** Items that changed, in order; a null item: all items of the node are forgotten. */
  items: readonly { nodeKey: string; index: number; item: ChildItem | null }[];
}
