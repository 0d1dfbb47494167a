import { RunCanvas } from '@heddle/editor';
import type { GraphDocument } from '@heddle/graph';
import { NODE_TYPES } from '@heddle/nodes';
import type { LoadedRun, RunView, RunWatcher } from '@heddle/studio-data';
import { matchesShortcut } from '@heddle/ui';
import { useCallback, useEffect, useState } from 'react';
import { DataView } from './DataView.js';
import { FailureBanner } from './FailureBanner.js';
import { HistoryView } from './HistoryView.js';
import { NodeSidePanel } from './NodeSidePanel.js';
import { RunHeader } from './RunHeader.js';
import './run-page.css';
import { TimelineView } from './TimelineView.js';
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
  const mainView = search.view ?? 'graph';
  const [isFindOpen, setFindOpen] = useFind(mainView === 'graph');
  const selectedKey =
    search.node !== undefined && view.nodes.has(search.node) ? search.node : undefined;
  const select = useCallback((key: string | undefined) => setSearch({ node: key }), [setSearch]);
  const goTo = useCallback(
    (key: string) => {
      const isFailed = watcher.getNode(key)?.state === 'failed';
      setSearch({ node: key, ...(isFailed ? { tab: 'error' as const } : {}) });
      setFocus({ key });
    },
    [setSearch, watcher],
  );
  return (
    <>
      <RunHeader
        watcher={watcher}
        snapshot={snapshot}
        view={view}
        mainView={mainView}
        onView={(next) => setSearch({ view: next === 'graph' ? undefined : next })}
        onFind={() => setFindOpen(true)}
      />
      <FailureBanner view={view} graph={graph} selectedKey={selectedKey} onGoTo={goTo} />
      <div className="h-run-body">
        <div className="h-run-main">
          {mainView === 'graph' ? (
            <RunCanvas
              registry={NODE_TYPES}
              graph={graph}
              source={watcher}
              selectedKey={selectedKey}
              onSelect={select}
              focus={focus}
              isFindOpen={isFindOpen}
              onCloseFind={() => setFindOpen(false)}
            />
          ) : mainView === 'timeline' ? (
            <TimelineView view={view} graph={graph} selectedKey={selectedKey} onSelect={select} />
          ) : mainView === 'history' ? (
            <HistoryView runId={snapshot.id} seq={view.seq} onSelect={goTo} />
          ) : (
            <DataView runId={snapshot.id} seq={view.seq} />
          )}
        </div>
        {selectedKey === undefined ? null : (
          <NodeSidePanel
            key={selectedKey}
            watcher={watcher}
            snapshot={snapshot}
            graph={graph}
            nodeKey={selectedKey}
            tab={search.tab ?? 'overview'}
            onTab={(tab) => setSearch({ tab })}
            onSelect={goTo}
            onClose={() => select(undefined)}
          />
        )}
      </div>
    </>
  );
}
