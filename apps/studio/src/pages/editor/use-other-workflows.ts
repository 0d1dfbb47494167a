import type { WorkflowChoice } from '@heddle/editor';
import { useApiQuery, WorkflowNames } from '@heddle/studio-data';
import { useCallback, useMemo } from 'react';
import { router } from '../../router.js';
import type { LoadedWorkflow } from './EditorPage.js';

/** The other workflows of the namespace, which a node may start, and a way to open one beside this one. */
export function useOtherWorkflows({ id, namespace }: LoadedWorkflow): {
  others: readonly WorkflowChoice[];
  openWorkflow: (id: string) => void;
} {
  const names = useApiQuery(WorkflowNames, { namespace: namespace.name });
  const nodes = names.data?.workflows.nodes;
  const others = useMemo(() => (nodes ?? []).filter((workflow) => workflow.id !== id), [nodes, id]);
  const openWorkflow = useCallback(
    (workflowId: string) => {
      const { href } = router.buildLocation({
        to: '/n/$namespace/workflows/$workflowId',
        params: { namespace: namespace.name, workflowId },
      });
      window.open(href, '_blank', 'noopener');
    },
    [namespace.name],
  );
  return { others, openWorkflow };
}
