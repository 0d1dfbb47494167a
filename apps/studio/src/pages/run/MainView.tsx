import { RunCanvas } from '@heddle/editor';
import { indexOf } from '@heddle/graph';
import { NODE_TYPES } from '@heddle/nodes';
import type { HeddleApiError } from '@heddle/studio-data';
import { ErrorState, LoadingState } from '@heddle/ui';
import { useState } from 'react';
import type { RunSearch } from '../../search-params.js';
import { NodeMenu, type NodeMenuPlace } from './actions/NodeMenu.js';
import { DataView } from './DataView.js';
import { ExpandedRun, type WatchedChild } from './ExpandedRun.js';
import { HistoryView } from './HistoryView.js';
import type { Rewind } from './rewind/use-rewind.js';
import { TimelineView } from './TimelineView.js';
import type { RunSearchChange } from './use-run-search.js';

interface MainViewProps {
  run: WatchedChild;
  search: RunSearch;
  setSearch: (change: RunSearchChange) => void;
  selectedKey: string | undefined;
  /** A node to bring into view; a new object asks again. */
  focus: { key: string } | null;
  find: { isOpen: boolean; close: () => void };
  child: WatchedChild | null;
  childError: HeddleApiError | null;
  rewind: Rewind;
  childRewind: Rewind;
  onSelect: (key: string | undefined) => void;
  onGoTo: (key: string) => void;
  onExpand: (runId: string) => void;
}

/** The graph of the run, with the menu of its nodes and the child run that is open in it. */
function GraphView(props: MainViewProps) {
  const { run, search, setSearch, child, rewind, childRewind, onSelect } = props;
  const [menu, setMenu] = useState<{ of: WatchedChild; place: NodeMenuPlace } | null>(null);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const openMenu =
    (of: WatchedChild) =>
    (nodeKey: string, at: { x: number; y: number }): void => {
      setMenu({ of, place: { nodeKey, ...at } });
      setMenuOpen(true);
    };
  const pick = (to: Rewind, otherwise: (key: string | undefined) => void) =>
    to.draft ? (key: string | undefined) => key !== undefined && to.toggle(key) : otherwise;
  const isFocused = search.focus === true && child !== null;
  return (
    <div className="h-run-graphs">
      {isFocused ? null : (
        <div className="h-run-graph">
          <RunCanvas
            registry={NODE_TYPES}
            graph={run.graph}
            source={run.watcher}
            selectedKey={rewind.draft ? undefined : props.selectedKey}
            onSelect={pick(rewind, onSelect)}
            onMenu={openMenu(run)}
            paint={rewind.paint}
            focus={props.focus}
            isFindOpen={props.find.isOpen}
            onCloseFind={props.find.close}
          />
        </div>
      )}
      {child ? (
        <ExpandedRun
          child={child}
          rootId={run.snapshot.id}
          selectedKey={childRewind.draft ? undefined : search.childNode}
          isFocused={isFocused}
          paint={childRewind.paint}
          onSelect={pick(childRewind, (key) => setSearch({ childNode: key }))}
          onMenu={openMenu(child)}
          onGoTo={props.onExpand}
          onFocus={(next) => setSearch({ focus: next ? true : undefined })}
          onClose={() => setSearch({ child: undefined, childNode: undefined, focus: undefined })}
        />
      ) : search.child !== undefined ? (
        <div className="h-inset">
          {props.childError ? <ErrorState error={props.childError} /> : <LoadingState />}
        </div>
      ) : null}
      {menu ? (
        <NodeMenu
          key={`${menu.of.snapshot.id} ${menu.place.nodeKey}`}
          watcher={menu.of.watcher}
          snapshot={menu.of.snapshot}
          place={menu.place}
          name={indexOf(menu.of.graph).nodes.get(menu.place.nodeKey)?.name || menu.place.nodeKey}
          isOpen={isMenuOpen}
          onRerun={(key) =>
            (menu.of.snapshot.id === run.snapshot.id ? rewind : childRewind).open([key])
          }
          onClose={() => setMenuOpen(false)}
        />
      ) : null}
    </div>
  );
}

/** The chosen view of the run: graph, timeline, history, or its data. */
export function MainView(props: MainViewProps) {
  const { view, graph, snapshot } = props.run;
  const { selectedKey, onSelect } = props;
  switch (props.search.view ?? 'graph') {
    case 'graph':
      return (
        <div className="h-run-main">
          <GraphView {...props} />
        </div>
      );
    case 'timeline':
      return (
        <div className="h-run-main">
          <TimelineView view={view} graph={graph} selectedKey={selectedKey} onSelect={onSelect} />
        </div>
      );
    case 'history':
      return (
        <div className="h-run-main">
          <HistoryView runId={snapshot.id} seq={view.seq} onSelect={props.onGoTo} />
        </div>
      );
    case 'data':
      return (
        <div className="h-run-main">
          <DataView runId={snapshot.id} seq={view.seq} />
        </div>
      );
  }
}
