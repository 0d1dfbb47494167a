import { Button, Group, Text } from '@mantine/core';
import {
  request,
  Runs,
  type RunsQueryVariables,
  queryKey,
  type RunsQuery,
  type HeddleApiError,
} from '@heddle/studio-data';
import { EmptyState, ErrorState, LoadingState, PageHeader } from '@heddle/ui';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { History, ListChecks, Search } from 'lucide-react';
import { useState } from 'react';
import { useBulkText } from '../i18n/bulk.js';
import { useText } from '../i18n/index.js';
import { runsRoute } from '../router.js';
import type { RunsSearch } from '../search-params.js';
import { useCan, useNamespace } from '../session.js';
import { BulkDialog } from './runs/BulkDialog.js';
import { BulkDrawer } from './runs/BulkDrawer.js';
import { filterOf } from './runs/run-filter.js';
import { RunFilters } from './runs/RunFilters.js';
import { RunTable } from './runs/RunTable.js';

const PAGE_SIZE = 50;
const COUNT_MAX = 10_000;
/** The list asks again this often while the live channel may be down. */
const REFRESH_MS = 15_000;

function variablesOf(namespace: string, search: RunsSearch): RunsQueryVariables {
  return {
    namespace,
    first: PAGE_SIZE,
    filter: filterOf(search),
  };
}

function useRuns(namespace: string, search: RunsSearch) {
  const variables = variablesOf(namespace, search);
  return useInfiniteQuery<
    RunsQuery,
    HeddleApiError,
    RunsQuery[],
    readonly unknown[],
    string | null
  >({
    queryKey: queryKey(Runs, variables),
    queryFn: ({ pageParam, signal }) =>
      request(Runs, { ...variables, ...(pageParam ? { after: pageParam } : {}) }, { signal }),
    initialPageParam: null,
    getNextPageParam: (page) => page.runs.endCursor,
    select: (data) => data.pages,
    placeholderData: (previous) => previous,
    refetchInterval: REFRESH_MS,
  });
}

/** All runs of the namespace, newest first, with filters in the address. */
export function RunsPage() {
  const t = useText();
  const words = useBulkText();
  const namespace = useNamespace();
  const canRepair = useCan('OPERATOR');
  const [isBulkOpen, setBulkOpen] = useState(false);
  const [report, setReport] = useState<{ id: string | null } | null>(null);
  const search = runsRoute.useSearch();
  const navigate = useNavigate();
  const runs = useRuns(namespace, search);
  const pages = runs.data;
  const rows = pages?.flatMap((page) => page.runs.nodes) ?? [];
  const count = pages?.[0]?.runs.totalCount ?? 0;
  const isFiltered = Object.keys(search).length > 0;
  const setSearch = (next: RunsSearch): void =>
    void navigate({ to: '/n/$namespace/runs', params: { namespace }, search: next, replace: true });
  const clear = (
    <Button variant="default" onClick={() => setSearch({})}>
      {t('action.clear')}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t('runs.title')}
        actions={
          <Button
            variant="default"
            leftSection={<History size={14} />}
            onClick={() => setReport({ id: null })}
          >
            {words('bulk.recent')}
          </Button>
        }
      />
      <div className="h-page">
        <RunFilters namespace={namespace} search={search} onChange={setSearch} />
        <Group gap="xs" mih={24}>
          <Text size="xs" c="dimmed" className="h-tabular" aria-live="polite">
            {pages ? (count > COUNT_MAX ? t('runs.countMax') : t('runs.count', { count })) : null}
          </Text>
          {isFiltered && rows.length > 0 ? clear : null}
          {canRepair && rows.length > 0 ? (
            <Button variant="default" ml="auto" onClick={() => setBulkOpen(true)}>
              {words(count > COUNT_MAX ? 'bulk.actMax' : 'bulk.act', { count })}
            </Button>
          ) : null}
        </Group>
        {runs.isError && !pages ? (
          <ErrorState error={runs.error} onRetry={() => void runs.refetch()} />
        ) : !pages ? (
          <LoadingState />
        ) : rows.length > 0 ? (
          <RunTable namespace={namespace} runs={rows} />
        ) : isFiltered ? (
          <EmptyState icon={Search} title={t('runs.noMatch')} action={clear} />
        ) : (
          <EmptyState icon={ListChecks} title={t('runs.empty')}>
            {t('runs.emptyHint')}
          </EmptyState>
        )}
        {runs.hasNextPage ? (
          <Group justify="center">
            <Button
              variant="default"
              loading={runs.isFetchingNextPage}
              onClick={() => void runs.fetchNextPage()}
            >
              {t('action.loadMore')}
            </Button>
          </Group>
        ) : null}
      </div>
      {isBulkOpen ? (
        <BulkDialog
          namespace={namespace}
          filter={filterOf(search)}
          onClose={() => setBulkOpen(false)}
          onStarted={(id) => setReport({ id })}
        />
      ) : null}
      {report ? (
        <BulkDrawer namespace={namespace} openId={report.id} onClose={() => setReport(null)} />
      ) : null}
    </>
  );
}
