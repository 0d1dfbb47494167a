import { isContainer, typeColor, typeIcon, useNodeRun, stateName } from '@heddle/editor';
import { type GraphDocument, indexOf } from '@heddle/graph';
import {
  NodeRunDetail,
  type NodeRunDetailQuery,
  type LoadedRun,
  type RunWatcher,
  useApiQuery,
} from '@heddle/studio-data';
import { ErrorState, isEnded, LoadingState, StateBadge } from '@heddle/ui';
import { ActionIcon, Tabs, Text } from '@mantine/core';
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { useText } from '../../i18n/index.js';
import { useWorkText } from '../../i18n/work.js';
import { RUN_TABS, type RunTab } from '../../search-params.js';
import { AttemptsTab } from './AttemptsTab.js';
import { ErrorTab, InputTab, OutputTab } from './DataTabs.js';
import { LogPanel } from './LogPanel.js';
import { NodeActionBar } from './actions/NodeActionBar.js';
import { useNodeActions } from './actions/use-node-actions.js';
import { ItemsTab } from './items/ItemsTab.js';
import { OverviewTab } from './OverviewTab.js';

/** A node run with its data, as the side panel loads it. */
export type NodeDetail = NonNullable<NonNullable<NodeRunDetailQuery['run']>['nodeRun']>;

interface NodeSidePanelProps {
  watcher: RunWatcher;
  snapshot: LoadedRun;
  graph: GraphDocument;
  nodeKey: string;
  tab: RunTab;
  onTab: (tab: RunTab) => void;
  onSelect: (key: string) => void;
  /** Shows a child run inside this page. */
  onExpand: (runId: string) => void;
  /** Prepares a rerun from this node; with another output of it, if asked for. */
  onRerun: (key: string, withOutput?: boolean) => void;
  onClose: () => void;
}

/** The data of a node run; asked for again when its state or attempt changed. */
function useDetail(runId: string, key: string, stamp: string) {
  const query = useApiQuery(NodeRunDetail, { runId, key });
  const { refetch } = query;
  useEffect(() => void refetch(), [refetch, stamp]);
  return query;
}

function TabBody({
  tab,
  detail,
  stamp,
  props,
}: {
  tab: RunTab;
  detail: NodeDetail;
  stamp: string;
  props: NodeSidePanelProps;
}) {
  const { snapshot, watcher, nodeKey } = props;
  const place = { runId: snapshot.id, nodeKey, stamp };
  const canRerun = isEnded(watcher.view?.state ?? 'queued');
  switch (tab) {
    case 'overview':
      return (
        <OverviewTab
          watcher={props.watcher}
          graph={props.graph}
          detail={detail}
          onSelect={props.onSelect}
          onItems={() => props.onTab('items')}
        />
      );
    case 'items':
      return (
        <ItemsTab
          watcher={watcher}
          snapshot={snapshot}
          nodeKey={nodeKey}
          onExpand={props.onExpand}
        />
      );
    case 'input':
      return <InputTab {...place} />;
    case 'output':
      return (
        <OutputTab {...place} onChange={canRerun ? () => props.onRerun(nodeKey, true) : null} />
      );
    case 'error':
      return <ErrorTab error={detail.error} />;
    case 'attempts':
      return <AttemptsTab {...place} />;
    case 'log':
      return (
        <LogPanel
          runId={props.snapshot.id}
          nodeKey={props.nodeKey}
          attemptCount={detail.attempts.length}
        />
      );
  }
}

/** Everything about one node of a run: its data, log and attempts, and what can be done with it. */
export function NodeSidePanel(props: NodeSidePanelProps) {
  const { watcher, snapshot, graph, nodeKey, onTab, onClose } = props;
  const t = useText();
  const work = useWorkText();
  const node = indexOf(graph).nodes.get(nodeKey);
  const live = useNodeRun(watcher, nodeKey);
  const stamp = `${live?.state} ${live?.attempt}`;
  const query = useDetail(snapshot.id, nodeKey, stamp);
  const hasItems = Boolean(live?.children) || isContainer(node?.type ?? '');
  const tabs = RUN_TABS.filter((entry) => entry !== 'items' || hasItems);
  const tab = tabs.find((entry) => entry === props.tab) ?? 'overview';
  const detail = query.data?.run?.nodeRun;
  const Icon = typeIcon(node?.type ?? '');
  const name = node?.name || nodeKey;
  const { actions, dialog } = useNodeActions({
    snapshot,
    watcher,
    nodeKey,
    name,
    onRerun: props.onRerun,
  });
  return (
    <aside className="h-run-panel" aria-label={name}>
      <div className="h-panel-head">
        <Icon size={16} color={typeColor(node?.type ?? '')} aria-hidden />
        <Text fw={600} size="sm" truncate component="h2" m={0}>
          {name}
        </Text>
        <span data-testid="node-state">
          <StateBadge kind="node" state={stateName(live?.state)} filled />
        </span>
        <ActionIcon ml="auto" aria-label={t('action.close')} onClick={onClose}>
          <X size={16} />
        </ActionIcon>
      </div>
      <NodeActionBar actions={actions} state={live?.state ?? 'pending'} />
      {dialog}
      <Tabs
        value={tab}
        onChange={(value) => onTab(RUN_TABS.find((entry) => entry === value) ?? 'overview')}
        className="h-run-tabs"
      >
        <Tabs.List px={10}>
          {tabs.map((entry) => (
            <Tabs.Tab key={entry} value={entry} px={9}>
              {work(`tab.${entry}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <div className="h-run-tab" data-tab={tab} role="tabpanel">
          {detail ? (
            <TabBody tab={tab} detail={detail} stamp={stamp} props={props} />
          ) : query.error ? (
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          ) : (
            <LoadingState />
          )}
        </div>
      </Tabs>
    </aside>
  );
}
