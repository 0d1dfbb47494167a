import { countStates, type LoadedRun, type RunView, type RunWatcher } from '@heddle/studio-data';
import { Duration, RelativeTime, RUN_STATES, StateBadge } from '@heddle/ui';
import { ActionIcon, Group, SegmentedControl, Text, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ChevronRight, Search, TriangleAlert, WifiOff } from 'lucide-react';
import { NodeProgress } from '../../components/NodeProgress.js';
import { useTriggerText } from '../../components/trigger.js';
import { useText } from '../../i18n/index.js';
import { useWorkText } from '../../i18n/work.js';
import { RUN_VIEWS, type RunViewName } from '../../search-params.js';
import { RunActions } from './RunActions.js';

interface RunHeaderProps {
  watcher: RunWatcher;
  snapshot: LoadedRun;
  view: RunView;
  mainView: RunViewName;
  onView: (view: RunViewName) => void;
  onFind: () => void;
}

function Crumbs({ snapshot }: { snapshot: LoadedRun }) {
  const t = useText();
  const work = useWorkText();
  const namespace = snapshot.namespace.name;
  const { workflow } = snapshot;
  return (
    <>
      <Link to="/n/$namespace/runs" params={{ namespace }} className="h-crumb">
        {t('nav.runs')}
      </Link>
      <ChevronRight size={13} aria-hidden style={{ flex: 'none' }} />
      <Link
        to="/n/$namespace/workflows/$workflowId"
        params={{ namespace, workflowId: workflow.id }}
        className="h-crumb"
        title={work('runPage.openWorkflow')}
      >
        {workflow.name}
      </Link>
      <ChevronRight size={13} aria-hidden style={{ flex: 'none' }} />
      <Text
        component="h1"
        fw={600}
        size="sm"
        m={0}
        className="h-tabular"
        style={{ whiteSpace: 'nowrap' }}
      >
        {work('runPage.title', { id: snapshot.id })}
      </Text>
    </>
  );
}

function Facts({ snapshot, view }: { snapshot: LoadedRun; view: RunView }) {
  const t = useText();
  const work = useWorkText();
  const trigger = useTriggerText();
  const version =
    snapshot.version === null
      ? t('runs.draft')
      : t('workflows.version', { number: snapshot.version });
  const counts = [...countStates(view.nodes)].map(([state, count]) => ({ state, count }));
  return (
    <div className="h-run-facts">
      <NodeProgress counts={counts} />
      <Duration from={view.startedAt} to={view.endedAt} />
      <RelativeTime at={view.startedAt ?? snapshot.createdAt} />
      <span>{version}</span>
      <span>{trigger(snapshot.trigger)}</span>
      {snapshot.rerunOf ? (
        <Link
          to="/n/$namespace/runs/$runId"
          params={{ namespace: snapshot.namespace.name, runId: snapshot.rerunOf }}
          className="h-crumb"
        >
          {work('runPage.rerunOf', { id: snapshot.rerunOf })}
        </Link>
      ) : null}
      {view.warnings.length > 0 ? (
        <Tooltip
          label={view.warnings.join('\n')}
          multiline
          maw={420}
          style={{ whiteSpace: 'pre-line' }}
        >
          <span className="h-state" style={{ color: 'var(--h-warn)' }} tabIndex={0}>
            <TriangleAlert size={13} aria-hidden />
            {work('runPage.warnings', { count: view.warnings.length })}
          </span>
        </Tooltip>
      ) : null}
    </div>
  );
}

/** Name, state, progress and actions of a run, and the choice of the main view. */
export function RunHeader({ watcher, snapshot, view, mainView, onView, onFind }: RunHeaderProps) {
  const work = useWorkText();
  const state = RUN_STATES.find((name) => name === view.state) ?? 'queued';
  return (
    <header className="h-run-head">
      <div className="h-run-head-row">
        <Crumbs snapshot={snapshot} />
        <span data-testid="run-state">
          <StateBadge kind="run" state={state} filled />
        </span>
        {watcher.status === 'stale' ? (
          <Tooltip label={work('runPage.stale')}>
            <WifiOff size={14} color="var(--h-warn)" aria-label={work('runPage.stale')} />
          </Tooltip>
        ) : null}
        <Group gap={6} ml="auto" wrap="nowrap">
          <RunActions snapshot={snapshot} state={view.state} watcher={watcher} />
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
        <Facts snapshot={snapshot} view={view} />
      </div>
    </header>
  );
}
