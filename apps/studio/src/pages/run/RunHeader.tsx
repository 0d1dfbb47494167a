import type { GraphDocument } from '@heddle/graph';
import type { LoadedRun, RunView, RunWatcher } from '@heddle/studio-data';
import { RUN_STATES, StateBadge } from '@heddle/ui';
import { ActionIcon, Group, SegmentedControl, Tooltip } from '@mantine/core';
import { Search, WifiOff } from 'lucide-react';
import { HoldBadge } from '../../components/hold/HoldBadge.js';
import { useWorkText } from '../../i18n/work.js';
import { RUN_VIEWS, type RunViewName } from '../../search-params.js';
import { roleIncludes } from '../../session.js';
import { RunActions } from './RunActions.js';
import { RunCrumbs } from './RunCrumbs.js';
import { RunFacts } from './RunFacts.js';

interface RunHeaderProps {
  watcher: RunWatcher;
  snapshot: LoadedRun;
  view: RunView;
  graph: GraphDocument;
  mainView: RunViewName;
  onView: (view: RunViewName) => void;
  onFind: () => void;
  onRerun: () => void;
}

/** Holds of the run and of its workflow; each is released where it was set. */
function Holds({ snapshot, view }: Pick<RunHeaderProps, 'snapshot' | 'view'>) {
  const isAllowed = roleIncludes(snapshot.namespace.role, 'OPERATOR');
  return view.holds.map((hold) => (
    <HoldBadge
      key={hold.scope}
      hold={hold}
      target={
        !isAllowed
          ? null
          : hold.scope === 'workflow'
            ? { kind: 'workflow', workflowId: snapshot.workflow.id }
            : { kind: 'run', runId: snapshot.id }
      }
    />
  ));
}

/** Name, state, progress and actions of a run, and the choice of the main view. */
export function RunHeader(props: RunHeaderProps) {
  const { watcher, snapshot, view, graph, mainView, onView, onFind, onRerun } = props;
  const work = useWorkText();
  const state = RUN_STATES.find((name) => name === view.state) ?? 'queued';
  return (
    <header className="h-run-head">
      <div className="h-run-head-row">
        <RunCrumbs snapshot={snapshot} />
        <span data-testid="run-state">
          <StateBadge kind="run" state={state} filled />
        </span>
        <Holds snapshot={snapshot} view={view} />
        {watcher.status === 'stale' ? (
          <Tooltip label={work('runPage.stale')}>
            <WifiOff size={14} color="var(--h-warn)" aria-label={work('runPage.stale')} />
          </Tooltip>
        ) : null}
        <Group gap={6} ml="auto" wrap="nowrap">
          <RunActions
            snapshot={snapshot}
            state={view.state}
            watcher={watcher}
            isHeld={view.holds.some((hold) => hold.scope === 'run')}
            hasUndo={graph.edges.some((edge) => edge.port === 'undo')}
            onRerun={onRerun}
          />
        </Group>
      </div>
      <div className="h-run-head-row">
        <SegmentedControl
          size="xs"
          value={mainView}
          onChange={(value) => onView(RUN_VIEWS.find((name) => name === value) ?? 'graph')}
          data={RUN_VIEWS.map((name) => ({ value: name, label: work(`runPage.${name}`) }))}
        />
        {mainView === 'graph' ? (
          <Tooltip label={work('runPage.find')}>
            <ActionIcon aria-label={work('runPage.find')} onClick={onFind}>
              <Search size={15} />
            </ActionIcon>
          </Tooltip>
        ) : null}
        <RunFacts snapshot={snapshot} view={view} />
      </div>
    </header>
  );
}
