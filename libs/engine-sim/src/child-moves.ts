import type { ActorRef, NodeRunState, RunState } from '@heddle/engine';
import type { Json } from '@heddle/kernel';
import { chance, pick, type Chooser } from './chooser.js';
import type { EventBody } from './simulation.js';
import type { SimChildPlace } from './tasks.js';

/** Child runs of a run that have not ended. */
export function activeChildren(state: RunState): SimChildPlace[] {
  return placesOf(state, 'active');
}

function placesOf(state: RunState, kind: 'active' | 'ended'): SimChildPlace[] {
  const places: SimChildPlace[] = [];
  for (const [nodeKey, items] of state.items) {
    const generation = state.nodes.get(nodeKey)?.children?.generation ?? 0;
    items.forEach((item, index) => {
      // A list that was stored has null where nothing was.
      if (!item || (item.state === 'active') !== (kind === 'active')) return;
      places.push({ nodeKey, generation, index, try: item.try });
    });
  }
  return places;
}

/** How a simulated child run ends, when nobody looks inside it. */
export function childEnd(choose: Chooser, state: RunState, place: SimChildPlace): EventBody {
  const isStopping = state.nodes.get(place.nodeKey)?.children?.isStopping === true;
  if (chance(choose, isStopping ? 80 : 4)) return ended(place, 'canceled', null);
  if (chance(choose, 15)) return ended(place, 'failed', null);
  return ended(place, 'succeeded', { n: choose.int(99) });
}

function ended(
  place: SimChildPlace,
  state: 'succeeded' | 'failed' | 'canceled',
  output: Json,
): EventBody {
  const { nodeKey, generation, index } = place;
  const code = state === 'canceled' ? 'CANCELED' : 'BUSY';
  const error = state === 'succeeded' ? null : { code, message: 'no luck' };
  return { type: 'childEnded', nodeKey, generation, index, try: place.try, state, output, error };
}

/** Nodes that wait for somebody outside. */
export function askingNodes(state: RunState): NodeRunState[] {
  return [...state.nodes.values()].filter(
    ({ waitingFor }) => waitingFor === 'signal' || waitingFor === 'approval',
  );
}

/** What such a node waits for. */
export function answerTo(choose: Chooser, node: NodeRunState, actor: ActorRef): EventBody {
  if (node.waitingFor === 'approval') {
    const decision = chance(choose, 70) ? 'approved' : 'rejected';
    return {
      type: 'approvalDecided',
      nodeKey: node.key,
      decision,
      values: {},
      actor,
      reason: null,
    };
  }
  const [name = '', key = null] = (node.correlation ?? '').split('/');
  return signal({ name, key, signalId: null }, actor);
}

function signal(
  to: { name: string; key: string | null; signalId: string | null },
  actor: ActorRef,
): EventBody {
  return { type: 'signalReceived', ...to, payload: { n: 5 }, actor };
}

/** Something about child runs, signals and approvals that nobody waits for, or only maybe. */
export function childDisturbance(
  choose: Chooser,
  state: RunState,
  { node, actor }: { node: string; actor: ActorRef },
): EventBody {
  const over = placesOf(state, 'ended');
  const wrong = {
    nodeKey: node,
    generation: choose.int(3),
    index: choose.int(4),
    try: choose.int(3),
  };
  const place = over.length > 0 && chance(choose, 80) ? pick(choose, over) : wrong;
  const { nodeKey, index } = place;
  return pick<EventBody>(choose, [
    { type: 'itemRetryRequested', nodeKey, index, actor, reason: null },
    { type: 'itemRetryRequested', nodeKey, index, actor, reason: null },
    { type: 'childReopened', ...place },
    ended(place, 'succeeded', { n: 1 }),
    signal({ name: 'paid', key: null, signalId: null }, actor),
    signal({ name: 'paid', key: '7', signalId: chance(choose, 50) ? 'x' : null }, actor),
    {
      type: 'approvalDecided',
      nodeKey: node,
      decision: 'approved',
      values: null,
      actor,
      reason: 'fine',
    },
  ]);
}
