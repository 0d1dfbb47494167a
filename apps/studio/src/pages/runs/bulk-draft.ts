import type { Json } from '@heddle/kernel';
import type { BulkAction, BulkInput, NodeState, RunFilter } from '@heddle/studio-data';

/** Every bulk action, in the order of the choice. */
export const BULK_ACTIONS = [
  'RETRY_FAILED',
  'RERUN',
  'RESOLVE',
  'CANCEL_RUNS',
  'HOLD_RUNS',
  'RELEASE_RUNS',
  'RETRY_NODE',
  'SKIP_NODE',
  'MARK_NODE_FAILED',
] as const satisfies readonly BulkAction[];

/** A bulk action as a person prepares it. */
export interface BulkDraft {
  action: BulkAction;
  nodeKey: string;
  nodeStates: NodeState[];
  output: Json;
}

/** Whether an action is about one node of each run. */
export function isNodeAction(action: BulkAction): boolean {
  return action === 'RETRY_NODE' || action === 'SKIP_NODE' || action === 'MARK_NODE_FAILED';
}

/** What the API is asked; null while the node is not named. */
export function bulkInputOf(
  { action, nodeKey, nodeStates, output }: BulkDraft,
  namespace: string,
  filter: RunFilter,
): BulkInput | null {
  if (!isNodeAction(action)) return { namespace, action, filter };
  const key = nodeKey.trim();
  if (key === '') return null;
  return {
    namespace,
    action,
    filter,
    nodeKey: key,
    ...(nodeStates.length > 0 ? { nodeStates } : {}),
    ...(action === 'SKIP_NODE' ? { output } : {}),
  };
}
