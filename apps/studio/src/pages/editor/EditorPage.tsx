import { parseGraph } from '@heddle/graph';
import {
  EditorWorkflow,
  type EditorWorkflowQuery,
  request,
  type HeddleApiError,
} from '@heddle/studio-data';
import { ErrorState, LoadingState } from '@heddle/ui';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useWorkText } from '../../i18n/work.js';
import { NotFoundPage } from '../NotFoundPage.js';
import { EditorWorkspace } from './EditorWorkspace.js';

/** A workflow as the editor loads it. */
export type LoadedWorkflow = NonNullable<EditorWorkflowQuery['workflow']>;

/**
 * Loads the workflow once per visit. Refetching in the background would bring a draft that is older than what is on the
 * canvas; the autosave learns of foreign changes by the revision instead.
 */
function useLoadedWorkflow(id: string) {
  return useQuery<EditorWorkflowQuery, HeddleApiError>({
    queryKey: ['EditorWorkflow', id],
    queryFn: ({ signal }) => request(EditorWorkflow, { id }, { signal }),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/** The editor of one workflow. */
export function EditorPage() {
  const t = useWorkText();
  const { workflowId = '' } = useParams({ strict: false });
  const query = useLoadedWorkflow(workflowId);
  if (query.isError && !query.data) {
    if (query.error.code === 'NOT_FOUND') return <NotFoundPage />;
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (!query.data) return <LoadingState />;
  const { workflow } = query.data;
  if (!workflow) return <NotFoundPage />;
  const parsed = parseGraph(workflow.draft.graph);
  if (!parsed.ok) {
    const message = parsed.problems[0]?.message ?? '';
    return (
      <ErrorState
        error={{ code: t('editor.badGraph'), message }}
        onRetry={() => void query.refetch()}
      />
    );
  }
  return <EditorWorkspace key={workflow.id} workflow={workflow} graph={parsed.graph} />;
}
