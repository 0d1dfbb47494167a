import { typeColor, typeIcon, useNodeRun, stateName } from '@heddle/editor';
import { type GraphDocument, indexOf } from '@heddle/graph';
import {
  NodeRunDetail,
  type NodeRunDetailQuery,
  type LoadedRun,
  type RunWatcher,
  useApiQuery,
} from '@heddle/studio-data';
import { ErrorState, LoadingState, StateBadge } from '@heddle/ui';
import { ActionIcon, Tabs, Text } from '@mantine/core';
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { useText } from '../../i18n/index.js';
import { useWorkText } from '../../i18n/work.js';
import { RUN_TABS, type RunTab } from '../../search-params.js';
import { AttemptsTab } from './AttemptsTab.js';
import { ErrorTab, InputTab, OutputTab } from './DataTabs.js';
import { LogPanel } from './LogPanel.js';
import { NodeActions } from './NodeActions.js';
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
  props,
}: {
  tab: RunTab;
  detail: NodeDetail;
  props: NodeSidePanelProps;
}) {
  switch (tab) {
    case 'overview':
      return (
        <OverviewTab
          watcher={props.watcher}
          graph={props.graph}
          detail={detail}
          onSelect={props.onSelect}
        />
      );
    case 'input':
      return <InputTab detail={detail} />;
    case 'output':
      return <OutputTab detail={detail} />;
    case 'error':
      return <ErrorTab detail={detail} />;
    case 'attempts':
      return <AttemptsTab detail={detail} />;
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
  const { watcher, snapshot, graph, nodeKey, tab, onTab, onClose } = props;
  const t = useText();
  const work = useWorkText();
  const node = indexOf(graph).nodes.get(nodeKey);
  const live = useNodeRun(watcher, nodeKey);
  const query = useDetail(snapshot.id, nodeKey, `${live?.state} ${live?.attempt}`);
  const detail = query.data?.run?.nodeRun;
  const Icon = typeIcon(node?.type ?? '');
  const name = node?.name || nodeKey;
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
      {detail ? (
        <NodeActions
          snapshot={snapshot}
          detail={detail}
          live={live}
          name={name}
          type={node?.type ?? ''}
        />
      ) : null}
      <Tabs
        value={tab}
        onChange={(value) => onTab(RUN_TABS.find((entry) => entry === value) ?? 'overview')}
        className="h-run-tabs"
      >
        <Tabs.List px={10}>
          {RUN_TABS.map((entry) => (
            <Tabs.Tab key={entry} value={entry} px={9}>
              {work(`tab.${entry}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <div className="h-run-tab" data-tab={tab} role="tabpanel">
          {detail ? (
            <TabBody tab={tab} detail={detail} props={props} />
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
