import type { RunState } from '@heddle/engine';
import type { ObservedStep } from './invariants.js';

const OPEN: ReadonlySet<string> = new Set(['pending', 'queued', 'running', 'waiting']);
const BY_HAND: ReadonlySet<string> = new Set([
  'nodeRetryRequested',
  'nodeSkipRequested',
  'nodeMarkRequested',
  'nodeCancelRequested',
]);

/** What undoing promises. */
export const UNDO_INVARIANTS: Readonly<Record<string, (step: ObservedStep) => string | null>> = {
  'undo nodes run only while the run is undone, one at a time': runsOneAtATime,
  'successes are numbered in their order': completionsGrow,
  'everything that the run did is undone, the last first': undoesAll,
  'undo nodes start in their order': startsInOrder,
  'an undo that succeeded is never repeated': undoneOnce,
  'a run that was undone ends as it would have': endsAsDecided,
};

function runsOneAtATime({ graph, after }: ObservedStep): string | null {
  const active: string[] = [];
  for (const { key } of graph.undoNodes) {
    const node = after.nodes.get(key);
    if (!node) continue;
    if (node.state !== 'pending' && OPEN.has(node.state)) active.push(key);
    if (node.attempt > 0 && after.compensation === null)
      return `${key} ran without being asked for`;
  }
  if (active.length > 1) return `${active.join()} run together`;
  if (after.compensation === null) return null;
  const normal = [...graph.nodes.values()].filter(({ undoes }) => undoes === null);
  const open = normal.find(({ key }) => OPEN.has(after.nodes.get(key)?.state ?? 'pending'));
  if (open) return `${open.key} is open while the run is undone`;
  const isStuck = after.endedAt === null && active.length === 0;
  return isStuck ? 'nothing is being undone' : null;
}

function completionsGrow({ graph, before, after }: ObservedStep): string | null {
  const seen = new Set<number>();
  const known = Math.max(0, ...[...before.nodes.values()].map(({ completion }) => completion ?? 0));
  for (const [key, node] of after.nodes) {
    const wants = node.state === 'succeeded' && graph.nodes.get(key)?.undoneBy && node.attempt > 0;
    if (wants && node.completion === null && !node.reusedFrom) return `${key} has no number`;
    if (node.completion === null) continue;
    if (node.state !== 'succeeded') return `${key} is ${node.state}, but has a number`;
    if (seen.has(node.completion)) return `two nodes are number ${node.completion}`;
    seen.add(node.completion);
    const old = before.nodes.get(key)?.completion;
    if (old !== node.completion && node.completion <= known) return `${key} is not the last`;
  }
  return null;
}

/** Undo nodes of what succeeded, the last success first. */
function owed(graph: ObservedStep['graph'], state: RunState): string[] {
  return graph.undoNodes
    .flatMap(({ key, undoes }) => {
      const place = state.nodes.get(undoes?.key ?? '')?.completion ?? null;
      return place === null ? [] : [{ key, place }];
    })
    .sort((a, b) => b.place - a.place)
    .map(({ key }) => key);
}

function undoesAll({ graph, before, event, after }: ObservedStep): string | null {
  const list = owed(graph, after);
  const isAsked = event.type === 'runCancelRequested' && event.compensate === true;
  if (before.compensation === null && after.compensation !== null) {
    const isFailed = after.compensation.outcome === 'failed';
    if (isFailed ? graph.graph.settings.compensate === 'never' : !isAsked) return 'nobody wants it';
    const begun = list.filter((key) => (after.nodes.get(key)?.attempt ?? 0) > 0);
    const held = list.filter((key) => after.nodes.get(key)?.waitingFor === 'hold');
    const started = new Set([...begun, ...held]);
    const all = [...list.filter((key) => started.has(key)), ...after.compensation.pending];
    return all.join() === list.join() ? null : `${all.join()}, owed ${list.join()}`;
  }
  const isEnding = before.endedAt === null && after.endedAt !== null && after.compensation === null;
  if (!isEnding || list.length === 0 || after.state === 'succeeded') return null;
  const isUnwanted = graph.graph.settings.compensate === 'never' || after.state === 'canceled';
  return isUnwanted && !isAsked ? null : `${list.join()} is not undone`;
}

function startsInOrder({ before, event, result, after }: ObservedStep): string | null {
  const pending = before.compensation?.pending;
  if (!pending || BY_HAND.has(event.type) || event.type === 'runCancelRequested') return null;
  const left = after.compensation?.pending ?? [];
  const taken = pending.length - left.length;
  if (pending.slice(taken).join() !== left.join()) return `${pending.join()} became ${left.join()}`;
  const skipped = pending.slice(0, taken).find((key) => !result.changes.nodes.has(key));
  return skipped ? `${skipped} did not start` : null;
}

function undoneOnce({ graph, before, result }: ObservedStep): string | null {
  for (const [key, node] of result.changes.nodes) {
    const old = before.nodes.get(key);
    if (!graph.nodes.get(key)?.undoes || old?.state !== 'succeeded') continue;
    return `${key} became ${node.state}`;
  }
  return null;
}

function endsAsDecided({ graph, after }: ObservedStep): string | null {
  const { compensation, endedAt, state, error } = after;
  if (endedAt === null) return null;
  const pending = graph.undoNodes.find(({ key }) =>
    OPEN.has(after.nodes.get(key)?.state ?? 'pending'),
  );
  if (pending) return `${pending.key} is open after the end`;
  if (!compensation) return null;
  const isSame = state === compensation.outcome && error?.code === compensation.error.code;
  if (!isSame) return `it is ${state} with ${error?.code}`;
  const details = (error?.details ?? {}) as { compensationFailed?: string[] };
  const bad = graph.undoNodes
    .filter(({ key }) => ['failed', 'canceled'].includes(after.nodes.get(key)?.state ?? ''))
    .map(({ key }) => key);
  const told = details.compensationFailed ?? [];
  return [...told].sort().join() === bad.sort().join()
    ? null
    : `${bad.join()}, told ${told.join()}`;
}
