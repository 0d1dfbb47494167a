import type { ChildItem, CompiledNode, NodeRunState } from '@heddle/engine';
import type { ObservedStep } from './invariants.js';

type Check = (step: ObservedStep) => string | null;

/** What child runs promise. */
export const CHILD_INVARIANTS: Readonly<Record<string, Check>> = {
  'items: counts are those of the items': countsAreRight,
  'items: never more at a time than allowed': concurrencyHolds,
  'items: none is active once its node has ended': noneOutlives,
  'items: a node does not end while one is active, unless it gives them up': endsAfterItems,
  'items: only the end of an active item counts': onlyActiveEnds,
  'items: none starts while its node is held': noneStartsHeld,
  'items: outputs stand in the order of the items': outputsAreOrdered,
  'items: canceling is asked for once': cancelsOnce,
};

function isOpen(node: NodeRunState | undefined): boolean {
  return !node || ['pending', 'queued', 'running', 'waiting'].includes(node.state);
}

/** Whether child runs of a node go on, or may. */
export function hasChildRuns(node: NodeRunState | undefined): boolean {
  return !!node?.children && ['children', 'time'].includes(node.waitingFor ?? '');
}

function itemsOf({ after }: ObservedStep, key: string): (ChildItem | undefined)[] {
  // A list that was stored has null where nothing was.
  return [...(after.items.get(key) ?? [])].map((item) => item ?? undefined);
}

function countsAreRight(step: ObservedStep): string | null {
  for (const [key, node] of step.after.nodes) {
    if (!node.children || !hasChildRuns(node)) continue;
    const counts = { active: 0, succeeded: 0, failed: 0, canceled: 0 };
    for (const item of itemsOf(step, key)) if (item) counts[item.state]++;
    const { active, succeeded, failed, canceled } = node.children;
    // An item that could not be started has failed without an entry.
    const isRight =
      active === counts.active &&
      succeeded === counts.succeeded &&
      canceled === counts.canceled &&
      failed >= counts.failed;
    if (!isRight) return `${key}: ${JSON.stringify([node.children, counts])}`;
  }
  return null;
}

function concurrencyHolds({ graph, before, event, after }: ObservedStep): string | null {
  for (const [key, node] of after.nodes) {
    const rule = graph.nodes.get(key)?.children;
    if (!rule || !node.children) continue;
    const bound = rule.kind === 'each' ? rule.concurrency : 1;
    const { active } = node.children;
    if (active <= bound) continue;
    // A run that goes on by itself is not started by its node, which starts no other until there is room.
    const grown = active - (before.nodes.get(key)?.children?.active ?? 0);
    if (grown > (event.type === 'childReopened' ? 1 : 0)) return `${key}: ${active} of ${bound}`;
  }
  return null;
}

function noneOutlives(step: ObservedStep): string | null {
  for (const [key, node] of step.after.nodes) {
    if (isOpen(node)) continue;
    if (itemsOf(step, key).some((item) => item?.state === 'active'))
      return `${key} has an active item`;
    if (node.children && node.children.active !== 0) return `${key} counts active items`;
  }
  return null;
}

function endsAfterItems({ before, result }: ObservedStep): string | null {
  for (const [key, node] of result.changes.nodes) {
    const old = before.nodes.get(key);
    if (!hasChildRuns(old) || hasChildRuns(node)) continue;
    const ended = result.changes.items.filter((item) => item.nodeKey === key).length;
    const left = (old?.children?.active ?? 0) - Math.min(1, ended);
    if (left <= 0 || old?.children?.isStopping) continue;
    const isGivenUp = result.effects.some(
      (effect) => effect.type === 'cancelChildren' && effect.nodeKey === key,
    );
    if (!isGivenUp) return `${key} ended with ${left} active items`;
  }
  return null;
}

function onlyActiveEnds({ before, event }: ObservedStep): string | null {
  if (event.type !== 'childEnded') return null;
  const node = before.nodes.get(event.nodeKey);
  const item = before.items.get(event.nodeKey)?.[event.index];
  const isRight =
    item?.state === 'active' &&
    item.try === event.try &&
    node?.children?.generation === event.generation;
  return isRight ? null : `try ${event.try} of item ${event.index} of ${event.nodeKey} counted`;
}

function noneStartsHeld({ after, result }: ObservedStep): string | null {
  for (const effect of result.effects) {
    if (effect.type !== 'startChild' || after.endedAt !== null) continue;
    const isHeld = after.holds.run ?? after.holds.workflow ?? after.nodes.get(effect.nodeKey)?.hold;
    if (isHeld) return `${effect.nodeKey} started item ${effect.index}`;
  }
  return null;
}

function outputsAreOrdered(step: ObservedStep): string | null {
  const { graph, before, after, result } = step;
  for (const key of result.changes.nodes.keys()) {
    const node = after.nodes.get(key) as NodeRunState;
    const { children: rule, node: drawn } = graph.nodes.get(key) as CompiledNode;
    const isNew = node.state === 'succeeded' && isOpen(before.nodes.get(key));
    if (!isNew || rule?.kind !== 'each' || drawn.config['collect'] !== undefined) continue;
    // What a person or another run gave is not what the items gave.
    const { event } = step;
    const isGiven = event.type === 'rerunRequested' && key in (event.patch.nodeOutputs ?? {});
    const isReused =
      event.type === 'runStarted' && event.reuse?.some(({ nodeKey }) => nodeKey === key) === true;
    if (event.type === 'nodeMarkRequested' || isGiven || isReused) continue;
    const items = itemsOf(step, key);
    const expected = Array.from({ length: node.children?.total ?? 0 }, (_, i) =>
      items[i]?.state === 'succeeded' ? items[i].output : null,
    );
    if (JSON.stringify(expected) !== JSON.stringify(node.output)) return `${key}: other outputs`;
  }
  return null;
}

function cancelsOnce({ before, result }: ObservedStep): string | null {
  const asked = result.effects.filter((effect) => effect.type === 'cancelChildren');
  for (const { nodeKey } of asked) {
    const old = before.nodes.get(nodeKey);
    if (hasChildRuns(old) && old?.children?.isStopping) return `${nodeKey}: again`;
    if (asked.filter((other) => other.nodeKey === nodeKey).length > 1) return `${nodeKey}: twice`;
  }
  return null;
}
