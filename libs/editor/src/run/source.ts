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
  /** `retry`, `time`, `signal`, `approval`, `children` or `hold`. */
  waitingFor?: string | null;
  hold?: { by: string; reason: string | null; until: string | null } | null;
  children?: ChildCountsView | null;
  /** The run whose node run it stands for. */
  reusedFrom?: { runId: string; attempt: number } | null;
  by?: { name: string; action: string; reason: string | null } | null;
}

/** How far a node with child runs has got. */
export interface ChildCountsView {
  /** Null: not known. */
  total: number | null;
  started: number;
  active: number;
  succeeded: number;
  failed: number;
  canceled: number;
}

/** One reason why a node has not ended. */
export interface WaitReasonView {
  kind: string;
  message: string;
  nodeKeys: readonly string[];
  until: string | null;
  facts: Json;
}

/** What a rerun would do to a node, painted on the canvas. */
export interface NodePaint {
  effect: 'reused' | 'reexecuted' | 'skipped';
  isCertain: boolean;
  /** A person chose it. */
  isPicked: boolean;
}

/** States of a run's nodes; a listener of one node is called only when that node changed. */
export interface NodeRunSource {
  getNode(key: string): NodeRunView | undefined;
  subscribeNode(key: string, listener: () => void): () => void;
  /** Why a node has not ended; the same list while nothing changed. */
  getReasons?(key: string): readonly WaitReasonView[];
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

const NO_REASONS: readonly WaitReasonView[] = [];

/** Why a node run has not ended, outermost cause first. */
export function useNodeReasons(
  source: NodeRunSource | null,
  key: string,
): readonly WaitReasonView[] {
  const subscribe = useCallback(
    (listener: () => void) => source?.subscribeNode(key, listener) ?? silent(),
    [source, key],
  );
  return useSyncExternalStore(subscribe, () => source?.getReasons?.(key) ?? NO_REASONS);
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
