import {
  freshNode,
  type AttemptRecord,
  type EdgeVerdict,
  type NodeRunState,
  type RunState,
} from '@heddle/engine';
import type { Json, JsonObject } from '@heddle/kernel';
import type { PayloadSink } from './payloads.js';

/** Fields of a node with a column of their own, and those that are not stored. */
const NODE_COLUMNS: ReadonlySet<string> = new Set<keyof NodeRunState>([
  'key', 'state', 'attempt', 'verdicts', 'input', 'output', 'error', 'worker', 'queuedAt', 'startedAt', 'endedAt', 'dueAt',
  'waitingFor', 'correlation', 'settledCount', 'liveCount', 'firstStartedAt',
]); // prettier-ignore
const FRESH = freshNode('') as unknown as Record<string, unknown>;
const NODE_EXTRAS = Object.keys(FRESH).filter((field) => !NODE_COLUMNS.has(field));

/**
 * Fields of a node without a column that differ from a fresh node's; null: none. A field that the engine adds is stored
 * without a change here.
 */
export function nodeExtras(node: NodeRunState): JsonObject | null {
  const fields = node as unknown as Record<string, Json>;
  let extras: JsonObject | null = null;
  for (const field of NODE_EXTRAS)
    if (!isSame(fields[field], FRESH[field])) (extras ??= {})[field] = fields[field] as Json;
  if (node.firstStartedAt !== node.queuedAt)
    (extras ??= {})['firstStartedAt'] = node.firstStartedAt;
  return extras;
}

/** Defaults of the fields of a run that have no column. */
const RUN_DEFAULTS: Record<string, unknown> = {
  uncaught: [],
  contextWrites: {},
  holds: { run: null, workflow: null },
  signals: [],
  compensation: null,
  completionCount: 0,
};
const RUN_COLUMNS: ReadonlySet<string> = new Set<keyof RunState>([
  'state', 'input', 'context', 'output', 'error', 'warnings', 'startedAt', 'endedAt', 'meta', 'nodes', 'openCount', 'items',
  'payloadSize',
]); // prettier-ignore

/** The same for a run. */
export function runExtras(state: RunState): JsonObject | null {
  let extras: JsonObject | null = null;
  for (const [field, value] of Object.entries(state))
    if (!RUN_COLUMNS.has(field) && !isSame(value, RUN_DEFAULTS[field] ?? null))
      (extras ??= {})[field] = value as Json;
  return extras;
}

/** A run's fields without a column, read back. */
export function runFieldsOf(engine: JsonObject | null): JsonObject {
  const { payloads: _, ...extras } = engine ?? {};
  return { ...(structuredClone(RUN_DEFAULTS) as JsonObject), ...extras };
}

/** A node's fields without a column, read back. */
export function nodeFieldsOf(engine: JsonObject | null): JsonObject {
  const { payloads: _, ...extras } = engine ?? {};
  return extras;
}

function isSame(value: unknown, standard: unknown): boolean {
  if (value === standard || value === undefined) return true;
  if (typeof value !== 'object' || value === null || standard === null) return false;
  return JSON.stringify(value) === JSON.stringify(standard);
}

/** Columns that may hold large JSON, moved out of the row when they do. */
export interface JsonColumns {
  texts: Record<string, string | null>;
  engine: string | null;
}

/** JSON texts of a row's columns, and its JSON column with the references of those that were moved out. */
export function jsonColumns(
  runId: string,
  values: Readonly<Record<string, unknown>>,
  { extras, sink }: { extras: JsonObject | null; sink: PayloadSink },
): JsonColumns {
  const texts: Record<string, string | null> = {};
  let payloads: Record<string, string> | null = null;
  for (const column in values) {
    const { text, sha256 } = sink.keep(runId, values[column]);
    texts[column] = text;
    if (sha256 !== null) (payloads ??= {})[column] = sha256;
  }
  const engine = payloads ? { ...extras, payloads } : extras;
  return { texts, engine: engine && JSON.stringify(engine) };
}

/** A node as its row has it. An output that stands in another run is not copied. */
export function nodeJson(runId: string, node: NodeRunState, sink: PayloadSink): JsonColumns {
  const { input, error, reusedFrom } = node;
  const output = reusedFrom ? null : node.output;
  const values = { input, output, error };
  return jsonColumns(runId, values, { extras: nodeExtras(node), sink });
}

/** An attempt as its row has it. */
export function attemptJson(
  runId: string,
  { input, output, error, by }: AttemptRecord,
  sink: PayloadSink,
): JsonColumns {
  const extras = by ? { by: by as unknown as Json } : null;
  return jsonColumns(runId, { input, output, error }, { extras, sink });
}

/** A run as its row has it. */
export function runJson(runId: string, state: RunState, sink: PayloadSink): JsonColumns {
  const { input, output, error } = state;
  const context = Object.keys(state.context).length > 0 ? state.context : null;
  const warnings = state.warnings.length > 0 ? state.warnings : null;
  const values = { input, context, output, error, warnings };
  return jsonColumns(runId, values, { extras: runExtras(state), sink });
}

/** Most verdicts are one of two, and a number says which. */
export function packVerdicts(verdicts: NodeRunState['verdicts']): string | null {
  if (verdicts === null) return null;
  const packed: Record<string, unknown> = {};
  for (const id in verdicts) {
    const verdict = verdicts[id] as EdgeVerdict;
    if (verdict.reason === 'taken') packed[id] = 1;
    else if (verdict.reason === 'port') packed[id] = 0;
    else packed[id] = verdict;
  }
  return JSON.stringify(packed);
}

/** The inverse of {@link packVerdicts}. */
export function unpackVerdicts(packed: JsonObject | null): NodeRunState['verdicts'] {
  if (packed === null) return null;
  const verdicts: Record<string, EdgeVerdict> = {};
  for (const [id, value] of Object.entries(packed)) {
    if (value === 1) verdicts[id] = { isLive: true, reason: 'taken' };
    else if (value === 0) verdicts[id] = { isLive: false, reason: 'port' };
    else verdicts[id] = value as unknown as EdgeVerdict;
  }
  return verdicts;
}
