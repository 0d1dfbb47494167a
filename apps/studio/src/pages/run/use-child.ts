import { parseGraph } from '@heddle/graph';
import { type HeddleApiError, useRunWatch } from '@heddle/studio-data';
import { useMemo } from 'react';
import type { WatchedChild } from './ExpandedRun.js';

/** The child run that is shown inside the page; `child` is null while it loads and when there is none. */
export function useChild(runId: string | undefined): {
  child: WatchedChild | null;
  error: HeddleApiError | null;
} {
  const { watcher, snapshot } = useRunWatch(runId ?? null);
  const graph = snapshot?.graph;
  const parsed = useMemo(() => (graph === undefined ? null : parseGraph(graph)), [graph]);
  const { view } = watcher;
  if (runId === undefined || !snapshot || !view || !parsed?.ok || snapshot.id !== runId)
    return { child: null, error: runId === undefined ? null : watcher.error };
  return { child: { watcher, snapshot, view, graph: parsed.graph }, error: null };
}
