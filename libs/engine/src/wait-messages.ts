import { assert } from '@heddle/kernel';
import type { Join } from '@heddle/graph';
import type { CompiledNode } from './compile.js';
import type { JoinCounts } from './join.js';
import type { NodeRunState, RunState } from './state.js';
import type { OpenSource, ReasonBody } from './wait-reasons.js';

/** Sources that a sentence names. */
const NAMES_MAX = 3;

/** What only a server knows of a queued task, at one moment. */
export interface DispatchFacts {
  /** Connected workers of the group that offer the executor. */
  workersMatching: number;
  /** Connected workers of the group. */
  workersInGroup: number;
  /** Free slots of the workers that match. */
  freeSlots: number;
  /** Place among the tasks that wait for such a worker, from 1; null when unknown. */
  queuePosition: number | null;
}

/** What an undecided join waits for, as a sentence. */
export function joinMessage(
  join: Join,
  { settled, live, total }: JoinCounts,
  open: { named: readonly OpenSource[]; count: number },
): string {
  const names = open.named
    .slice(0, NAMES_MAX)
    .map(({ nodeKey, state }) => `"${nodeKey}" (${state})`);
  const more = open.count > names.length ? ` and ${open.count - names.length} more` : '';
  const wanted = {
    any: `${total - settled} of ${total} edges are not settled`,
    all: `${total - settled} of ${total} edges are not settled`,
    first: `none of ${total} edges is live yet`,
    'n-of-m': `${live} of ${join.kind === 'n-of-m' ? join.n : 0} live edges are there`,
  }[join.kind];
  return `Its join is not satisfied: ${wanted}; it waits for ${names.join(', ')}${more}.`;
}

/** Why a node that waits, but not for its hold, does so. */
export function waitingReason(compiled: CompiledNode, node: NodeRunState): ReasonBody {
  switch (node.waitingFor) {
    case 'retry':
      return retryReason(compiled, node);
    case 'time':
      if (node.children) return iterationReason(node.dueAt);
      return { kind: 'time', until: node.dueAt, message: `It waits until ${instant(node.dueAt)}.` };
    case 'signal':
      return signalReason(node);
    case 'approval':
      return approvalReason(node);
    default:
      assert(node.waitingFor === 'children', `${node.key} waits for ${node.waitingFor}`);
      return childrenReason(compiled, node);
  }
}

function retryReason(compiled: CompiledNode, node: NodeRunState): ReasonBody {
  const attempt = node.attempt - node.attemptBase;
  const attemptsMax = compiled.node.retry?.attempts ?? 1;
  const { error, dueAt } = node;
  const lastError = error && { code: error.code, message: error.message };
  const why = error ? ` (${error.code}: ${error.message.slice(0, 200)})` : '';
  const message = `Attempt ${attempt} of ${attemptsMax} failed${why}; the next one starts at ${instant(dueAt)}.`;
  return { kind: 'retry', attempt, attemptsMax, dueAt, lastError, message };
}

function signalReason(node: NodeRunState): ReasonBody {
  const [name = '', ...rest] = (node.correlation ?? '').split('/');
  const key = rest.length > 0 ? rest.join('/') : null;
  const expiresAt = node.dueAt;
  const which = key === null ? `"${name}"` : `"${name}" with key "${key}"`;
  const message = `It waits for the signal ${which}${expiry(expiresAt)}.`;
  return { kind: 'signal', name, key, expiresAt, message };
}

function approvalReason(node: NodeRunState): ReasonBody {
  const { title = '', assignees = [] } = node.prompt ?? {};
  const expiresAt = node.dueAt;
  const who = assignees.length === 0 ? 'an operator' : assignees.slice(0, NAMES_MAX).join(', ');
  const more = assignees.length > NAMES_MAX ? ` or ${assignees.length - NAMES_MAX} more` : '';
  const message = `It waits for a decision of ${who}${more}${expiry(expiresAt)}.`;
  return { kind: 'approval', title, assignees, expiresAt, message };
}

function iterationReason(dueAt: number | null): ReasonBody {
  return { kind: 'iteration', dueAt, message: `The next iteration starts at ${instant(dueAt)}.` };
}

function childrenReason(compiled: CompiledNode, node: NodeRunState): ReasonBody {
  const { active = 0, started = 0, total = null } = node.children ?? {};
  const rule = compiled.children;
  const limit = rule?.kind === 'each' ? rule.concurrency : null;
  const of = total === null ? '' : ` of ${total}`;
  const isFull = limit !== null && active >= limit && total !== null && started < total;
  const why = isFull ? `; at most ${limit} run at a time` : '';
  const message = `${active} child runs are active, ${started}${of} have been started${why}.`;
  return { kind: 'children', active, started, total, limit, message };
}

/** Why the task of a node has not been taken. */
export function queuedReason(
  compiled: CompiledNode,
  node: NodeRunState,
  facts: DispatchFacts | undefined,
): ReasonBody {
  const route = compiled.type.route?.(compiled.node.config);
  if (!facts || !route) {
    return { kind: 'queued', since: node.queuedAt, message: 'Its task waits for a worker.' };
  }
  const { group, executor } = route;
  const { workersMatching, workersInGroup, freeSlots, queuePosition } = facts;
  if (workersMatching === 0) {
    const others =
      workersInGroup === 0
        ? 'none is connected'
        : `none of the ${workersInGroup} that are connected does`;
    const message = `No worker of group "${group}" offers "${executor}": ${others}.`;
    return { kind: 'noWorker', group, executor, workersInGroup, message };
  }
  const place = queuePosition === null ? '' : `; it is number ${queuePosition} in the queue`;
  if (freeSlots === 0) {
    const workers = workersMatching === 1 ? '1 worker matches' : `${workersMatching} workers match`;
    const message = `${workers}, but no slot is free${place}.`;
    return { kind: 'noSlot', workersMatching, queuePosition, message };
  }
  const message = `Its task is about to be taken: ${freeSlots} slots are free${place}.`;
  return { kind: 'queuePosition', queuePosition, freeSlots, message };
}

/** Why an undo node has not started. */
export function undoReason({ key }: CompiledNode, undoes: string, state: RunState): ReasonBody {
  const place = state.compensation?.pending.indexOf(key) ?? -1;
  if (place < 0) {
    const message = `It undoes "${undoes}", and runs only when the run fails or is canceled with undoing after "${undoes}" succeeded.`;
    return { kind: 'undo', undoes, stage: 'notNeeded', before: 0, message };
  }
  const before = place + (state.openCount > 0 ? 1 : 0);
  const message = `It undoes "${undoes}" after ${before} other undo nodes: the last success is undone first.`;
  return { kind: 'undo', undoes, stage: 'turn', before, message };
}

function instant(at: number | null): string {
  return at === null ? 'some time' : new Date(at).toISOString();
}

function expiry(at: number | null): string {
  return at === null ? '' : ` until ${instant(at)}`;
}
