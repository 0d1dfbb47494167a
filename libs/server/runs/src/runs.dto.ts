import type { Json, JsonObject } from '@heddle/kernel';
import type { GraphDocument, GraphNode } from '@heddle/graph';
import type {
  AttemptRecord,
  EngineEvent,
  Hold,
  NodeError,
  NodeRegistry,
  NodeRunState,
} from '@heddle/engine';
import { NODE_TYPES } from '@heddle/nodes';
import { encodeEvent, type HistoryView, type LogLineRow, type RunView } from '@heddle/store';

/** GraphQL `Run`; fields that need more reading are resolved when they are asked for. */
export function toRun(run: RunView) {
  const { error, resolution, parent: _, ...rest } = run;
  return {
    ...rest,
    parentRef: run.parent,
    error: error && { code: error.code, message: error.message, nodeKey: nodeKeyOf(error) },
    trigger: { kind: run.triggerKind, actor: run.triggerActor },
    holds: (['run', 'workflow'] as const).flatMap((scope) => toHold(scope, run.holds[scope]) ?? []),
    resolution: resolution && { ...resolution, at: new Date(resolution.at) },
  };
}

export type RunDto = ReturnType<typeof toRun>;

/** GraphQL `Hold`. */
export function toHold(scope: 'run' | 'workflow' | 'node', hold: Hold | null | undefined) {
  if (!hold) return null;
  const { by, at, reason, until } = hold;
  return { scope, by: by.name, at: new Date(at), reason, until: date(until) };
}

/** The engine names the node that failed a run in the error's details. */
function nodeKeyOf(error: NodeError): string | null {
  const key = (error.details as JsonObject | null | undefined)?.['nodeKey'];
  return typeof key === 'string' ? key : null;
}

/** GraphQL `NodeRun`, for a node that has begun or (state null) has not. Input and output are resolved when asked for. */
export function toNodeRun(
  { id: runId, namespaceId }: Pick<RunView, 'id' | 'namespaceId'>,
  node: GraphNode,
  state: Omit<NodeRunState, 'settledCount' | 'liveCount'> | null,
) {
  return {
    runId,
    namespaceId,
    key: node.key,
    name: node.name || node.key,
    type: node.type,
    state: state?.state ?? 'pending',
    attempt: state?.attempt ?? 0,
    error: state?.error ? toError(state.error) : null,
    worker: state?.worker ?? null,
    queuedAt: date(state?.queuedAt),
    startedAt: date(state?.startedAt),
    endedAt: date(state?.endedAt),
    dueAt: date(state?.dueAt),
    verdicts: state?.verdicts
      ? Object.entries(state.verdicts).map(([edgeId, verdict]) => ({ edgeId, ...verdict }))
      : null,
    by: state?.by
      ? { actor: state.by.actor.name, action: state.by.action, reason: state.by.reason }
      : null,
    hasEditableInput: (NODE_TYPES as NodeRegistry)[node.type]?.hasEditableInput ?? false,
    waitingFor: state?.waitingFor ?? null,
    hold: toHold('node', state?.hold),
    children: state?.children ?? null,
    reusedFrom: state?.reusedFrom ?? null,
    stored: state,
  };
}

export type NodeRunDto = ReturnType<typeof toNodeRun>;

/** All nodes of a graph, in its order, with what is stored of them. */
export function toNodeRuns(
  run: Pick<RunView, 'id' | 'namespaceId'>,
  graph: GraphDocument,
  states: readonly Omit<NodeRunState, 'settledCount' | 'liveCount'>[],
): NodeRunDto[] {
  const byKey = new Map(states.map((state) => [state.key, state]));
  return graph.nodes.map((node) => toNodeRun(run, node, byKey.get(node.key) ?? null));
}

/** GraphQL `Attempt`. */
export function toAttempt(attempt: AttemptRecord) {
  return {
    ...attempt,
    error: attempt.error ? toError(attempt.error) : null,
    queuedAt: date(attempt.queuedAt),
    startedAt: date(attempt.startedAt),
    endedAt: date(attempt.endedAt),
    by: attempt.by?.name ?? null,
  };
}

/** GraphQL `RunHistoryEntry`s: one per event of a commit. */
export function toHistoryEntries({ seq, at, events }: HistoryView) {
  return events.map((event, index) => ({
    seq,
    index,
    at,
    event: event.type,
    nodeKey: 'nodeKey' in event ? event.nodeKey : null,
    attempt: 'attempt' in event ? event.attempt : null,
    actor: 'actor' in event ? event.actor.name : null,
    reason: 'reason' in event && 'actor' in event ? event.reason : null,
    detail: detailOf(event),
  }));
}

/** What an event says beyond the fields of its own. */
function detailOf(event: EngineEvent): Json {
  const stored = encodeEvent(event);
  if (Array.isArray(stored)) return event.type === 'taskLeased' ? { worker: event.worker } : {};
  const {
    type: _t,
    nodeKey: _n,
    attempt: _a,
    actor: _b,
    reason: _r,
    ...rest
  } = stored as JsonObject;
  return rest;
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LevelName = (typeof LEVELS)[number];

/** 1 debug to 4 error. */
export function levelNumber(level: LevelName): number {
  return LEVELS.indexOf(level) + 1;
}

/** The name of 1 to 4. */
export function levelName(level: number): LevelName {
  return LEVELS[level - 1] ?? 'info';
}

/** GraphQL `LogLine`. */
export function toLogLine(line: LogLineRow) {
  return { ...line, level: levelName(line.level) };
}

function toError(error: NodeError) {
  return {
    code: error.code,
    message: error.message,
    details: error.details ?? null,
    stack: error.stack ?? null,
  };
}

function date(ms: number | null | undefined): Date | null {
  return ms === null || ms === undefined ? null : new Date(ms);
}
