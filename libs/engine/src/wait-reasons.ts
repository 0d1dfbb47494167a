import { assert } from '@heddle/kernel';
import type { CompiledGraph, CompiledNode } from './compile.js';
import { isOpen } from './draft.js';
import { joinCounts, joinOutcome } from './join.js';
import type { Hold, NodeRunState, NodeStateName, RunState } from './state.js';
import {
  joinMessage,
  undoReason,
  queuedReason,
  waitingReason,
  type DispatchFacts,
} from './wait-messages.js';

/** Nodes that one chain goes through: it follows one open source each time, a graph may be thousands deep. */
export const WAIT_CHAIN_MAX = 20;

/** Open sources that one reason names; a join may have thousands. */
export const OPEN_SOURCES_MAX = 50;

/** A node that something waits for. */
export interface OpenSource {
  nodeKey: string;
  state: NodeStateName;
}

interface ReasonBase {
  /** The node that this holds up: the one asked for, or one further up the chain. */
  nodeKey: string;
  /** One sentence for people. */
  message: string;
}

/** Why a node has not ended. Instants are epoch milliseconds. */
export type WaitReason =
  /** The run has been accepted but has not started. */
  | (ReasonBase & { kind: 'runQueued' })
  /** Incoming edges are not settled. The chain goes on with the first open source. */
  | (ReasonBase & {
      kind: 'join';
      join: CompiledNode['join']['kind'];
      settled: number;
      live: number;
      total: number;
      /** In the order of the edges, at most {@link OPEN_SOURCES_MAX}. */
      open: OpenSource[];
      openCount: number;
    })
  | (ReasonBase & {
      kind: 'hold';
      scope: 'run' | 'workflow' | 'node';
      by: string;
      reason: string | null;
      at: number;
      until: number | null;
    })
  /** The next attempt is due at `dueAt`. `attempt` is the one that failed last, of `attemptsMax`. */
  | (ReasonBase & {
      kind: 'retry';
      attempt: number;
      attemptsMax: number;
      dueAt: number | null;
      lastError: { code: string; message: string } | null;
    })
  | (ReasonBase & { kind: 'time'; until: number | null })
  | (ReasonBase & {
      kind: 'signal';
      name: string;
      key: string | null;
      expiresAt: number | null;
    })
  | (ReasonBase & {
      kind: 'approval';
      title: string;
      assignees: readonly string[];
      expiresAt: number | null;
    })
  /** Child runs go on. `limit`: how many may run at a time; null: no bound of its own. */
  | (ReasonBase & {
      kind: 'children';
      active: number;
      started: number;
      total: number | null;
      limit: number | null;
    })
  /** The pause of a loop before its next iteration. */
  | (ReasonBase & { kind: 'iteration'; dueAt: number | null })
  /** No connected worker of the group offers the executor. */
  | (ReasonBase & {
      kind: 'noWorker';
      group: string;
      executor: string;
      workersInGroup: number;
    })
  /** Workers match, but all their slots are taken. */
  | (ReasonBase & { kind: 'noSlot'; workersMatching: number; queuePosition: number | null })
  | (ReasonBase & { kind: 'queuePosition'; queuePosition: number | null; freeSlots: number })
  /** Its task waits for a worker; what workers there are is not known here. */
  | (ReasonBase & { kind: 'queued'; since: number | null })
  | (ReasonBase & { kind: 'running'; worker: string | null; since: number | null })
  /** An undo node: it runs only when the run is undone and its turn has come. */
  | (ReasonBase & {
      kind: 'undo';
      /** The node whose work it undoes. */
      undoes: string;
      /** `notNeeded`: the run is not being undone. `turn`: `before` others go first. */
      stage: 'notNeeded' | 'turn';
      before: number;
    })
  /** The chain is longer than {@link WAIT_CHAIN_MAX}. */
  | (ReasonBase & { kind: 'more' });

/** Each reason but for its node. */
export type ReasonBody = WaitReason extends infer R
  ? R extends WaitReason
    ? Omit<R, 'nodeKey'>
    : never
  : never;

/**
 * Why a node has not ended: its own reasons first (a join that is not settled and a hold may both be there), then, where
 * its join waits, those of the first open node before it, down to what really blocks. Never empty for a node
 * that has not ended, always empty for one that has. Asks the predicates that decide, and costs what it answers.
 * `facts` of queued tasks by node key come from whoever knows the workers; without them such a node is just `queued`.
 */
export function waitReasons(
  graph: CompiledGraph,
  state: RunState,
  key: string,
  facts: ReadonlyMap<string, DispatchFacts> = NO_FACTS,
): WaitReason[] {
  const reasons: WaitReason[] = [];
  let next: string | null = key;
  for (let depth = 0; next !== null; depth++) {
    const nodeKey: string = next;
    if (depth === WAIT_CHAIN_MAX) {
      reasons.push({
        kind: 'more',
        nodeKey,
        message: `The chain goes on before "${nodeKey}".`,
      });
      break;
    }
    const own = ownReasons(graph, state, nodeKey, facts);
    for (const reason of own) reasons.push({ ...reason, nodeKey });
    next = openSourceOf(own);
  }
  return reasons;
}

const NO_FACTS: ReadonlyMap<string, DispatchFacts> = new Map();

/** The first node that a join waits for. */
function openSourceOf(reasons: readonly ReasonBody[]): string | null {
  const [first] = reasons;
  return first?.kind === 'join' ? (first.open[0]?.nodeKey ?? null) : null;
}

function ownReasons(
  graph: CompiledGraph,
  state: RunState,
  key: string,
  facts: ReadonlyMap<string, DispatchFacts>,
): ReasonBody[] {
  const compiled = graph.nodes.get(key);
  assert(compiled, `no node ${key} in the graph of this run`);
  const node = state.nodes.get(key);
  if (node && !isOpen(node.state)) return [];
  if (state.state === 'queued') {
    return [{ kind: 'runQueued', message: 'The run has not started yet.' }];
  }
  if (compiled.undoes && (!node || node.state === 'pending')) {
    return [undoReason(compiled, compiled.undoes.key, state), ...holdReasons(state, node)];
  }
  if (!node || node.state === 'pending') {
    return [...joinReasons(state, compiled, node), ...holdReasons(state, node)];
  }
  if (node.waitingFor === 'hold') return holdReasons(state, node);
  if (node.waitingFor !== null) return [waitingReason(compiled, node), ...holdReasons(state, node)];
  if (node.state === 'queued') return [queuedReason(compiled, node, facts.get(key))];
  const message = `It runs${node.worker === null ? '' : ` on ${node.worker}`}.`;
  return [{ kind: 'running', worker: node.worker, since: node.startedAt, message }];
}

function joinReasons(
  state: RunState,
  compiled: CompiledNode,
  node: NodeRunState | undefined,
): ReasonBody[] {
  const counts = joinCounts(compiled, node);
  if (joinOutcome(compiled.join, counts) !== 'undecided') return [];
  const open = new Map<string, OpenSource>();
  for (const { source } of compiled.incoming) {
    const sourceState = state.nodes.get(source.key)?.state ?? 'pending';
    if (isOpen(sourceState)) open.set(source.key, { nodeKey: source.key, state: sourceState });
  }
  const named = [...open.values()].slice(0, OPEN_SOURCES_MAX);
  const message = joinMessage(compiled.join, counts, { named, count: open.size });
  const join = compiled.join.kind;
  return [{ kind: 'join', join, ...counts, open: named, openCount: open.size, message }];
}

function holdReasons(state: RunState, node: NodeRunState | undefined): ReasonBody[] {
  const holds: [scope: 'run' | 'workflow' | 'node', hold: Hold | null | undefined][] = [
    ['run', state.holds.run],
    ['workflow', state.holds.workflow],
    ['node', node?.hold],
  ];
  return holds.flatMap(([scope, hold]) => {
    if (!hold) return [];
    const { reason, at, until } = hold;
    const what = scope === 'node' ? 'It' : `The ${scope}`;
    const why = reason === null ? '' : `: ${reason}`;
    const message = `${what} is held by ${hold.by.name}${why}.`;
    return [{ kind: 'hold', scope, by: hold.by.name, reason, at, until, message }];
  });
}
