import { Badge, Button, Group, Text, Tooltip } from '@mantine/core';
import { DrainWorker, useApiMutation, Workers, type WorkersQuery } from '@heddle/studio-data';
import { isJsonObject } from '@heddle/kernel';
import { RelativeTime } from '@heddle/ui';
import { CircleCheck, CircleOff, Hourglass, type LucideIcon } from 'lucide-react';
import { confirmDestructive, notifyError } from '../../components/confirm.js';
import { useText } from '../../i18n/index.js';
import { useCan } from '../../session.js';

type WorkerRow = WorkersQuery['workers'][number];

const EXECUTORS_SHOWN_MAX = 4;
const MEGABYTE = 1_048_576;

const STATE_LOOK: Record<WorkerRow['state'], { icon: LucideIcon; color: string }> = {
  connected: { icon: CircleCheck, color: 'var(--h-state-succeeded)' },
  draining: { icon: Hourglass, color: 'var(--h-state-waiting)' },
  disconnected: { icon: CircleOff, color: 'var(--h-state-canceled)' },
};

function WorkerStateCell({ state }: { state: WorkerRow['state'] }) {
  const t = useText();
  const { icon: Icon, color } = STATE_LOOK[state];
  return (
    <span className="h-state" style={{ color }}>
      <Icon size={14} aria-hidden />
      {t(`workers.state.${state}`)}
    </span>
  );
}

function Executors({ worker }: { worker: WorkerRow }) {
  const t = useText();
  const rest = worker.executors.slice(EXECUTORS_SHOWN_MAX);
  return (
    <Group gap={4}>
      {worker.executors.slice(0, EXECUTORS_SHOWN_MAX).map((executor) => (
        <Tooltip
          key={executor.name}
          label={executor.description}
          disabled={!executor.description}
          multiline
          maw={320}
        >
          <Badge color="gray" className="h-mono">
            {executor.name}
          </Badge>
        </Tooltip>
      ))}
      {rest.length > 0 ? (
        <Tooltip label={rest.map((executor) => executor.name).join(', ')} multiline maw={320}>
          <Badge color="gray">{t('workers.more', { count: rest.length })}</Badge>
        </Tooltip>
      ) : null}
    </Group>
  );
}

function Load({ worker }: { worker: WorkerRow }) {
  const t = useText();
  const parts = [
    worker.cpuLoad === null ? null : `${t('workers.cpu')} ${Math.round(worker.cpuLoad * 100)} %`,
    worker.memoryBytes === null
      ? null
      : `${t('workers.memory')} ${Math.round(worker.memoryBytes / MEGABYTE)} MB`,
  ].filter((part) => part !== null);
  return (
    <>
      <span className="h-meter" aria-hidden>
        <span
          style={{ width: `${worker.slots > 0 ? (100 * worker.slotsInUse) / worker.slots : 0}%` }}
        />
      </span>{' '}
      <span className="h-tabular">
        {worker.slotsInUse}/{worker.slots}
      </span>
      <Text size="xs" c="dimmed" className="h-tabular">
        {parts.join(' · ')}
      </Text>
    </>
  );
}

function Labels({ labels }: { labels: unknown }) {
  if (!isJsonObject(labels)) return null;
  return (
    <Group gap={4}>
      {Object.entries(labels).map(([name, value]) => (
        <Badge key={name} variant="outline" color="gray">
          {name}={String(value)}
        </Badge>
      ))}
    </Group>
  );
}

function Row({ worker }: { worker: WorkerRow }) {
  const t = useText();
  const canDrain = useCan('OPERATOR');
  const drain = useApiMutation(DrainWorker, [Workers]);
  const ask = (): void =>
    confirmDestructive({
      title: t('workers.drainTitle', { name: worker.name }),
      body: t('workers.drainBody'),
      confirm: t('workers.drain'),
      onConfirm: () => drain.mutate({ id: worker.id }, { onError: notifyError }),
    });
  return (
    <tr>
      <td>
        <Text size="sm" fw={500}>
          {worker.name}
        </Text>
        <Text size="xs" c="dimmed">
          {worker.sdk}
        </Text>
      </td>
      <td>
        <WorkerStateCell state={worker.state} />
      </td>
      <td>
        <Load worker={worker} />
      </td>
      <td>
        <Executors worker={worker} />
      </td>
      <td>
        <Labels labels={worker.labels} />
      </td>
      <td style={{ whiteSpace: 'nowrap' }}>
        <RelativeTime at={worker.lastSeenAt} />
      </td>
      <td style={{ textAlign: 'right' }}>
        {worker.state === 'connected' ? (
          <Tooltip label={t('role.needs', { role: t('role.OPERATOR') })} disabled={canDrain}>
            <Button
              size="compact-xs"
              variant="default"
              disabled={!canDrain}
              onClick={ask}
              loading={drain.isPending}
            >
              {t('workers.drain')}
            </Button>
          </Tooltip>
        ) : null}
      </td>
    </tr>
  );
}

/** The workers of one group as a table. */
export function WorkerGroup({ group, workers }: { group: string; workers: readonly WorkerRow[] }) {
  const t = useText();
  return (
    <section aria-label={`${t('workers.group')} ${group}`}>
      <Text fw={600} mb={6}>
        {group}
      </Text>
      <div className="h-card">
        <table className="h-table">
          <thead>
            <tr>
              <th>{t('workers.name')}</th>
              <th>{t('workers.state')}</th>
              <th>{t('workers.slots')}</th>
              <th>{t('workers.executors')}</th>
              <th>{t('workers.labels')}</th>
              <th>{t('workers.seen')}</th>
              <th aria-label={t('action.more')} />
            </tr>
          </thead>
          <tbody>
            {workers.map((worker) => (
              <Row key={worker.id} worker={worker} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
