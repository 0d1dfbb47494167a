/**
 * The messages of `proto/worker.proto` as the gateway and the SDK see them: camel case, 64-bit integers as decimal strings,
 * JSON values as UTF-8 text in byte arrays, oneofs named by a discriminating property. Fields that the other side left out
 * have their proto3 default. A spec of the SDK sends one of each through the real encoder.
 */
export type WorkerMessage =
  | { kind: 'hello'; hello: WireHello }
  | { kind: 'heartbeat'; heartbeat: WireHeartbeat }
  | { kind: 'results'; results: { results: WireResult[] } }
  | { kind: 'logs'; logs: WireLogBatch }
  | { kind: 'progress'; progress: { progress: WireProgress[] } }
  | { kind: 'drain'; drain: object }
  | { kind: 'returns'; returns: { tasks: WireTaskRef[] } };

/** From the server to a worker. */
export type ServerMessage =
  | { kind: 'welcome'; welcome: WireWelcome }
  | { kind: 'tasks'; tasks: { tasks: WireTaskOffer[] } }
  | { kind: 'resultAcks'; resultAcks: { acks: WireResultAck[] } }
  | { kind: 'cancels'; cancels: { tasks: WireTaskRef[] } }
  | { kind: 'drain'; drain: object }
  | { kind: 'logAck'; logAck: { lines: string } };

/** A task under one lease. */
export interface WireTaskRef {
  taskId: string;
  fence: number;
}

/** First message of a worker. */
export interface WireHello {
  protocolVersion: number;
  group: string;
  name: string;
  processId: string;
  executors: WireExecutor[];
  slots: number;
  labels: Record<string, string>;
  sdk: string;
  running: WireTaskRef[];
}

/** One executor that a worker offers; an empty schema takes any input. */
export interface WireExecutor {
  name: string;
  description: string;
  inputSchema: Uint8Array;
}

/** Answer to a hello. */
export interface WireWelcome {
  workerId: string;
  heartbeatMs: number;
  leaseMs: number;
  lost: WireTaskRef[];
  payloadBytesMax: number;
}

/** Keeps the leases of the running tasks. */
export interface WireHeartbeat {
  running: WireTaskRef[];
  cpuLoad: number;
  memoryBytes: string;
}

/** One task for one worker. */
export interface WireTaskOffer {
  task: WireTaskRef;
  executor: string;
  input: Uint8Array;
  runId: string;
  nodeKey: string;
  attempt: number;
  idempotencyKey: string;
  /** `0`: none. */
  timeoutMs: string;
  workflow: string;
  namespace: string;
  traceParent: string;
}

/** How a task ended. `task` is null when the sender left it out. */
export type WireResult = { task: WireTaskRef | null } & (
  | { outcome: 'success'; success: { output: Uint8Array; contextAppend: Uint8Array } }
  | { outcome: 'failure'; failure: WireFailure }
  | { outcome: 'canceled'; canceled: object }
  | { outcome?: undefined }
);

/** A job's failure. */
export interface WireFailure {
  code: string;
  message: string;
  details: Uint8Array;
  stack: string;
  isFinal: boolean;
}

/** A result that was committed, or refused for good. */
export interface WireResultAck {
  task: WireTaskRef;
  /** Empty: applied. */
  refused: string;
}

/** Log lines, and how many were lost before them. */
export interface WireLogBatch {
  lines: WireLogLine[];
  dropped: string;
}

/** Names of the enum `LogLevel`. */
export type WireLogLevel =
  | 'LOG_LEVEL_UNSPECIFIED'
  | 'LOG_LEVEL_DEBUG'
  | 'LOG_LEVEL_INFO'
  | 'LOG_LEVEL_WARN'
  | 'LOG_LEVEL_ERROR';

/** One log line of one task. */
export interface WireLogLine {
  taskId: string;
  atMs: string;
  seq: number;
  level: WireLogLevel;
  message: string;
  fields: Uint8Array;
}

/** How far a task is. */
export interface WireProgress {
  task: WireTaskRef | null;
  percent: number;
  message: string;
}

/** The version of the protocol that this code speaks. */
export const WORKER_PROTOCOL_VERSION = 1;

/** gRPC path of the stream. */
export const WORKER_CONNECT_PATH = '/heddle.worker.v1.WorkerGateway/Connect';

/** Full name of the service. */
export const WORKER_SERVICE_NAME = 'heddle.worker.v1.WorkerGateway';

/** How `@grpc/proto-loader` must convert messages so that they match these types. */
export const WORKER_LOADER_OPTIONS = {
  keepCase: false,
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
} as const;

/** Longest log message, in bytes of UTF-8; the rest is cut off. */
export const LOG_MESSAGE_BYTES_MAX = 16_384;
