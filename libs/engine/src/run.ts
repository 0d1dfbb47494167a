import type { Json } from '@heddle/kernel';
import { runsChildren } from './child-items.js';
import type { CompiledGraph } from './compile.js';
import { freshNode, isOpen } from './draft.js';
import type {
  ChildItem,
  ChildrenState,
  NodeRunState,
  RunChanges,
  RunMeta,
  RunState,
} from './state.js';

/** A run that has not started. */
export function newRun(
  graph: CompiledGraph,
  { input, meta }: { input: Json; meta: RunMeta },
): RunState {
  return {
    state: 'queued',
    input,
    context: {},
    output: null,
    error: null,
    meta,
    nodes: new Map(),
    openCount: graph.nodes.size - graph.undoNodes.length,
    uncaught: [],
    startedAt: null,
    endedAt: null,
    warnings: [],
    contextWrites: {},
    holds: { run: null, workflow: null },
    signals: [],
    completionCount: 0,
    compensation: null,
    payloadSize: 0,
    items: new Map(),
  };
}

/**
 * The state after a step. Takes over the map of `state.nodes` and changes it in place, so that a
 * run of thousands of nodes costs what the step touched: `state` must not be used any more. The
 * entries themselves are never changed. Use {@link copyRun} first to keep the old state.
 */
export function advance(state: RunState, changes: RunChanges): RunState {
  const nodes = state.nodes as Map<string, NodeRunState>;
  for (const [key, node] of changes.nodes) nodes.set(key, node);
  for (const [key, node] of changes.counters) nodes.set(key, node);
  advanceItems(state.items as Map<string, ChildItem[]>, changes.items);
  return changes.run ? { ...state, ...changes.run } : state;
}

function advanceItems(items: Map<string, ChildItem[]>, changes: RunChanges['items']): void {
  for (const { nodeKey, index, item } of changes) {
    if (item === null) {
      items.delete(nodeKey);
      continue;
    }
    let list = items.get(nodeKey);
    if (!list) items.set(nodeKey, (list = []));
    list[index] = item;
  }
}

/** A state that stays as it is while the original is advanced. */
export function copyRun(state: RunState): RunState {
  const items = new Map([...state.items].map(([key, list]) => [key, [...list]]));
  return { ...state, nodes: new Map(state.nodes), items };
}

/**
 * A node as stored: without the counters, which follow from the verdicts of the nodes before it.
 */
export type StoredNode = Omit<NodeRunState, 'settledCount' | 'liveCount'>;

/** A run as stored. */
export type StoredRun = Omit<
  RunState,
  'nodes' | 'openCount' | 'contextWrites' | 'completionCount'
> & {
  nodes: Iterable<StoredNode>;
  /**
   * Absent when not stored: concurrent writes to one context key from before are then not noticed.
   */
  contextWrites?: RunState['contextWrites'];
  /** Absent: 0. */
  completionCount?: number;
};

/**
 * The state of a run read back from storage; equal to the live one. Nodes that the graph does not
 * have are ignored.
 */
export function restoreRun(graph: CompiledGraph, stored: StoredRun): RunState {
  const nodes = new Map<string, NodeRunState>();
  let openCount = graph.nodes.size - graph.undoNodes.length;
  for (const node of stored.nodes) {
    const compiled = graph.nodes.get(node.key);
    if (!compiled) continue;
    nodes.set(node.key, { ...node, settledCount: 0, liveCount: 0 });
    if (compiled.undoes) openCount += node.state !== 'pending' && isOpen(node.state) ? 1 : 0;
    else if (!isOpen(node.state)) openCount--;
  }
  for (const node of [...nodes.values()]) settleOutgoing(graph, nodes, node);
  const items = restoreItems(nodes, stored.items);
  const { contextWrites = {}, completionCount = 0 } = stored;
  return { ...stored, contextWrites, completionCount, nodes, items, openCount };
}

/**
 * Child runs whose node has ended, or begins anew, may still be active for a moment; for their
 * parent they are canceled.
 */
function restoreItems(
  nodes: ReadonlyMap<string, NodeRunState>,
  stored: RunState['items'],
): RunState['items'] {
  const items = new Map<string, readonly ChildItem[]>();
  for (const [key, list] of stored) {
    const node = nodes.get(key);
    if (!node?.children) continue;
    items.set(key, runsChildren(node) ? list : asCounted(list.map(givenUp), node.children));
  }
  return items;
}

/**
 * A child run that was given up may end in its own way all the same, while it undoes what it did or because somebody made it go
 * on. For its parent it is canceled: no more items succeeded or failed than the node counted.
 */
function asCounted(list: readonly ChildItem[], count: ChildrenState): ChildItem[] {
  const found = { succeeded: 0, failed: 0 };
  return list.map((item) => {
    if (item?.state !== 'succeeded' && item?.state !== 'failed') return item;
    found[item.state] += 1;
    const isCounted = found[item.state] <= count[item.state];
    return isCounted ? item : { ...item, state: 'canceled', output: null };
  });
}

// A list that was stored as text has null where nothing was.
function givenUp(item: ChildItem | null): ChildItem {
  return (item?.state === 'active' ? { ...item, state: 'canceled' } : item) as ChildItem;
}

function settleOutgoing(
  graph: CompiledGraph,
  nodes: Map<string, NodeRunState>,
  node: NodeRunState,
): void {
  // Open nodes have decided nothing, nor have those that the end of the run canceled.
  const isSkipped = node.state === 'skipped';
  if (isOpen(node.state) || (node.verdicts === null && !isSkipped)) return;
  for (const edge of graph.nodes.get(node.key)?.outgoing ?? []) {
    let target = nodes.get(edge.target.key);
    if (!target) nodes.set(edge.target.key, (target = freshNode(edge.target.key)));
    target.settledCount++;
    if (node.verdicts?.[edge.id]?.isLive) target.liveCount++;
  }
}
