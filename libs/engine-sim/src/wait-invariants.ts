import { waitReasons, type RunState, type WaitReason } from '@heddle/engine';
import type { ObservedStep } from './invariants.js';

const OPEN: ReadonlySet<string> = new Set(['pending', 'queued', 'running', 'waiting']);

/** What "why is it waiting?" promises, checked at every state that is reached. */
export const WAIT_INVARIANTS: Readonly<Record<string, (step: ObservedStep) => string | null>> = {
  'every open node has a reason, no ended one has': everyOpenNodeHasReasons,
};

function everyOpenNodeHasReasons({ graph, after }: ObservedStep): string | null {
  for (const key of graph.nodes.keys()) {
    const reasons = waitReasons(graph, after, key);
    const isOpen = OPEN.has(stateOf(after, key));
    if (isOpen !== reasons.length > 0) {
      return `${key} is ${stateOf(after, key)} and has ${reasons.length} reasons`;
    }
    const problem = reasons.map((reason) => reasonProblem(graph, after, reason)).find(Boolean);
    if (problem) return `${key}: ${problem}`;
  }
  return null;
}

/** Each kind of reason stands for something that can be read off the state without the engine's predicates. */
function reasonProblem(
  graph: ObservedStep['graph'],
  state: RunState,
  reason: WaitReason,
): string | null {
  const { nodeKey, kind } = reason;
  const node = state.nodes.get(nodeKey);
  if (reason.message === '') return `${kind} without a message`;
  switch (kind) {
    case 'join': {
      const sources = new Set(graph.nodes.get(nodeKey)?.incoming.map((edge) => edge.source.key));
      const open = [...sources].filter((key) => OPEN.has(stateOf(state, key)));
      const named = reason.open.map((source) => source.nodeKey);
      const isSame = open.length === named.length && named.every((key) => open.includes(key));
      const areStatesRight = reason.open.every((s) => s.state === stateOf(state, s.nodeKey));
      return isSame && areStatesRight ? null : `${nodeKey} waits for ${open}, named are ${named}`;
    }
    case 'hold': {
      const hold = reason.scope === 'node' ? node?.hold : state.holds[reason.scope];
      return hold?.by.name === reason.by ? null : `there is no hold of the ${reason.scope}`;
    }
    case 'retry':
    case 'time':
    case 'signal':
    case 'approval':
      // The pause of a loop is an `iteration`.
      return node?.waitingFor === kind && (kind !== 'time' || !node.children)
        ? null
        : `${nodeKey} waits for ${node?.waitingFor}`;
    case 'children':
    case 'iteration':
      return node?.children ? null : `${nodeKey} has no child runs`;
    case 'running':
      return node?.state === kind ? null : `${nodeKey} is ${node?.state}`;
    case 'queued':
    case 'noWorker':
    case 'noSlot':
    case 'queuePosition':
      return node?.state === 'queued' ? null : `${nodeKey} is ${node?.state}`;
    case 'runQueued':
      return state.state === 'queued' ? null : `the run is ${state.state}`;
    case 'undo': {
      const isAsked = state.compensation?.pending.includes(nodeKey) ?? false;
      return isAsked === (reason.stage === 'turn') ? null : `${nodeKey}: ${reason.stage}`;
    }
    case 'more':
      return null;
  }
}

function stateOf(state: RunState, key: string): string {
  return state.nodes.get(key)?.state ?? 'pending';
}
