import type { Json, JsonObject } from '@heddle/kernel';
import type { NodeError } from './node-type.js';
import type { ActorRef, Hold } from './state.js';

/**
 * Every event carries the time and one random number, so that the engine needs neither clock nor
 * dice.
 */
interface EventBase {
  /** Epoch milliseconds. */
  at: number;
  /** Uniform in [0, 1); the source of jitter. */
  random: number;
}

/**
 * A task event names the attempt it belongs to; any other attempt than the current one is refused
 * as `STALE`.
 */
interface TaskEventBase extends EventBase {
  nodeKey: string;
  attempt: number;
}

/** An operator's event is stored with who and why. */
interface OperatorEventBase extends EventBase {
  actor: ActorRef;
  reason: string | null;
}

/** What can happen to a run. */
export type EngineEvent =
  | (EventBase & {
      type: 'runStarted';
      /** Nodes that are not executed again, in the order in which they count as ended; see `planRerun`. */
      reuse?: readonly ReusedNode[];
      /** Inputs that nodes get instead of the rendered ones at their first attempt, by key. */
      nodeInputs?: Readonly<Record<string, Json>>;
      /** The context that the reused nodes left behind. Absent: empty. */
      context?: JsonObject;
      /** Hold of the workflow at that time. */
      workflowHold?: Hold;
    })
  /** A worker was given the task. */
  | (TaskEventBase & { type: 'taskLeased'; worker: string })
  | (TaskEventBase & { type: 'taskSucceeded'; output: Json; contextAppend: JsonObject | null })
  | (TaskEventBase & { type: 'taskFailed'; error: NodeError })
  /**
   * The lease expired or the worker's connection is gone for good: the task goes back to the queue.
   */
  | (TaskEventBase & { type: 'taskLost'; message: string })
  /**
   * The worker handed the task back unstarted or unfinished (drain, SIGTERM): back to the queue, no
   * attempt spent, no loss counted.
   */
  | (TaskEventBase & { type: 'taskReturned' })
  | (EventBase & { type: 'timerFired'; timer: TimerKind; nodeKey: string | null; attempt: number })
  /** A child run ended, or could not be started (`failed`). */
  | (ChildEventBase & {
      type: 'childEnded';
      state: 'succeeded' | 'failed' | 'canceled';
      output: Json | null;
      error: NodeError | null;
    })
  /** A child run that had ended goes on, because somebody repaired a node in it. */
  | (ChildEventBase & { type: 'childReopened' })
  /** `signalId` is set when the signal was addressed to whoever waits for it, not to this run. */
  | (EventBase & {
      type: 'signalReceived';
      name: string;
      key: string | null;
      payload: Json;
      signalId: string | null;
      actor: ActorRef;
    })
  | (OperatorEventBase & {
      type: 'approvalDecided';
      nodeKey: string;
      decision: 'approved' | 'rejected';
      values: Json;
    })
  /** `compensate`: undo jobs run first. */
  | (OperatorEventBase & { type: 'runCancelRequested'; compensate?: boolean })
  | (OperatorEventBase & {
      type: 'runHoldRequested';
      scope: 'run' | 'workflow';
      until: number | null;
    })
  | (OperatorEventBase & { type: 'runReleaseRequested'; scope: 'run' | 'workflow' })
  | (OperatorEventBase & { type: 'nodeHoldRequested'; nodeKey: string; until: number | null })
  | (OperatorEventBase & { type: 'nodeReleaseRequested'; nodeKey: string })
  | (OperatorEventBase & {
      type: 'nodeMarkRequested';
      nodeKey: string;
      outcome:
        | { state: 'succeeded'; output: Json }
        | { state: 'failed'; message: string }
        | { state: 'skipped' };
    })
  /** Repeats nodes of this very run, as new attempts. */
  | (OperatorEventBase & { type: 'rerunRequested'; from: readonly string[]; patch: RerunPatch })
  /** One item of a `forEach`, or the child of a `subworkflow`, once more as a new child run. */
  | (OperatorEventBase & { type: 'itemRetryRequested'; nodeKey: string; index: number })
  | (OperatorEventBase & { type: 'nodeRetryRequested'; nodeKey: string; input?: { value: Json } })
  | (OperatorEventBase & { type: 'nodeSkipRequested'; nodeKey: string; output: Json })
  | (OperatorEventBase & { type: 'nodeCancelRequested'; nodeKey: string });

/** A child event names the child run it belongs to; any other than the current one is refused as `STALE`. */
interface ChildEventBase extends EventBase {
  nodeKey: string;
  generation: number;
  index: number;
  try: number;
}

/** A node of an earlier run whose result counts in this one. */
export interface ReusedNode {
  nodeKey: string;
  /** Where the output is; null when a person gave it. */
  from: { runId: string; attempt: number } | null;
  output: Json;
  /** Live ports beside `success` and `always`: the cases that a decision took. */
  ports?: readonly string[];
}

/** What a rerun changes. Absent: as it was. */
export interface RerunPatch {
  /** Inputs of nodes that are executed again, by key. */
  nodeInputs?: Readonly<Record<string, Json>>;
  /** Outputs of nodes that are then not executed, by key. */
  nodeOutputs?: Readonly<Record<string, Json>>;
  /** Input of the run. */
  input?: { value: Json };
}

/**
 * `retry`: next attempt is due. `wait`: a wait node ends. `attemptTimeout`, `nodeDeadline`,
 * `runDeadline`: time is up. `expiry`: nobody answered a signal or approval. `holdRelease`: a hold ends by itself.
 * `nextIteration`: the pause of a loop is over.
 */
export const TIMER_KINDS = [
  'retry', 'wait', 'attemptTimeout', 'nodeDeadline', 'runDeadline', 'expiry', 'holdRelease', 'nextIteration',
] as const; // prettier-ignore
/** One of {@link TIMER_KINDS}. */
export type TimerKind = (typeof TIMER_KINDS)[number];

/**
 * What the caller must do, in this order, in the same transaction as the changes (rows) or after
 * its commit (messages). Effects are data. A timer is named by (nodeKey, timer): arming replaces,
 * disarming an absent one is fine.
 */
export type Effect =
  | {
      type: 'queueTask';
      nodeKey: string;
      attempt: number;
      group: string;
      executor: string;
      input: Json;
      timeoutMs: number | null;
      /**
       * 0 (last) to 9 (first) among the tasks that wait for a worker; 5 unless the node says
       * otherwise.
       */
      priority: number;
    }
  /** The queued or leased task of this attempt is over; tell its worker, if it has one. */
  | { type: 'cancelTask'; nodeKey: string; attempt: number }
  /** The leased task of this attempt returns to the queue under the next fence. */
  | { type: 'requeueTask'; nodeKey: string; attempt: number }
  /** The task of this attempt ended with this result. */
  | { type: 'endTask'; nodeKey: string; attempt: number; state: 'succeeded' | 'failed' }
  | { type: 'armTimer'; timer: TimerKind; nodeKey: string | null; attempt: number; dueAt: number }
  | { type: 'disarmTimer'; timer: TimerKind; nodeKey: string | null }
  /** Start a run for one item of a node. What cannot be started comes back as `childEnded` with state `failed`. */
  | {
      type: 'startChild';
      nodeKey: string;
      generation: number;
      index: number;
      try: number;
      label: string | null;
      input: Json;
      graph: ChildGraph;
    }
  /** Cancel the active child runs of a node. Their `childEnded` may be refused as stale by then. */
  | { type: 'cancelChildren'; nodeKey: string; generation: number; reason: string };

/** Which graph a child run executes: the one drawn inside the node, or that of another workflow of the namespace. */
export type ChildGraph =
  | { kind: 'body' }
  /** `version` null: the one that is published when the child starts. */
  | { kind: 'workflow'; name: string; version: number | null };

/** Why an event was not applied; the state is untouched. */
export interface Refusal {
  /** `STALE`: an old attempt or timer. `ILLEGAL`: not possible in this state. `UNKNOWN_NODE`. */
  code: 'STALE' | 'ILLEGAL' | 'UNKNOWN_NODE';
  /** One sentence for the person who asked. */
  message: string;
}
