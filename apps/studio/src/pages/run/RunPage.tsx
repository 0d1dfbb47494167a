import { parseGraph } from '@heddle/graph';
import { useRunWatch } from '@heddle/studio-data';
import { ErrorState, LoadingState } from '@heddle/ui';
import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useWorkText } from '../../i18n/work.js';
import { NotFoundPage } from '../NotFoundPage.js';
import { RunWorkspace } from './RunWorkspace.js';

/** One run: snapshot, live deltas, and everything that can be done with it. */
export function RunPage() {
  const { runId = '' } = useParams({ strict: false });
  return <WatchedRunPage key={runId} runId={runId} />;
}

function WatchedRunPage({ runId }: { runId: string }) {
  const t = useWorkText();
  const { watcher, snapshot } = useRunWatch(runId);
  const graph = snapshot?.graph;
  const parsed = useMemo(() => (graph === undefined ? null : parseGraph(graph)), [graph]);
  if (watcher.status === 'failed' && watcher.error) {
    if (watcher.error.code === 'NOT_FOUND') return <NotFoundPage />;
    return <ErrorState error={watcher.error} onRetry={() => void watcher.reload()} />;
  }
  if (!snapshot || !watcher.view || !parsed) return <LoadingState />;
  if (!parsed.ok) {
    const message = parsed.problems[0]?.message ?? '';
    return <ErrorState error={{ code: t('editor.badGraph'), message }} />;
  }
  return (
    <RunWorkspace watcher={watcher} snapshot={snapshot} view={watcher.view} graph={parsed.graph} />
  );
}
