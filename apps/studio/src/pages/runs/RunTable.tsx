import { Text } from '@mantine/core';
import type { RunRowFragment } from '@heddle/studio-data';
import { Duration, RelativeTime, StateBadge } from '@heddle/ui';
import { Link } from '@tanstack/react-router';
import { NodeProgress } from '../../components/NodeProgress.js';
import { useTriggerText } from '../../components/trigger.js';
import { useText } from '../../i18n/index.js';

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

function RunRow({ namespace, run }: { namespace: string; run: RunRowFragment }) {
  const t = useText();
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
        </Text>
      </td>
      <td>
        <StateBadge kind="run" state={run.state} filled />
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
    </tr>
  );
}
