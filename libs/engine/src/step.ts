import { assertNever } from '@heddle/kernel';
import type { CompiledGraph } from './compile.js';
import { Draft } from './draft.js';
import { endIfDone } from './ending.js';
import { childReopened, retryItem } from './child-operators.js';
import { childEnded } from './children.js';
import type { Effect, EngineEvent, Refusal } from './event.js';
import { isRunHeld } from './held.js';
import { holdNode, holdRun, releaseNode, releaseRun, setRunHold } from './holds.js';
import { propagate } from './lifecycle.js';
import { markNode } from './mark.js';
import { cancelNode, cancelRun, retryNode, skipNode } from './operator.js';
import { rerunNodes, seedReused } from './rerun.js';
import { illegal, RefusalSignal, stale, unknownNode } from './refusal.js';
import type { RunChanges, RunState } from './state.js';
import { taskFailed, taskLeased, taskLost, taskReturned, taskSucceeded } from './task-events.js';
import { timerFired } from './timers.js';
import { approvalDecided, signalReceived } from './waits.js';

/** What one event did: changes and effects, or why it was refused (the state is untouched then). */
export type StepResult =
  { ok: true; changes: RunChanges; effects: readonly Effect[] } | { ok: false; refusal: Refusal };

/**
 * Applies one event to a run. Pure: reads `state`, changes nothing; time and chance come with the
 * event. Costs what the event touches, not the size of the graph, except when it ends, reopens or
 * starts the run.
 */
export function step(graph: CompiledGraph, state: RunState, event: EngineEvent): StepResult {
  const draft = new Draft(graph, state, event);
  try {
    expectPossible(draft);
    apply(draft);
    propagate(draft);
    endIfDone(draft);
  } catch (error) {
    if (error instanceof RefusalSignal) return { ok: false, refusal: error.refusal };
    throw error;
  }
  return { ok: true, changes: draft.changes(), effects: draft.effects };
}

/** Operator actions on nodes that are possible after the run ended: they reopen it. */
const REOPENING: ReadonlySet<EngineEvent['type']> = new Set([
  'nodeRetryRequested',
  'nodeSkipRequested',
  'nodeMarkRequested',
  'rerunRequested',
  'itemRetryRequested',
  'childReopened',
]);
/** What may happen to a run that has not started. */
const BEFORE_START: ReadonlySet<EngineEvent['type']> = new Set([
  'runHoldRequested',
  'runReleaseRequested',
  'runCancelRequested',
  'signalReceived',
]);
const OPERATOR: ReadonlySet<EngineEvent['type']> = new Set([
  'nodeRetryRequested', 'nodeSkipRequested', 'nodeCancelRequested', 'runCancelRequested', 'nodeMarkRequested',
  'rerunRequested', 'runHoldRequested', 'runReleaseRequested', 'nodeHoldRequested', 'nodeReleaseRequested',
  'approvalDecided',
]); // prettier-ignore

function expectPossible({ graph, state, event }: Draft): void {
  if ('nodeKey' in event && event.nodeKey !== null && !graph.nodes.has(event.nodeKey)) {
    throw unknownNode(event.nodeKey);
  }
  const isEnded = state.endedAt !== null;
  if (event.type === 'runStarted') {
    if (state.state !== 'queued')
      throw illegal(`The run has started already; it is ${state.state}.`);
  } else if (isEnded && !REOPENING.has(event.type)) {
    if (OPERATOR.has(event.type)) throw illegal(`The run has ended already: it is ${state.state}.`);
    throw stale(`The run has ended already: it is ${state.state}.`);
  } else if (state.state === 'queued' && !BEFORE_START.has(event.type)) {
    throw illegal('The run has not started yet.');
  }
}

function apply(draft: Draft): void {
  const { event } = draft;
  switch (event.type) {
    case 'runStarted':
      return startRun(draft, event);
    case 'taskLeased':
      return taskLeased(draft, event);
    case 'taskSucceeded':
      return taskSucceeded(draft, event);
    case 'taskFailed':
      return taskFailed(draft, event);
    case 'taskLost':
      return taskLost(draft, event);
    case 'taskReturned':
      return taskReturned(draft, event);
    case 'timerFired':
      return timerFired(draft, event);
    case 'runCancelRequested':
      return cancelRun(draft, event);
    case 'nodeRetryRequested':
      return retryNode(draft, event);
    case 'nodeSkipRequested':
      return skipNode(draft, event);
    case 'nodeCancelRequested':
      return cancelNode(draft, event);
    case 'runHoldRequested':
      return holdRun(draft, event);
    case 'runReleaseRequested':
      return releaseRun(draft, event);
    case 'nodeHoldRequested':
      return holdNode(draft, event);
    case 'nodeReleaseRequested':
      return releaseNode(draft, event);
    case 'childEnded':
      return childEnded(draft, event);
    case 'childReopened':
      return childReopened(draft, event);
    case 'itemRetryRequested':
      return retryItem(draft, event);
    case 'signalReceived':
      return signalReceived(draft, event);
    case 'approvalDecided':
      return approvalDecided(draft, event);
    case 'nodeMarkRequested':
      return markNode(draft, event);
    case 'rerunRequested':
      return rerunNodes(draft, event);
    default:
      assertNever(event);
  }
}

function startRun(draft: Draft, event: EngineEvent & { type: 'runStarted' }): void {
  const { workflowHold } = event;
  draft.set('state', isRunHeld(draft) ? 'paused' : 'running');
  draft.set('startedAt', draft.at);
  if (workflowHold) setRunHold(draft, 'workflow', workflowHold);
  const { deadlineMs } = draft.graph.graph.settings;
  if (deadlineMs !== undefined) {
    const dueAt = draft.at + deadlineMs;
    draft.effects.push({
      type: 'armTimer',
      timer: 'runDeadline',
      nodeKey: null,
      attempt: 0,
      dueAt,
    });
  }
  seedReused(draft, event);
  draft.toConsider.push(...draft.graph.sources);
}
