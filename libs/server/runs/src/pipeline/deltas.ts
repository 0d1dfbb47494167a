import type { Json } from '@heddle/kernel';
import type { Hold, NodeRunState, RunState } from '@heddle/engine';
import type { LiveHold, LiveNode, RunDelta } from '@heddle/protocol';
import type { RunView } from '@heddle/store';
import type { CommittedStep } from './run-feed.js';

/** What the canvas needs of a node. */
type ShownNode = Omit<NodeRunState, 'settledCount' | 'liveCount'>;

/** A commit as the live channel sends it. */
export function toRunDelta({ seq, at, nodes, run: changed }: CommittedStep): RunDelta {
  const run = runDelta(changed);
  return {
    seq,
    at: new Date(at).toISOString(),
    ...(run ? { run } : {}),
    nodes: [...nodes.values()].map(toLiveNode),
  };
}

/** Everything that changed since a viewer's last step, in one piece. */
export function catchUpDelta(
  run: RunView,
  nodes: readonly ShownNode[],
  span: { from: number; seq: number },
): RunDelta {
  return {
    seq: span.seq,
    from: span.from,
    at: new Date().toISOString(),
    run: {
      state: run.state,
      error: run.error as unknown as Json,
      startedAt: run.startedAt?.toISOString() ?? null,
      endedAt: run.endedAt?.toISOString() ?? null,
      warnings: run.warnings,
      holds: toLiveHolds(run.holds),
      isCompensating: run.isCompensating,
    },
    nodes: nodes.map(toLiveNode),
  };
}

function runDelta(run: CommittedStep['run']): RunDelta['run'] | null {
  const delta: NonNullable<RunDelta['run']> = {};
  if (run.state !== undefined) delta.state = run.state;
  if (run.error !== undefined) delta.error = run.error as unknown as Json;
  if (run.startedAt !== undefined) delta.startedAt = iso(run.startedAt);
  if (run.endedAt !== undefined) delta.endedAt = iso(run.endedAt);
  if (run.warnings !== undefined) delta.warnings = [...run.warnings];
  if (run.holds !== undefined) delta.holds = toLiveHolds(run.holds);
  if (run.compensation !== undefined || run.endedAt !== undefined)
    delta.isCompensating = Boolean(run.compensation) && !run.endedAt;
  return Object.keys(delta).length > 0 ? delta : null;
}

/** Holds of a run and its workflow, for viewers. */
export function toLiveHolds(holds: RunState['holds']): LiveHold[] {
  return (['run', 'workflow'] as const).flatMap((scope) => {
    const hold = holds[scope];
    return hold ? [toLiveHold(scope, hold)] : [];
  });
}

function toLiveHold(scope: LiveHold['scope'], hold: Hold): LiveHold {
  const { by, at, reason, until } = hold;
  return { scope, by: by.name, at: new Date(at).toISOString(), reason, until: iso(until) };
}

/** What the canvas shows of a node. */
export function toLiveNode(node: ShownNode): LiveNode {
  const { children } = node;
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
    hold: node.hold && toLiveHold('node', node.hold),
    children: children && {
      total: children.total,
      started: children.started,
      active: children.active,
      succeeded: children.succeeded,
      failed: children.failed,
      canceled: children.canceled,
    },
    reusedFrom: node.reusedFrom,
  };
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
