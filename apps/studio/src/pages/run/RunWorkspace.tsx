import type { GraphDocument } from '@heddle/graph';
import type { LoadedRun, RunView, RunWatcher } from '@heddle/studio-data';
import { matchesShortcut } from '@heddle/ui';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { useNamespace } from '../../session.js';
import { FailureBanner } from './FailureBanner.js';
import { MainView } from './MainView.js';
import { RewindSheet } from './rewind/RewindSheet.js';
import { useRewind } from './rewind/use-rewind.js';
import { NodeSidePanel } from './NodeSidePanel.js';
import { RunHeader } from './RunHeader.js';
import './run-page.css';
import './repair.css';
import { useChild } from './use-child.js';
import { useRunSearch } from './use-run-search.js';

interface RunWorkspaceProps {
  watcher: RunWatcher;
  snapshot: LoadedRun;
  view: RunView;
  graph: GraphDocument;
}

/** Opens the node search by Mod+F while the graph is shown. */
function useFind(isGraph: boolean): [boolean, (isOpen: boolean) => void] {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (!isGraph) return;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!matchesShortcut(event, 'Mod+F')) return;
      event.preventDefault();
      setOpen(true);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [isGraph]);
  return [isOpen, setOpen];
}

/** The run page once there is a snapshot: header, banner, main view, side panel. */
export function RunWorkspace({ watcher, snapshot, view, graph }: RunWorkspaceProps) {
  const [search, setSearch] = useRunSearch(snapshot.id);
  const [focus, setFocus] = useState<{ key: string } | null>(() =>
    search.node ? { key: search.node } : null,
  );
  const setFocusLater = useCallback(
    (next: { key: string }) =>
      void requestAnimationFrame(() => requestAnimationFrame(() => setFocus(next))),
    [],
  );
  const navigate = useNavigate();
  const namespace = useNamespace();
  const mainView = search.view ?? 'graph';
  const [isFindOpen, setFindOpen] = useFind(mainView === 'graph');
  const { child, error: childError } = useChild(search.child);
  const rewind = useRewind(graph, view);
  const childRewind = useRewind(child?.graph ?? graph, child?.view ?? view);
  const selectedKey =
    search.node !== undefined && view.nodes.has(search.node) ? search.node : undefined;
  const childKey = child && search.childNode ? search.childNode : undefined;
  const select = useCallback(
    (key: string | undefined) => setSearch({ node: key, childNode: undefined }),
    [setSearch],
  );
  const goTo = useCallback(
    (key: string) => {
      const isFailed = watcher.getNode(key)?.state === 'failed';
      setSearch({ node: key, ...(isFailed ? { tab: 'error' as const } : {}) });
      setFocus({ key });
    },
    [setSearch, watcher],
  );
  const expand = useCallback(
    (runId: string) => {
      setSearch({ child: runId === snapshot.id ? undefined : runId, childNode: undefined });
      // The parent's canvas has become lower: its node is brought back into view.
      if (search.node !== undefined) setFocusLater({ key: search.node });
    },
    [setSearch, setFocusLater, snapshot.id, search.node],
  );
  const openRun = (runId: string): void =>
    void navigate({ to: '/n/$namespace/runs/$runId', params: { namespace, runId } });
  const panel = {
    tab: search.tab ?? 'overview',
    onTab: (tab: typeof search.tab) => setSearch({ tab }),
  };
  const rerunIn = (to: typeof rewind) => (key: string, withOutput?: boolean) =>
    withOutput ? to.open([], [{ kind: 'output', nodeKey: key, value: undefined }]) : to.open([key]);
  return (
    <>
      <RunHeader
        watcher={watcher}
        snapshot={snapshot}
        view={view}
        graph={graph}
        mainView={mainView}
        onView={(next) => setSearch({ view: next === 'graph' ? undefined : next })}
        onFind={() => setFindOpen(true)}
        onRerun={() => rewind.open()}
      />
      <FailureBanner view={view} graph={graph} selectedKey={selectedKey} onGoTo={goTo} />
      <div className="h-run-body">
        <MainView
          run={{ watcher, snapshot, view, graph }}
          search={search}
          setSearch={setSearch}
          selectedKey={selectedKey}
          focus={focus}
          find={{ isOpen: isFindOpen, close: () => setFindOpen(false) }}
          child={child}
          childError={childError}
          rewind={rewind}
          childRewind={childRewind}
          onSelect={select}
          onGoTo={goTo}
          onExpand={expand}
        />
        {rewind.draft ? (
          <RewindSheet
            rewind={rewind}
            draft={rewind.draft}
            snapshot={snapshot}
            view={view}
            graph={graph}
            onStarted={openRun}
          />
        ) : child && childRewind.draft ? (
          <RewindSheet
            rewind={childRewind}
            draft={childRewind.draft}
            {...child}
            onStarted={openRun}
          />
        ) : child && childKey !== undefined ? (
          <NodeSidePanel
            key={`${child.snapshot.id} ${childKey}`}
            {...child}
            {...panel}
            nodeKey={childKey}
            onSelect={(key) => setSearch({ childNode: key })}
            onExpand={expand}
            onRerun={rerunIn(childRewind)}
            onClose={() => setSearch({ childNode: undefined })}
          />
        ) : selectedKey !== undefined ? (
          <NodeSidePanel
            key={selectedKey}
            watcher={watcher}
            snapshot={snapshot}
            graph={graph}
            {...panel}
            nodeKey={selectedKey}
            onSelect={goTo}
            onExpand={expand}
            onRerun={rerunIn(rewind)}
            onClose={() => select(undefined)}
          />
        ) : null}
      </div>
    </>
  );
}
