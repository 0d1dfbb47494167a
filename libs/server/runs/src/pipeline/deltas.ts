import type { Json, JsonObject } from '@heddle/kernel';
import type { NodeRunState, RunChanges } from '@heddle/engine';
import type { LiveNode, RunDelta } from '@heddle/protocol';

/**
 * What viewers need of one step, as stored in history: a {@link RunDelta} without `seq` and `at`, with null fields of nodes left
 * out. {@link toDelta} makes it whole again.
 */
export function storedDelta(changes: RunChanges): JsonObject {
  const nodes: JsonObject[] = [];
  for (const node of changes.nodes.values())
    if (isShown(node)) nodes.push(withoutNulls(toLiveNode(node)));
  const run = changes.run ? runDelta(changes.run) : null;
  return { ...(run ? { run } : {}), nodes };
}

/** Nodes that only counted another settled edge look the same as before. */
function isShown(node: NodeRunState): boolean {
  return node.state !== 'pending' || node.attempt > 0;
}

function runDelta(run: NonNullable<RunChanges['run']>): JsonObject | null {
  const delta: JsonObject = {};
  if (run.state !== undefined) delta['state'] = run.state;
  if (run.error !== undefined) delta['error'] = run.error as Json;
  if (run.startedAt !== undefined) delta['startedAt'] = iso(run.startedAt);
  if (run.endedAt !== undefined) delta['endedAt'] = iso(run.endedAt);
  if (run.warnings !== undefined) delta['warnings'] = [...run.warnings];
  return Object.keys(delta).length > 0 ? delta : null;
}

/** What the canvas shows of a node. */
export function toLiveNode(node: NodeRunState): LiveNode {
  return {
    key: node.key,
    state: node.state,
    attempt: node.attempt,
    worker: node.worker,
    queuedAt: iso(node.queuedAt),
    startedAt: iso(node.startedAt),
    endedAt: iso(node.endedAt),
    dueAt: iso(node.dueAt),
    error: node.error && { code: node.error.code, message: node.error.message },
    verdicts: node.verdicts as LiveNode['verdicts'],
    by: node.by && { name: node.by.actor.name, action: node.by.action, reason: node.by.reason },
    waitingFor: node.waitingFor,
    hold: null,
    children: null,
    reusedFrom: node.reusedFrom,
  };
}

const EMPTY_NODE = {
  worker: null,
  queuedAt: null,
  startedAt: null,
  endedAt: null,
  dueAt: null,
  error: null,
  verdicts: null,
  by: null,
  waitingFor: null,
  hold: null,
  children: null,
  reusedFrom: null,
};

/** A stored step as the live channel sends it. */
export function toDelta(seq: number, at: Date, stored: JsonObject): RunDelta {
  const { run, nodes } = stored as unknown as { run?: RunDelta['run']; nodes: Partial<LiveNode>[] };
  return {
    seq,
    at: at.toISOString(),
    ...(run ? { run } : {}),
    nodes: nodes.map((node) => ({ ...EMPTY_NODE, ...node }) as LiveNode),
  };
}

function withoutNulls(node: LiveNode): JsonObject {
  return Object.fromEntries(
    Object.entries(node).filter(([, value]) => value !== null),
  ) as JsonObject;
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
