import {
  HoldNode,
  HoldRun,
  HoldWorkflow,
  ReleaseNode,
  ReleaseRun,
  ReleaseWorkflow,
  Runs,
  useApiMutation,
  WorkflowHold,
  Workflows,
} from '@heddle/studio-data';

/** What is held or released. */
export type HoldTarget =
  | { kind: 'run'; runId: string }
  | { kind: 'node'; runId: string; nodeKey: string }
  | { kind: 'workflow'; workflowId: string };

/** How long and why. */
export interface NewHold {
  /** ISO 8601, UTC; absent: until somebody releases it. */
  until?: string;
  reason?: string;
}

/** Holds and releases a run, a node or a workflow. */
export interface Holding {
  hold: (hold: NewHold) => Promise<unknown>;
  release: () => Promise<unknown>;
  isPending: boolean;
}

/** The two actions for one target. */
export function useHold(target: HoldTarget): Holding {
  const lists = [Workflows, WorkflowHold];
  const holdRun = useApiMutation(HoldRun, [Runs]);
  const releaseRun = useApiMutation(ReleaseRun, [Runs]);
  const holdNode = useApiMutation(HoldNode);
  const releaseNode = useApiMutation(ReleaseNode);
  const holdWorkflow = useApiMutation(HoldWorkflow, lists);
  const releaseWorkflow = useApiMutation(ReleaseWorkflow, lists);
  const all = [holdRun, releaseRun, holdNode, releaseNode, holdWorkflow, releaseWorkflow];
  const isPending = all.some((mutation) => mutation.isPending);
  switch (target.kind) {
    case 'run':
      return {
        hold: (hold) => holdRun.mutateAsync({ id: target.runId, ...hold }),
        release: () => releaseRun.mutateAsync({ id: target.runId }),
        isPending,
      };
    case 'node': {
      const { runId, nodeKey } = target;
      return {
        hold: (hold) => holdNode.mutateAsync({ runId, nodeKey, ...hold }),
        release: () => releaseNode.mutateAsync({ runId, nodeKey }),
        isPending,
      };
    }
    case 'workflow':
      return {
        hold: (hold) => holdWorkflow.mutateAsync({ id: target.workflowId, ...hold }),
        release: () => releaseWorkflow.mutateAsync({ id: target.workflowId }),
        isPending,
      };
  }
}
