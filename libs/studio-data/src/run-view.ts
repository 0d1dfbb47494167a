import type { LiveHold, LiveNode, LiveWaitReason, RunDelta } from '@heddle/protocol';
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
  /** Holds of the run and of its workflow. */
  holds: readonly LiveHold[];
  /** Undo jobs run before the run ends. */
  isCompensating: boolean;
  nodes: ReadonlyMap<string, LiveNode>;
  /** Why nodes have not ended; a node that has ended is not in it. */
  reasons: ReadonlyMap<string, readonly LiveWaitReason[]>;
}

/** Result of offering a delta: applied, already known, or not the next one. */
export type DeltaOutcome =
  | { kind: 'applied'; view: RunView; changedKeys: string[] }
  | { kind: 'duplicate' }
  | { kind: 'gap'; expectedSeq: number };

/** The run as GraphQL answered it. */
export type LoadedRun = NonNullable<RunSnapshotQuery['run']>;

/**
 * The view that a snapshot shows. `seq` is the step that was read before the snapshot: what a run's parts show may be newer
 * than that, never older, and newer steps come again.
 */
export function runViewOf(run: LoadedRun, seq = run.seq): RunView {
  return {
    id: run.id,
    state: run.state,
    seq: Math.min(seq, run.seq),
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    error: run.error,
    warnings: run.warnings,
    holds: run.holds.map(holdOf),
    isCompensating: run.isCompensating,
    nodes: new Map(run.nodeRuns.map((node) => [node.key, liveNodeOf(node)])),
    reasons: new Map(
      run.nodeRuns.flatMap((node) =>
        node.waitReasons.length > 0 ? [[node.key, node.waitReasons] as const] : [],
      ),
    ),
  };
}

const HOLD_SCOPES = ['run', 'workflow', 'node'] as const;

function holdOf(hold: LoadedRun['holds'][number]): LiveHold {
  return { ...hold, scope: HOLD_SCOPES.find((scope) => scope === hold.scope) ?? 'run' };
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
    waitingFor: node.waitingFor,
    hold: node.hold && holdOf(node.hold),
    children: node.children,
    reusedFrom: node.reusedFrom,
  };
}

/**
 * Applies the next delta. One that covers several commits fits a view that has some of them already: its values are whole.
 * Pure; the given view stays as it is.
 */
export function applyRunDelta(view: RunView, delta: RunDelta): DeltaOutcome {
  if (delta.seq <= view.seq) return { kind: 'duplicate' };
  if ((delta.from ?? delta.seq - 1) > view.seq) return { kind: 'gap', expectedSeq: view.seq + 1 };
  const nodes = new Map(view.nodes);
  const reasons = new Map(view.reasons);
  for (const node of delta.nodes) {
    nodes.set(node.key, node);
    if (hasEnded(node.state)) reasons.delete(node.key);
  }
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
      holds: run.holds ?? view.holds,
      isCompensating: run.isCompensating ?? view.isCompensating,
      nodes,
      reasons: reasons.size === view.reasons.size ? view.reasons : reasons,
    },
  };
}

const ENDED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'skipped', 'canceled']);

function hasEnded(state: string): boolean {
  return ENDED.has(state);
}

/**
 * Takes over what the server says about why nodes wait; an empty list takes a node's reasons away. Such a message may come
 * after the delta that ended a node, so what it says of ended nodes does not count. Pure.
 */
export function applyWaitReasons(
  view: RunView,
  said: Readonly<Record<string, readonly LiveWaitReason[]>>,
): RunView {
  const reasons = new Map(view.reasons);
  for (const [key, list] of Object.entries(said)) {
    const isOver = hasEnded(view.nodes.get(key)?.state ?? 'pending');
    if (list.length === 0 || isOver) reasons.delete(key);
    else reasons.set(key, list);
  }
  return { ...view, reasons };
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
