import type { Json } from '@heddle/kernel';

/**
 * The live channel: socket.io on path `/live`, authenticated by the session cookie or `auth: { token: <API key> }`.
 * A client loads a snapshot by GraphQL (with its `seq`), joins the room with that `seq`, and applies deltas in order. A delta
 * whose `seq` is not the next one means a gap: the client joins again with its last `seq` and gets what is missing, or
 * `reset: true` when that is too much, and then loads the snapshot again.
 */
export interface LiveClientEvents {
  /** Starts watching. The answer says whether the room was joined and brings what happened after `afterSeq`. */
  watchRun: (
    request: { runId: string; afterSeq: number },
    answer: (reply: LiveReply<{ deltas: RunDelta[]; reset: boolean }>) => void,
  ) => void;
  unwatchRun: (request: { runId: string }) => void;
  /** New log lines of one node of one run. */
  watchLogs: (
    request: { runId: string; nodeKey: string },
    answer: (reply: LiveReply<object>) => void,
  ) => void;
  unwatchLogs: (request: { runId: string; nodeKey: string }) => void;
  /** Runs that are created or change state, and workers that come, go or change, in one namespace. */
  watchNamespace: (
    request: { namespace: string },
    answer: (reply: LiveReply<object>) => void,
  ) => void;
  unwatchNamespace: (request: { namespace: string }) => void;
}

/** Answer to a request: what was asked for, or why not. */
export type LiveReply<T> = ({ ok: true } & T) | { ok: false; code: string; message: string };

/** What the server sends to the rooms a client is in. */
export interface LiveServerEvents {
  /** At most one message per room per 50 ms; deltas of one run in `seq` order. */
  runDeltas: (message: { runId: string; deltas: RunDelta[] }) => void;
  logLines: (message: {
    runId: string;
    nodeKey: string;
    lines: LiveLogLine[];
    dropped: number;
  }) => void;
  /** Progress reported by tasks; not stored, the latest counts. */
  progress: (message: {
    runId: string;
    tasks: { nodeKey: string; attempt: number; percent: number; message: string }[];
  }) => void;
  /**
   * Why nodes of a watched run have not ended; sent when it changes, at most once a second, at most 500 nodes. Nodes that are
   * not named keep what was said last; an empty list: the node has ended.
   */
  waitReasons: (message: { runId: string; nodes: Record<string, LiveWaitReason[]> }) => void;
  /** Approvals were asked for or decided: clients refresh their count. */
  approvalsChanged: (message: { namespace: string }) => void;
  /** A bulk action made progress. */
  bulkChanged: (message: { namespace: string; id: string }) => void;
  /** Short facts for lists; the client refreshes its query. */
  runsChanged: (message: {
    namespace: string;
    runs: { id: string; workflowId: string; state: string }[];
  }) => void;
  workersChanged: (message: { namespace: string }) => void;
}

/** One reason why a node has not ended; see `WaitReason` in schema.graphql. */
export interface LiveWaitReason {
  kind: string;
  message: string;
  nodeKeys: string[];
  until: string | null;
  facts: Json;
}

/** One commit of a run: new whole values of whatever changed in it. */
export interface RunDelta {
  /** Per run, from 1, without gaps. */
  seq: number;
  /** Set when this covers several commits at once: all after this one. Absent: `seq - 1`. */
  from?: number;
  /** ISO 8601, UTC. */
  at: string;
  run?: {
    state?: string;
    error?: Json;
    startedAt?: string | null;
    endedAt?: string | null;
    warnings?: string[];
    holds?: LiveHold[];
    isCompensating?: boolean;
  };
  nodes: LiveNode[];
}

/** What the canvas shows of a node run. Input and output are fetched when a person opens the node. */
export interface LiveNode {
  key: string;
  state: string;
  attempt: number;
  worker: string | null;
  queuedAt: string | null;
  startedAt: string | null;
  endedAt: string | null;
  /** Next attempt or end of a wait. */
  dueAt: string | null;
  error: { code: string; message: string } | null;
  /** Verdicts of outgoing edges once the node ended; null before, and for a node skipped by its join (all dead). */
  verdicts: Record<
    string,
    { isLive: boolean; reason: string; values?: Json; message?: string }
  > | null;
  /** Name of the operator who decided the state by hand. */
  by: { name: string; action: string; reason: string | null } | null;
  /** `retry`, `time`, `signal`, `approval`, `children` or `hold`. */
  waitingFor: string | null;
  hold: LiveHold | null;
  /** Counts of child runs; items are fetched when a person opens the node. `total` null: not known. */
  children: {
    total: number | null;
    started: number;
    active: number;
    succeeded: number;
    failed: number;
    canceled: number;
  } | null;
  /** The node run whose output this one stands for. */
  reusedFrom: { runId: string; attempt: number } | null;
}

/** Who keeps something from starting, and why. */
export interface LiveHold {
  scope: 'run' | 'workflow' | 'node';
  by: string;
  /** ISO 8601, UTC. */
  at: string;
  reason: string | null;
  until: string | null;
}

/** One log line of a node run, as it arrives. */
export interface LiveLogLine {
  /** Cursor of the line within the node run; increases. */
  id: string;
  attempt: number;
  at: string;
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  fields: Json | null;
}
