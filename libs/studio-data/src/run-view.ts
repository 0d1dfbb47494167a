import type { LiveNode, RunDelta } from '@heddle/protocol';
import { isJsonObject } from '@heddle/kernel';
import type { RunSnapshotQuery } from './generated/operations.js';

/** What the run page shows live: the snapshot with all deltas so far applied. */
export interface RunView {
  id: string;
  state: string;
  /** Sequence number of the last step in it. */
  seq: number;
  startedAt: string | null;
  endedAt: string | null;
  error: { code: string; message: string; nodeKey: string | null } | null;
  warnings: readonly string[];
  nodes: ReadonlyMap<string, LiveNode>;
}

/** Result of offering a delta: applied, already known, or not the next one. */
export type DeltaOutcome =
  | { kind: 'applied'; view: RunView; changedKeys: string[] }
  | { kind: 'duplicate' }
  | { kind: 'gap'; expectedSeq: number };

/** The run as GraphQL answered it. */
export type LoadedRun = NonNullable<RunSnapshotQuery['run']>;

/** The view that a snapshot shows. */
export function runViewOf(run: LoadedRun): RunView {
  return {
    id: run.id,
    state: run.state,
    seq: run.seq,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    error: run.error,
    warnings: run.warnings,
    nodes: new Map(run.nodeRuns.map((node) => [node.key, liveNodeOf(node)])),
  };
}

function liveNodeOf(node: LoadedRun['nodeRuns'][number]): LiveNode {
  const verdicts =
    node.verdicts === null
      ? null
      : Object.fromEntries(
          node.verdicts.map((verdict) => [
            verdict.edgeId,
            {
              isLive: verdict.isLive,
              reason: verdict.reason,
              values: verdict.values,
              ...(verdict.message === null ? {} : { message: verdict.message }),
            },
          ]),
        );
  return {
    key: node.key,
    state: node.state,
    attempt: node.attempt,
    worker: node.worker,
    queuedAt: node.queuedAt,
    startedAt: node.startedAt,
    endedAt: node.endedAt,
    dueAt: node.dueAt,
    error: node.error,
    verdicts,
    by: node.by && { name: node.by.actor, action: node.by.action, reason: node.by.reason },
  };
}

/** Applies the next delta. Pure; the given view stays as it is. */
export function applyRunDelta(view: RunView, delta: RunDelta): DeltaOutcome {
  if (delta.seq <= view.seq) return { kind: 'duplicate' };
  if (delta.seq !== view.seq + 1) return { kind: 'gap', expectedSeq: view.seq + 1 };
  const nodes = new Map(view.nodes);
  for (const node of delta.nodes) nodes.set(node.key, node);
  const run = delta.run ?? {};
  return {
    kind: 'applied',
    changedKeys: delta.nodes.map((node) => node.key),
    view: {
      ...view,
      seq: delta.seq,
      state: run.state ?? view.state,
      error: run.error === undefined ? view.error : runErrorOf(run.error),
      startedAt: run.startedAt === undefined ? view.startedAt : run.startedAt,
      endedAt: run.endedAt === undefined ? view.endedAt : run.endedAt,
      warnings: run.warnings ?? view.warnings,
      nodes,
    },
  };
}

function runErrorOf(error: unknown): RunView['error'] {
  if (!isJsonObject(error)) return null;
  const { code, message, nodeKey } = error;
  return {
    code: typeof code === 'string' ? code : 'INTERNAL',
    message: typeof message === 'string' ? message : '',
    nodeKey: typeof nodeKey === 'string' ? nodeKey : null,
  };
}

/** Applies deltas in order, leaving out known ones, and stops at a gap. */
export function applyRunDeltas(
  view: RunView,
  deltas: readonly RunDelta[],
): { view: RunView; changedKeys: Set<string>; hasGap: boolean } {
  const changedKeys = new Set<string>();
  let current = view;
  for (const delta of deltas) {
    const outcome = applyRunDelta(current, delta);
    if (outcome.kind === 'gap') return { view: current, changedKeys, hasGap: true };
    if (outcome.kind === 'duplicate') continue;
    current = outcome.view;
    for (const key of outcome.changedKeys) changedKeys.add(key);
  }
  return { view: current, changedKeys, hasGap: false };
}

/** How many nodes are in each state. */
export function countStates(nodes: ReadonlyMap<string, LiveNode>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const node of nodes.values()) counts.set(node.state, (counts.get(node.state) ?? 0) + 1);
  return counts;
}
