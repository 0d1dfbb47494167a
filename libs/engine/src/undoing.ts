import type { CompiledGraph, CompiledNode } from './compile.js';
import type { Draft } from './draft.js';
import { illegal, type RefusalSignal } from './refusal.js';
import type { CompensationState, NodeRunState, RunState } from './state.js';

/** Whether the run is undoing what it did at this moment. */
export function isUndoing(draft: Draft): boolean {
  return draft.get('compensation') !== null && draft.get('endedAt') === null;
}

/** Numbers the success of a node that can be undone. */
export function noteCompletion(draft: Draft, compiled: CompiledNode, node: NodeRunState): void {
  if (compiled.undoneBy === null) return;
  const count = draft.get('completionCount') + 1;
  draft.set('completionCount', count);
  node.completion = count;
}

/** Remembers an undo node that ended badly; the next one goes on. */
export function noteUndoFailed(draft: Draft, key: string): void {
  editCompensation(draft, ({ failed }) => ({ failed: [...failed, key] }));
}

/** Changes some of what is known of the undoing. */
export function editCompensation(
  draft: Draft,
  change: (state: CompensationState) => Partial<CompensationState>,
): void {
  const state = draft.get('compensation');
  if (state) draft.set('compensation', { ...state, ...change(state) });
}

/** The undo nodes of what this very run did, the last one first. */
export function owedUndos(
  graph: CompiledGraph,
  node: (key: string) => NodeRunState | undefined,
): string[] {
  const done = graph.undoNodes.flatMap(({ key, undoes }) => {
    const source = undoes && node(undoes.key);
    return source?.state === 'succeeded' && source.completion !== null
      ? [{ key, completion: source.completion }]
      : [];
  });
  return done.sort((a, b) => b.completion - a.completion).map(({ key }) => key);
}

/**
 * Whether a person may decide about this node: one that undoes others only while that is asked for, any other
 * only while its work stands.
 */
export function expectRepairable(draft: Draft, { key, undoes }: CompiledNode): void {
  const compensation = draft.get('compensation');
  if (undoes && compensation === null) {
    throw illegal(`Node "${key}" undoes "${undoes.key}": it runs only when the run is undone.`);
  }
  if (!undoes && compensation !== null) throw undone(key);
}

/** Whether a node may be executed again with what comes after it: no undo node, and nothing has been undone. */
export function expectInNormalCourse(draft: Draft, { key, undoes }: CompiledNode): void {
  if (draft.get('compensation') !== null) throw undone(key);
  if (undoes) {
    throw illegal(`Node "${key}" undoes "${undoes.key}": it runs only when the run is undone.`);
  }
}

function undone(key: string): RefusalSignal {
  return illegal(
    `The run has undone what it did, so "${key}" cannot be repaired in it: rerun it as a new run.`,
  );
}

/** Whether an undo node has been at work: what it undoes cannot be relied on any more. */
export function isUndone({ undoneBy }: CompiledNode, state: RunState): boolean {
  return undoneBy !== null && (state.nodes.get(undoneBy.key)?.attempt ?? 0) > 0;
}
