import { Group, Text, Tooltip } from '@mantine/core';
import type { RunRowFragment } from '@heddle/studio-data';
import { Duration, RelativeTime, StateBadge } from '@heddle/ui';
import { Link } from '@tanstack/react-router';
import { CircleCheckBig, CirclePause, Undo2 } from 'lucide-react';
import { NodeProgress } from '../../components/NodeProgress.js';
import { useTriggerText } from '../../components/trigger.js';
import { useBulkText } from '../../i18n/bulk.js';
import { useText } from '../../i18n/index.js';
import { useRepairText } from '../../i18n/repair.js';
import { RunRowMenu } from './RunRowMenu.js';

/** The run list as a table. */
export function RunTable({
  namespace,
  runs,
}: {
  namespace: string;
  runs: readonly RunRowFragment[];
}) {
  const t = useText();
  return (
    <div className="h-card">
      <table className="h-table">
        <thead>
          <tr>
            <th>{t('runs.id')}</th>
            <th>{t('runs.state')}</th>
            <th>{t('runs.progress')}</th>
            <th>{t('runs.created')}</th>
            <th>{t('runs.duration')}</th>
            <th>{t('runs.trigger')}</th>
            <th aria-label={t('action.more')} />
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow key={run.id} namespace={namespace} run={run} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What stands beside the state: held, undoing, taken care of. */
function RunMarks({ run }: { run: RunRowFragment }) {
  const repair = useRepairText();
  const [hold] = run.holds;
  return (
    <>
      {hold ? (
        <Tooltip
          label={[repair('hold.by', { who: hold.by }), hold.reason].filter(Boolean).join(' — ')}
        >
          <CirclePause
            size={14}
            color="var(--h-state-paused)"
            aria-label={repair('hold.by', { who: hold.by })}
          />
        </Tooltip>
      ) : null}
      {run.isCompensating ? (
        <Tooltip label={repair('run.compensating')}>
          <Undo2 size={14} color="var(--h-warn)" aria-label={repair('run.compensating')} />
        </Tooltip>
      ) : null}
      {run.resolution ? (
        <Tooltip
          label={[
            run.resolution.by,
            run.resolution.runId ? `#${run.resolution.runId}` : '',
            run.resolution.note ?? '',
          ]
            .filter(Boolean)
            .join(' · ')}
        >
          <span className="h-state" style={{ color: 'var(--h-state-succeeded)' }} tabIndex={0}>
            <CircleCheckBig size={13} aria-hidden />
            {repair('run.resolved')}
          </span>
        </Tooltip>
      ) : null}
    </>
  );
}

function RunRow({ namespace, run }: { namespace: string; run: RunRowFragment }) {
  const t = useText();
  const words = useBulkText();
  const trigger = useTriggerText();
  const version =
    run.version === null ? t('runs.draft') : t('workflows.version', { number: run.version });
  return (
    <tr>
      <td>
        <Link
          className="h-row-link"
          to="/n/$namespace/runs/$runId"
          params={{ namespace, runId: run.id }}
        >
          {run.workflow.name}
        </Link>
        <Text size="xs" c="dimmed" className="h-tabular">
          #{run.id} · {version}
          {run.parent ? ` · ${words('list.childOf', { id: run.parent.runId })}` : ''}
          {run.parent?.label ? ` · ${run.parent.label}` : ''}
        </Text>
      </td>
      <td>
        <Group gap={6} wrap="nowrap">
          <StateBadge kind="run" state={run.state} filled />
          <RunMarks run={run} />
        </Group>
        {run.error ? (
          <Text size="xs" c="dimmed" lineClamp={1} maw={280} mt={2} title={run.error.message}>
            {run.error.nodeKey ? `${run.error.nodeKey}: ` : ''}
            {run.error.message}
          </Text>
        ) : null}
      </td>
      <td>
        <NodeProgress counts={run.nodeCounts} />
      </td>
      <td style={{ whiteSpace: 'nowrap' }}>
        <RelativeTime at={run.startedAt ?? run.createdAt} />
      </td>
      <td style={{ whiteSpace: 'nowrap' }}>
        <Duration from={run.startedAt} to={run.endedAt} />
      </td>
      <td>
        <Text size="xs" c="dimmed" lineClamp={1}>
          {trigger(run.trigger)}
        </Text>
      </td>
      <td style={{ width: 40 }}>
        <RunRowMenu run={run} />
      </td>
    </tr>
  );
}
