import type { Json } from '@heddle/kernel';
import type { NodeStateName } from '@heddle/ui';
import { useCallback, useSyncExternalStore } from 'react';

/** Why an edge was taken or not. */
export interface EdgeVerdictView {
  isLive: boolean;
  reason: string;
  values?: Json;
  message?: string;
}

/** What the run canvas shows of a node run. */
export interface NodeRunView {
  key: string;
  state: string;
  attempt: number;
  queuedAt: string | null;
  startedAt: string | null;
  endedAt: string | null;
  dueAt: string | null;
  error: { code: string; message: string } | null;
  verdicts: Record<string, EdgeVerdictView> | null;
}

/** States of a run's nodes; a listener of one node is called only when that node changed. */
export interface NodeRunSource {
  getNode(key: string): NodeRunView | undefined;
  subscribeNode(key: string, listener: () => void): () => void;
  /** Called after any change. */
  subscribe(listener: () => void): () => void;
}

const silent = (): (() => void) => () => undefined;

/** The present state of one node run. */
export function useNodeRun(source: NodeRunSource | null, key: string): NodeRunView | undefined {
  const subscribe = useCallback(
    (listener: () => void) => source?.subscribeNode(key, listener) ?? silent(),
    [source, key],
  );
  return useSyncExternalStore(subscribe, () => source?.getNode(key));
}

/** A state's name for the shared tokens; unknown states look pending. */
export function stateName(state: string | undefined): NodeStateName {
  switch (state) {
    case 'queued':
    case 'running':
    case 'waiting':
    case 'succeeded':
    case 'failed':
    case 'skipped':
    case 'canceled':
      return state;
    default:
      return 'pending';
  }
}

/** What became of an edge in a run. */
export type EdgeFate = 'open' | 'live' | 'dead';

/** The fate of an edge by its source's verdicts; a skipped source without verdicts leaves all edges dead. */
export function edgeFate(source: NodeRunView | undefined, edgeId: string): EdgeFate {
  if (!source) return 'open';
  const verdict =
    source.verdicts && Object.hasOwn(source.verdicts, edgeId) ? source.verdicts[edgeId] : undefined;
  if (verdict) return verdict.isLive ? 'live' : 'dead';
  return source.state === 'skipped' ? 'dead' : 'open';
}
