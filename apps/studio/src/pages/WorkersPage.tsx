import { Button, Group, Text } from '@mantine/core';
import { useApiQuery, Workers, type WorkersQuery } from '@heddle/studio-data';
import { EmptyState, ErrorState, LoadingState, PageHeader } from '@heddle/ui';
import { Link } from '@tanstack/react-router';
import { Cpu, KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../i18n/index.js';
import { useCan, useNamespace } from '../session.js';
import { CreateTokenDialog } from './workers/CreateTokenDialog.js';
import { WorkerGroup } from './workers/WorkerGroup.js';
import { WorkerSnippet } from './workers/WorkerSnippet.js';

const REFRESH_MS = 5_000;

type WorkerRow = WorkersQuery['workers'][number];

function byGroup(workers: readonly WorkerRow[]): [string, WorkerRow[]][] {
  const groups = new Map<string, WorkerRow[]>();
  for (const worker of workers)
    groups.set(worker.group, [...(groups.get(worker.group) ?? []), worker]);
  return [...groups].sort(([a], [b]) => a.localeCompare(b));
}

function Totals({ workers }: { workers: readonly WorkerRow[] }) {
  const t = useText();
  const here = workers.filter((worker) => worker.state !== 'disconnected');
  const sum = (pick: (worker: WorkerRow) => number): number =>
    here.reduce((all, worker) => all + pick(worker), 0);
  return (
    <Text size="xs" c="dimmed" className="h-tabular">
      {t('workers.totals', {
        workers: here.length,
        used: sum((worker) => worker.slotsInUse),
        slots: sum((worker) => worker.slots),
      })}
    </Text>
  );
}

/** Connected workers by group, what they offer and how busy they are. */
export function WorkersPage() {
  const t = useText();
  const namespace = useNamespace();
  const isAdmin = useCan('ADMIN');
  const [isCreating, setCreating] = useState(false);
  const query = useApiQuery(Workers, { namespace }, { refetchMs: REFRESH_MS });
  const workers = query.data?.workers;
  const actions = isAdmin ? (
    <Group gap="xs" wrap="nowrap">
      <Button
        component={Link}
        to={`/n/${namespace}/settings/worker-tokens`}
        variant="default"
        leftSection={<KeyRound size={14} />}
      >
        {t('workers.manageTokens')}
      </Button>
      <Button leftSection={<Plus size={14} />} onClick={() => setCreating(true)}>
        {t('workers.createToken')}
      </Button>
    </Group>
  ) : null;
  return (
    <>
      <PageHeader title={t('workers.title')} actions={actions}>
        {workers && workers.length > 0 ? <Totals workers={workers} /> : null}
      </PageHeader>
      <div className="h-page">
        {query.isError && !workers ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : !workers ? (
          <LoadingState />
        ) : workers.length === 0 ? (
          <EmptyState icon={Cpu} title={t('workers.empty')} action={actions}>
            {t('workers.emptyHint')}
            <WorkerSnippet secret="…" group="default" />
          </EmptyState>
        ) : (
          byGroup(workers).map(([group, members]) => (
            <WorkerGroup key={group} group={group} workers={members} />
          ))
        )}
      </div>
      <CreateTokenDialog isOpen={isCreating} onClose={() => setCreating(false)} />
    </>
  );
}
