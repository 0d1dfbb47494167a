import type { Json, JsonObject } from '@heddle/kernel';
import type { NodeError } from './node-type.js';
import type { ActorRef } from './state.js';

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
  | (EventBase & { type: 'runStarted' })
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
  | (OperatorEventBase & { type: 'runCancelRequested' })
  | (OperatorEventBase & { type: 'nodeRetryRequested'; nodeKey: string; input?: { value: Json } })
  | (OperatorEventBase & { type: 'nodeSkipRequested'; nodeKey: string; output: Json })
  | (OperatorEventBase & { type: 'nodeCancelRequested'; nodeKey: string });

/**
 * `retry`: next attempt is due. `wait`: a wait node ends. `attemptTimeout`, `nodeDeadline`,
 * `runDeadline`: time is up.
 */
export type TimerKind = 'retry' | 'wait' | 'attemptTimeout' | 'nodeDeadline' | 'runDeadline';

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
  | { type: 'disarmTimer'; timer: TimerKind; nodeKey: string | null };

/** Why an event was not applied; the state is untouched. */
export interface Refusal {
  /** `STALE`: an old attempt or timer. `ILLEGAL`: not possible in this state. `UNKNOWN_NODE`. */
  code: 'STALE' | 'ILLEGAL' | 'UNKNOWN_NODE';
  /** One sentence for the person who asked. */
  message: string;
}
