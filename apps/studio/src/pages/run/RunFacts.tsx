import { countStates, type LoadedRun, type RunView } from '@heddle/studio-data';
import { Duration, formatSize, RelativeTime, StateIcon } from '@heddle/ui';
import { Menu, Tooltip, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { CircleCheckBig, TriangleAlert, Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { NodeProgress } from '../../components/NodeProgress.js';
import { useTriggerText } from '../../components/trigger.js';
import { useText } from '../../i18n/index.js';
import { useRepairText } from '../../i18n/repair.js';
import { useWorkText } from '../../i18n/work.js';

/** From this share of its payload budget on, a run says how much it has used. */
const PAYLOAD_SHARE_MIN = 0.5;

interface RunFactsProps {
  snapshot: LoadedRun;
  view: RunView;
}

function RunLink({
  id,
  snapshot,
  children,
}: {
  id: string;
  snapshot: LoadedRun;
  children: ReactNode;
}) {
  return (
    <Link
      to="/n/$namespace/runs/$runId"
      params={{ namespace: snapshot.namespace.name, runId: id }}
      className="h-crumb"
    >
      {children}
    </Link>
  );
}

/** The run that this one repeats, and those that repeat it. */
function RerunChain({ snapshot }: { snapshot: LoadedRun }) {
  const work = useWorkText();
  const t = useRepairText();
  const { rerunOf, reruns } = snapshot;
  return (
    <>
      {rerunOf ? (
        <RunLink id={rerunOf} snapshot={snapshot}>
          {work('runPage.rerunOf', { id: rerunOf })}
        </RunLink>
      ) : null}
      {reruns.length > 0 ? (
        <Menu position="bottom-end">
          <Menu.Target>
            <UnstyledButton className="h-crumb">
              {t('run.reruns', { count: reruns.length })}
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown>
            {reruns.map((run) => (
              <Menu.Item
                key={run.id}
                leftSection={<StateIcon state={run.state} />}
                renderRoot={(props) => (
                  <Link
                    {...props}
                    to="/n/$namespace/runs/$runId"
                    params={{ namespace: snapshot.namespace.name, runId: run.id }}
                  />
                )}
              >
                {work('runPage.title', { id: run.id })} · <RelativeTime at={run.createdAt} />
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : null}
    </>
  );
}

function Resolved({ snapshot }: { snapshot: LoadedRun }) {
  const t = useRepairText();
  const { resolution } = snapshot;
  if (!resolution) return null;
  return (
    <span className="h-state" style={{ color: 'var(--h-state-succeeded)' }} data-testid="resolved">
      <CircleCheckBig size={13} aria-hidden />
      <Tooltip label={[resolution.by, resolution.note].filter(Boolean).join(' — ')}>
        <span tabIndex={0}>{t('run.resolved')}</span>
      </Tooltip>
      {resolution.runId ? (
        <RunLink id={resolution.runId} snapshot={snapshot}>
          #{resolution.runId}
        </RunLink>
      ) : null}
    </span>
  );
}

/** Progress, times, version and trigger of a run, what it repeats and who took care of it. */
export function RunFacts({ snapshot, view }: RunFactsProps) {
  const t = useText();
  const work = useWorkText();
  const words = useRepairText();
  const trigger = useTriggerText();
  const version =
    snapshot.version === null
      ? t('runs.draft')
      : t('workflows.version', { number: snapshot.version });
  const counts = [...countStates(view.nodes)].map(([state, count]) => ({ state, count }));
  const { payloadSize, payloadMax } = snapshot;
  return (
    <div className="h-run-facts">
      {view.isCompensating ? (
        <span className="h-state" style={{ color: 'var(--h-warn)' }} data-testid="compensating">
          <Undo2 size={13} aria-hidden />
          {words('run.compensating')}
        </span>
      ) : null}
      <Resolved snapshot={snapshot} />
      <NodeProgress counts={counts} />
      <Duration from={view.startedAt} to={view.endedAt} />
      <RelativeTime at={view.startedAt ?? snapshot.createdAt} />
      <span>{version}</span>
      <span>{trigger(snapshot.trigger)}</span>
      <RerunChain snapshot={snapshot} />
      {payloadSize > PAYLOAD_SHARE_MIN * payloadMax ? (
        <span style={{ color: 'var(--h-warn)' }}>
          {words('run.payload', { size: formatSize(payloadSize), max: formatSize(payloadMax) })}
        </span>
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
