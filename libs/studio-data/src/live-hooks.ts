import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useState, useSyncExternalStore } from 'react';
import { request, HeddleApiError } from './api.js';
import {
  ApprovalCount,
  Approvals,
  BulkOperations,
  BulkReport,
  RunSnapshot as RunSnapshotDocument,
  Runs,
  RunStep,
  Workers,
  Workflows,
} from './generated/operations.js';
import type { LiveTransport } from './live-client.js';
import { LogTail, type LogQuery, type LogTailState } from './log-tail.js';
import { operationName } from './query.js';
import { runViewOf, type LoadedRun } from './run-view.js';
import { RunWatcher } from './run-watcher.js';

/** Lists are asked again at most this often, however many runs change. */
const REFRESH_MS_MIN = 1_000;
/** While the live channel is down a run's snapshot is loaded again this often. */
const STALE_POLL_MS = 4_000;

const LiveContext = createContext<LiveTransport | null>(null);
/** Gives the live channel to everything below it. */
export const LiveProvider = LiveContext.Provider;

/** The page's live channel. */
export function useLive(): LiveTransport {
  const live = use(LiveContext);
  if (!live) throw new Error('useLive needs a LiveProvider above it.');
  return live;
}

/** Whether the live channel is up. */
export function useIsLive(): boolean {
  const live = useLive();
  return useSyncExternalStore(
    (listener) => live.onConnection(listener),
    () => live.isConnected,
  );
}

/** Refreshes run lists, workflow lists, workers, approvals and bulk actions of a namespace when the server says that they changed. */
export function useNamespaceLive(namespace: string): void {
  const live = useLive();
  const client = useQueryClient();
  useEffect(() => {
    const refreshes = new Map<string, ReturnType<typeof setTimeout>>();
    const refresh = (name: string): void => {
      if (refreshes.has(name)) return;
      const timer = setTimeout(() => {
        refreshes.delete(name);
        void client.invalidateQueries({ queryKey: [name] });
      }, REFRESH_MS_MIN);
      refreshes.set(name, timer);
    };
    const closers = [
      live.on('runsChanged', () =>
        [Runs, Workflows].forEach((query) => refresh(operationName(query))),
      ),
      live.on('workersChanged', () => refresh(operationName(Workers))),
      live.on('approvalsChanged', () =>
        [Approvals, ApprovalCount].forEach((query) => refresh(operationName(query))),
      ),
      live.on('bulkChanged', () =>
        [BulkOperations, BulkReport, Runs].forEach((query) => refresh(operationName(query))),
      ),
      live.onConnection((isConnected) => {
        // A refused or lost join costs freshness only: lists are also asked again on focus.
        if (isConnected) live.call('watchNamespace', { namespace }).catch(() => undefined);
      }),
    ];
    return () => {
      closers.forEach((close) => close());
      refreshes.forEach((timer) => clearTimeout(timer));
      live.notify('unwatchNamespace', { namespace });
    };
  }, [live, client, namespace]);
}

/** The parts of a snapshot that deltas do not carry, and the watcher that carries the rest. */
export interface WatchedRun {
  watcher: RunWatcher;
  /** The last snapshot; null until the first one came. */
  snapshot: LoadedRun | null;
}

/** Watches one run for as long as the component is mounted. Null: nothing is watched, and no snapshot comes. */
export function useRunWatch(runId: string | null): WatchedRun {
  const live = useLive();
  const [watched, setWatched] = useState<WatchedRun>(() =>
    createWatched(live, runId ?? '', () => undefined),
  );
  useEffect(() => {
    if (runId === null)
      return setWatched((before) =>
        before.snapshot === null ? before : createWatched(live, '', () => undefined),
      );
    const onSnapshot = (snapshot: LoadedRun): void =>
      setWatched({ watcher: next.watcher, snapshot });
    const next = createWatched(live, runId, onSnapshot);
    setWatched(next);
    next.watcher.start();
    const poll = setInterval(() => void next.watcher.refreshStale(), STALE_POLL_MS);
    return () => {
      clearInterval(poll);
      next.watcher.close();
    };
  }, [live, runId]);
  useSyncExternalStore(watched.watcher.subscribe, () => watched.watcher.view);
  useSyncExternalStore(watched.watcher.subscribe, () => watched.watcher.status);
  return watched;
}

function createWatched(
  transport: LiveTransport,
  runId: string,
  onSnapshot: (snapshot: LoadedRun) => void,
): WatchedRun {
  const loadSnapshot = async () => {
    // First the step, then the rest: the parts of one answer are read one after the other while the run goes on.
    const step = await request(RunStep, { id: runId });
    const { run } = await request(RunSnapshotDocument, { id: runId });
    if (!run) throw new HeddleApiError('NOT_FOUND', `There is no run ${runId}.`);
    onSnapshot(run);
    return runViewOf(run, step.run?.seq);
  };
  return { watcher: new RunWatcher({ runId, transport, loadSnapshot }), snapshot: null };
}

/** The tail of one node's log; a new filter starts a new tail. */
export function useLogTail(query: LogQuery): { tail: LogTail; state: LogTailState } {
  const live = useLive();
  const { runId, nodeKey } = query;
  const { minLevel, search, attempt } = query.filter;
  const [tail, setTail] = useState(() => new LogTail(live, query));
  useEffect(() => {
    const next = new LogTail(live, { runId, nodeKey, filter: { minLevel, search, attempt } });
    setTail(next);
    next.start();
    return () => next.close();
  }, [live, runId, nodeKey, minLevel, search, attempt]);
  return { tail, state: useSyncExternalStore(tail.subscribe, tail.getState) };
}
