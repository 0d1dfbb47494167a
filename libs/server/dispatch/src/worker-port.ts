import type { Json, JsonObject, JsonSchema } from '@heddle/kernel';
import type { NodeError } from '@heddle/engine';

/**
 * The seam between dispatch and the gateways. A gateway decodes its wire protocol, authenticates, and calls
 * {@link WorkerDoor}; dispatch calls back through the {@link WorkerLink} that the gateway gave for the connection.
 * All sends are fire-and-forget: a link that is gone drops them, and leases do the rest.
 */
export interface WorkerLink {
  sendTasks(tasks: TaskOffer[]): void;
  sendCancels(tasks: TaskRef[]): void;
  /** Asks the worker to take no more tasks. */
  sendDrain(): void;
  /** Ends the connection, e.g. when its token was revoked. */
  close(reason: string): void;
}

/** A task under one lease. Results under an older fence are refused. */
export interface TaskRef {
  taskId: string;
  fence: number;
}

/** A task handed to a worker, with everything its job may know. */
export interface TaskOffer extends TaskRef {
  executor: string;
  input: Json;
  runId: string;
  nodeKey: string;
  attempt: number;
  /** Stable over lost leases; unique per run, node and attempt. */
  idempotencyKey: string;
  /** Null: none. */
  timeoutMs: number | null;
  workflow: string;
  namespace: string;
}

/** What a worker says of itself, already checked for shape by the gateway; the group is the token's. */
export interface WorkerHello {
  namespaceId: string;
  /** The worker token that it showed; when that is revoked, the connection ends. */
  tokenId: string;
  group: string;
  name: string;
  /** Random per process start; a reconnect with the same one keeps its tasks. */
  processId: string;
  executors: { name: string; description: string; inputSchema: JsonSchema | null }[];
  slots: number;
  labels: Record<string, string>;
  sdk: string;
  running: TaskRef[];
}

/** How a task ended, as its worker reports it. */
export interface TaskResult extends TaskRef {
  outcome:
    | { kind: 'succeeded'; output: Json; contextAppend: JsonObject | null }
    | { kind: 'failed'; error: NodeError }
    /** The worker stopped after a cancel. */
    | { kind: 'canceled' };
}

/** What became of a result. */
export interface ResultAck extends TaskRef {
  /** Null: applied and committed. Else the refusal code. */
  refused: string | null;
}

/** What a worker is told once it is connected. */
export interface WorkerWelcome {
  workerId: string;
  heartbeatMs: number;
  leaseMs: number;
  lost: TaskRef[];
  payloadBytesMax: number;
}

/** What dispatch offers to gateways. Injected by the token `WORKER_DOOR`. */
export interface WorkerDoor {
  /** @throws {HeddleError} `BAD_INPUT` for a bad hello, `FORBIDDEN` for a revoked token. */
  connect(hello: WorkerHello, link: WorkerLink): Promise<WorkerWelcome>;
  heartbeat(
    workerId: string,
    running: TaskRef[],
    load: { cpuLoad: number; memoryBytes: number },
  ): void;
  /** Resolves after the commit; the gateway then acknowledges. Rejects only when the server stops: send no acknowledgement then. */
  results(workerId: string, results: TaskResult[]): Promise<ResultAck[]>;
  returned(workerId: string, tasks: TaskRef[]): void;
  progress(workerId: string, progress: (TaskRef & { percent: number; message: string })[]): void;
  drain(workerId: string): void;
  /** Never blocks and never fails: lines beyond the buffer are dropped and counted. */
  logs(workerId: string, lines: WorkerLogLine[], dropped: number): void;
  /** This connection is gone. The worker has until its leases expire to come back over another. */
  disconnect(workerId: string, link: WorkerLink): void;
}

/** One log line of a task. */
export interface WorkerLogLine {
  taskId: string;
  atMs: number;
  seq: number;
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  fields: JsonObject | null;
}

/** Nest injection token of the {@link WorkerDoor}. */
export const WORKER_DOOR = Symbol('WORKER_DOOR');
