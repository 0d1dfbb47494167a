import type { Json, JsonObject, JsonSchema } from '@heddle/kernel';

/** Version of the document format that this code writes; older ones are migrated on read. */
export const GRAPH_SCHEMA_VERSION = 1;

/**
 * Bounds of one document, so that nothing a person draws can stall the server. Graphs drawn inside
 * nodes count with the graph around them.
 */
export const GRAPH_LIMITS = {
  /** Nodes in one graph. */
  nodesMax: 5_000,
  /** Edges in one graph. */
  edgesMax: 20_000,
  /** Whole document as JSON text, in bytes. */
  sizeBytesMax: 5_000_000,
  /** Characters of a node key or edge id. */
  keyLengthMax: 64,
  /** Attempts of one node, the first included. */
  attemptsMax: 100,
  /** Graphs inside one another: a node's body is one deeper than the node. */
  bodyDepthMax: 8,
  /** Characters of JSON that inputs and outputs of one run may take when its graph does not say. */
  payloadDefault: 64_000_000,
  /** Most that a graph may say. */
  payloadMax: 1_000_000_000,
  /** Longest delay, timeout or deadline: 366 days, in milliseconds. */
  durationMsMax: 366 * 24 * 3_600_000,
} as const;

/**
 * A workflow's graph: what is drawn and exactly what runs. Plain JSON. Edges form no cycle.
 * Node keys and edge ids are unique within the document.
 */
export interface GraphDocument {
  schemaVersion: typeof GRAPH_SCHEMA_VERSION;
  nodes: GraphNode[];
  edges: GraphEdge[];
  settings: GraphSettings;
  /** JSON Schema of the run's input; the run form and the API check use it. Absent: any JSON. */
  inputSchema?: JsonSchema;
}

/** One step of the work, or one decision about the way on. */
export interface GraphNode {
  /**
   * Name in expressions (`nodes.<key>.output`): `[A-Za-z_][A-Za-z0-9_]*`, at most 64 characters.
   */
  key: string;
  /** A type of the node registry: `job`, `http`, `decision`, … */
  type: string;
  /** Title on the canvas. Absent or empty: the key. */
  name?: string;
  /** Configuration by the type's schema. Strings may hold `${{ … }}`. */
  config: JsonObject;
  /**
   * How incoming edges combine. Default `any`. A node without incoming edges starts with the run.
   */
  join?: Join;
  /** Absent: one attempt. */
  retry?: RetryPolicy;
  /** Longest time of one attempt once it runs, in milliseconds. Absent: none. */
  timeoutMs?: number;
  /**
   * Longest time from the node's first start over all attempts and waits, in milliseconds. Absent:
   * none.
   */
  deadlineMs?: number;
  /** Place of the top left corner on the canvas, in pixels at zoom 1. */
  position: { x: number; y: number };
  /** A person's remark; never read by the engine. */
  notes?: string;
}

/**
 * `any`: all incoming edges settled, at least one live. `all`: all settled, all live.
 * `first`: the first live edge starts the node, later ones are ignored. `n-of-m`: the n-th live
 * edge starts it. Once all edges are settled and the join is not satisfied, the node is skipped.
 */
export type Join =
  { kind: 'any' } | { kind: 'all' } | { kind: 'first' } | { kind: 'n-of-m'; n: number };

/** When and how often a failed attempt is tried again. */
export interface RetryPolicy {
  /** Attempts in all, the first included: 1 to 100. */
  attempts: number;
  backoff: Backoff;
  /** Share of the delay that is drawn at random and subtracted: 0 (default) to 1. */
  jitter?: number;
  /**
   * CEL over `error` (`code`, `message`, `details`) and `attempt`; false ends retries. Absent:
   * retry every error that is not marked final.
   */
  retryOn?: string;
}

/** Delay before attempt n + 1, given that attempt n failed (n counts from 1). Milliseconds. */
export type Backoff =
  | { kind: 'fixed'; delayMs: number }
  /** `delayMs * n`, at most `capMs`. */
  | { kind: 'linear'; delayMs: number; capMs?: number }
  /** `delayMs * factor^(n-1)`, at most `capMs`. `factor` 1 to 10, default 2. */
  | { kind: 'exponential'; delayMs: number; factor?: number; capMs?: number }
  /** The n-th entry; the last one repeats. 1 to 100 entries. */
  | { kind: 'list'; delaysMs: number[] };

/** A way from one node to the next; live or dead once its source has ended. */
export interface GraphEdge {
  id: string;
  /** Key of the node it leaves. */
  source: string;
  /** Key of the node it enters. */
  target: string;
  /** `success`, `failure`, `always`, `undo`, or a named case of a decision. */
  port: string;
  /** CEL condition, evaluated once when the source ends. Absent: true. */
  when?: string;
}

/** What holds for the whole run. */
export interface GraphSettings {
  /**
   * After an uncaught failure: `stop` cancels what still runs; `finish` lets independent branches
   * end.
   */
  onFailure: 'stop' | 'finish';
  /** Longest time of the whole run, in milliseconds. Absent: none. */
  deadlineMs?: number;
  /**
   * Whether the undo nodes run when the run fails. Default `onFailure`; without undo nodes it says nothing. A cancel
   * that asks for it undoes in any case.
   */
  compensate?: 'never' | 'onFailure';
  /**
   * Template of the run's output. Absent: the run has no output unless a `succeed` node gives one.
   */
  output?: Json;
  /**
   * Characters of JSON that all inputs and outputs of a run may take together; the node that goes
   * beyond fails. Absent: 64,000,000.
   */
  payloadMax?: number;
}

/**
 * Port whose one edge leads to the node that undoes what this node did. That node takes no part in the normal
 * course: see compensation in docs/semantics.md.
 */
export const UNDO_PORT = 'undo';

/** Ports that every node type has beside its own; nothing leaves a node that ends the run. */
export const COMMON_PORTS = ['success', 'failure', 'always', UNDO_PORT] as const;

/** A document with nothing in it. */
export function emptyGraph(): GraphDocument {
  return {
    schemaVersion: GRAPH_SCHEMA_VERSION,
    nodes: [],
    edges: [],
    settings: { onFailure: 'stop' },
  };
}
