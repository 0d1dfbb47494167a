import { Button, Group, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useApiQuery, Workflows } from '@heddle/studio-data';
import { EmptyState, ErrorState, LoadingState, PageHeader } from '@heddle/ui';
import { Plus, Search, Upload, Workflow } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useText } from '../i18n/index.js';
import { useCan, useNamespace } from '../session.js';
import { CreateWorkflowDialog } from './workflows/CreateWorkflowDialog.js';
import { WorkflowTable } from './workflows/WorkflowTable.js';

// The importers bring the whole document library with them; most visits do not need it.
const ImportDialog = lazy(() => import('./workflows/ImportDialog.js'));

const PAGE_SIZE = 50;
const TYPING_MS = 250;
/** The list asks again this often while the live channel may be down. */
const REFRESH_MS = 15_000;

type OpenDialog = 'none' | 'create' | 'import';

/** All workflows of the namespace, with their latest runs. */
export function WorkflowsPage() {
  const t = useText();
  const namespace = useNamespace();
  const canEdit = useCan('EDITOR');
  const [search, setSearch] = useState('');
  const [typed] = useDebouncedValue(search.trim(), TYPING_MS);
  const [first, setFirst] = useState(PAGE_SIZE);
  const [dialog, setDialog] = useState<OpenDialog>('none');
  const workflows = useApiQuery(
    Workflows,
    { namespace, first, ...(typed ? { search: typed } : {}) },
    { keepPrevious: true, refetchMs: REFRESH_MS },
  );
  const page = workflows.data?.workflows;
  const buttons = canEdit ? (
    <Group gap="xs" wrap="nowrap">
      <Button
        variant="default"
        leftSection={<Upload size={14} />}
        onClick={() => setDialog('import')}
      >
        {t('workflows.import')}
      </Button>
      <Button leftSection={<Plus size={14} />} onClick={() => setDialog('create')}>
        {t('workflows.new')}
      </Button>
    </Group>
  ) : null;
  return (
    <>
      <PageHeader title={t('workflows.title')} actions={buttons} />
      <div className="h-page">
        <div className="h-toolbar">
          <TextInput
            w={280}
            aria-label={t('workflows.search')}
            placeholder={t('workflows.search')}
            leftSection={<Search size={14} />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
          <Text size="xs" c="dimmed" ml="auto" className="h-tabular">
            {page ? t('workflows.count', { count: page.totalCount }) : null}
          </Text>
        </div>
        {workflows.isError && !page ? (
          <ErrorState error={workflows.error} onRetry={() => void workflows.refetch()} />
        ) : !page ? (
          <LoadingState />
        ) : page.nodes.length > 0 ? (
          <WorkflowTable namespace={namespace} workflows={page.nodes} canEdit={canEdit} />
        ) : typed ? (
          <EmptyState icon={Search} title={t('workflows.noMatch', { search: typed })} />
        ) : (
          <EmptyState icon={Workflow} title={t('workflows.empty')} action={buttons}>
            {t('workflows.emptyHint')}
          </EmptyState>
        )}
        {page?.endCursor ? (
          <Group justify="center">
            <Button
              variant="default"
              loading={workflows.isFetching}
              onClick={() => setFirst(first + PAGE_SIZE)}
            >
              {t('action.loadMore')}
            </Button>
          </Group>
        ) : null}
      </div>
      <CreateWorkflowDialog isOpen={dialog === 'create'} onClose={() => setDialog('none')} />
      {dialog === 'import' ? (
        <Suspense>
          <ImportDialog onClose={() => setDialog('none')} />
        </Suspense>
      ) : null}
    </>
  );
}
