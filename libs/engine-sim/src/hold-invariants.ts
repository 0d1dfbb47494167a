import type { EngineEvent, NodeRunState, RunState } from '@heddle/engine';
import type { ObservedStep } from './invariants.js';
import { timerId } from './tasks.js';

const ENDED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'skipped', 'canceled']);

/** What a hold promises. */
export const HOLD_INVARIANTS: Readonly<Record<string, (step: ObservedStep) => string | null>> = {
  'nothing starts while it is held': nothingStartsHeld,
  'a node waits for a hold exactly while it is held': waitsWhileHeld,
  'a released task is queued under its attempt': releasedUnderSameAttempt,
  'a run is paused exactly while it is held': pausedWhileHeld,
  'a hold that ends by itself has its timer': holdsHaveTimers,
  'a hold lasts until its end, whenever its timer fires': lastsUntilItsEnd,
};

function isHeld({ holds, nodes }: RunState, key: string): boolean {
  return holds.run !== null || holds.workflow !== null || (nodes.get(key)?.hold ?? null) !== null;
}

function mayRelease(event: EngineEvent): boolean {
  return (
    event.type === 'runReleaseRequested' ||
    event.type === 'nodeReleaseRequested' ||
    (event.type === 'timerFired' && event.timer === 'holdRelease')
  );
}

function nothingStartsHeld({ before, event, result, after }: ObservedStep): string | null {
  const started = new Set(
    result.effects.flatMap((effect) => (effect.type === 'queueTask' ? [effect.nodeKey] : [])),
  );
  for (const [key, node] of result.changes.nodes) {
    if (node.attempt > (before.nodes.get(key)?.attempt ?? 0)) started.add(key);
  }
  for (const key of started) {
    // What ends in the same step is not held any more afterwards.
    const wasHeld = isHeld(before, key) && !mayRelease(event);
    if (wasHeld || isHeld(after, key)) return `${key} started`;
  }
  return null;
}

function waitsWhileHeld({ graph, after }: ObservedStep): string | null {
  for (const key of graph.nodes.keys()) {
    const node = after.nodes.get(key);
    if (!node) continue;
    const held = isHeld(after, key);
    if (node.waitingFor === 'hold' && !held) return `${key} waits, but nothing holds it`;
    if (node.state === 'queued' && held) return `${key} is queued, but held`;
    if (node.hold && ENDED.has(node.state)) return `${key} is ${node.state}, but held`;
    if (node.waitingFor !== null && ENDED.has(node.state)) return `${key} has ended, but waits`;
  }
  return null;
}

/** Its queue time stands while the error of a failed attempt does not. */
function isWithdrawn(node: NodeRunState): boolean {
  return node.waitingFor === 'hold' && node.queuedAt !== null && node.error === null;
}

function releasedUnderSameAttempt({ before, event, after }: ObservedStep): string | null {
  // A release may let something fail that ends the run, or makes it undo what it did.
  if (!mayRelease(event) || after.endedAt !== null || after.compensation !== null) return null;
  for (const [key, node] of before.nodes) {
    if (!isWithdrawn(node) || isHeld(after, key)) continue;
    const now = after.nodes.get(key);
    const isSame = now?.state === 'queued' && now.attempt === node.attempt;
    if (!isSame) return `${key}: attempt ${node.attempt}, then ${now?.state} at ${now?.attempt}`;
  }
  return null;
}

function pausedWhileHeld({ after }: ObservedStep): string | null {
  const held = after.holds.run !== null || after.holds.workflow !== null;
  const isActive = after.state === 'running' || after.state === 'paused';
  if (!isActive) return held && after.endedAt !== null ? 'an ended run is held' : null;
  return held === (after.state === 'paused') ? null : `it is ${after.state}, held: ${held}`;
}

function holdsHaveTimers({ graph, after, table }: ObservedStep): string | null {
  const dueAt = (nodeKey: string | null) =>
    table.timers.get(timerId('holdRelease', nodeKey))?.dueAt ?? null;
  const ends = [after.holds.run?.until, after.holds.workflow?.until].flatMap((at) =>
    at === undefined || at === null ? [] : [at],
  );
  const expected = ends.length > 0 ? Math.min(...ends) : null;
  if (dueAt(null) !== expected) return `the run's is due ${dueAt(null)}, expected ${expected}`;
  for (const key of graph.nodes.keys()) {
    const until = after.nodes.get(key)?.hold?.until ?? null;
    if (dueAt(key) !== until) return `${key}: due ${dueAt(key)}, expected ${until}`;
  }
  return null;
}

function lastsUntilItsEnd({ before, event, after }: ObservedStep): string | null {
  if (event.type !== 'timerFired' || event.timer !== 'holdRelease') return null;
  const holds = [
    ['run', before.holds.run, after.holds.run],
    ['workflow', before.holds.workflow, after.holds.workflow],
    // The hold of a node that has ended is over as well.
    ...[...before.nodes]
      .filter(([key]) => !ENDED.has(after.nodes.get(key)?.state ?? 'pending'))
      .map(([key, { hold }]) => [key, hold, after.nodes.get(key)?.hold] as const),
  ] as const;
  for (const [what, was, is] of holds) {
    if (was && !is && after.endedAt === null && event.at < (was.until ?? Infinity))
      return `${what} was released at ${event.at}, held until ${was.until}`;
  }
  return null;
}
