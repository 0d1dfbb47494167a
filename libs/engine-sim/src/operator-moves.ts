import type { ActorRef, EngineEvent, RerunPatch, RunState } from '@heddle/engine';
import { chance, pick, type Chooser } from './chooser.js';
import type { EventBody } from './simulation.js';

/** Something that is held: by what event it would be released. */
export type HeldThing = { scope: 'run' | 'workflow' } | { nodeKey: string };

/** Everything of a run that somebody holds. */
export function holdsOf(state: RunState): HeldThing[] {
  const scopes = (['run', 'workflow'] as const).filter((scope) => state.holds[scope] !== null);
  const nodes = [...state.nodes.values()].filter((node) => node.hold !== null);
  return [...scopes.map((scope) => ({ scope })), ...nodes.map(({ key }) => ({ nodeKey: key }))];
}

/** The event that releases something. */
export function releaseOf(held: HeldThing, actor: ActorRef): EventBody {
  return 'scope' in held
    ? { type: 'runReleaseRequested', scope: held.scope, actor, reason: null }
    : { type: 'nodeReleaseRequested', nodeKey: held.nodeKey, actor, reason: null };
}

/** Who acts on which node, and when. */
export interface MoveBy {
  node: string;
  by: { actor: ActorRef; reason: string | null };
  at: number;
}

/** Longest hold that ends by itself, in virtual milliseconds. */
const HOLD_MS_MAX = 3_000;

/** What an operator may do beside retry, skip and cancel; possible or not. */
export function operatorMove(
  choose: Chooser,
  state: RunState,
  { node, by, at }: MoveBy,
): EventBody {
  const held = holdsOf(state);
  const failedUndo = state.compensation?.failed ?? [];
  if (failedUndo.length > 0 && chance(choose, 60)) {
    return repairOf(choose, pick(choose, failedUndo), by);
  }
  if (chance(choose, 15)) return randomRerun(choose, state, { node, by, at });
  if (held.length > 0 && chance(choose, 35)) return releaseOf(pick(choose, held), by.actor);
  const until = chance(choose, 50) ? at + choose.int(HOLD_MS_MAX) : null;
  return pick<EventBody>(choose, [
    { type: 'nodeHoldRequested', nodeKey: node, until, ...by },
    { type: 'runHoldRequested', scope: 'run', until, ...by },
    { type: 'runHoldRequested', scope: 'workflow', until, ...by },
    { type: 'nodeReleaseRequested', nodeKey: node, ...by },
    { type: 'nodeMarkRequested', nodeKey: node, outcome: randomOutcome(choose), ...by },
    { type: 'nodeMarkRequested', nodeKey: node, outcome: randomOutcome(choose), ...by },
  ]);
}

function repairOf(choose: Chooser, nodeKey: string, by: MoveBy['by']): EventBody {
  return pick<EventBody>(choose, [
    { type: 'nodeRetryRequested', nodeKey, ...by },
    { type: 'nodeRetryRequested', nodeKey, input: { value: { edited: true } }, ...by },
    { type: 'nodeSkipRequested', nodeKey, output: null, ...by },
    { type: 'nodeMarkRequested', nodeKey, outcome: randomOutcome(choose), ...by },
  ]);
}

/** Some nodes once more, with an output or an input given. */
function randomRerun(choose: Chooser, state: RunState, { node, by }: MoveBy): EventBody {
  const others = [...state.nodes.keys()];
  const from = chance(choose, 70) ? [node] : [];
  if (others.length > 0 && chance(choose, 40)) from.push(pick(choose, others));
  const patch: RerunPatch = {};
  const given = others.length > 0 ? pick(choose, others) : node;
  if (chance(choose, 30)) patch.nodeOutputs = { [given]: { n: choose.int(99) } };
  if (chance(choose, 15)) patch.nodeInputs = { [node]: { edited: true } };
  if (chance(choose, 20)) patch.input = { value: { n: choose.int(99) } };
  return { type: 'rerunRequested', from, patch, ...by };
}

type Outcome = Extract<EngineEvent, { type: 'nodeMarkRequested' }>['outcome'];

function randomOutcome(choose: Chooser): Outcome {
  return pick<Outcome>(choose, [
    { state: 'succeeded', output: { n: choose.int(99) } },
    { state: 'failed', message: 'it did not work' },
    { state: 'skipped' },
  ]);
}
