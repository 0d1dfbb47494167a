import {
  type HeddleApiError,
  request,
  RunHistory,
  type RunHistoryQuery,
} from '@heddle/studio-data';
import { EmptyState, ErrorState, formatClock, LoadingState } from '@heddle/ui';
import { Button, Group, UnstyledButton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import { useEffect } from 'react';
import { useText } from '../../i18n/index.js';
import { useWorkText } from '../../i18n/work.js';

const PAGE_SIZE = 200;

interface HistoryViewProps {
  runId: string;
  /** Last step; the list follows it. */
  seq: number;
  onSelect: (key: string) => void;
}

function useHistory(runId: string, seq: number) {
  const query = useInfiniteQuery<
    RunHistoryQuery,
    HeddleApiError,
    RunHistoryQuery[],
    readonly unknown[],
    number
  >({
    queryKey: ['RunHistory', runId],
    queryFn: ({ pageParam, signal }) =>
      request(RunHistory, { runId, afterSeq: pageParam, first: PAGE_SIZE }, { signal }),
    initialPageParam: 0,
    getNextPageParam: ({ runHistory }) =>
      runHistory.length < PAGE_SIZE ? undefined : runHistory[runHistory.length - 1]?.seq,
    select: (data) => data.pages,
  });
  const { refetch } = query;
  useEffect(() => void refetch(), [refetch, seq]);
  return query;
}

/** Every committed step of the run, with its cause. */
export function HistoryView({ runId, seq, onSelect }: HistoryViewProps) {
  const t = useText();
  const work = useWorkText();
  const query = useHistory(runId, seq);
  const entries = query.data?.flatMap((page) => page.runHistory);
  if (query.error && !entries)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!entries) return <LoadingState />;
  if (entries.length === 0) return <EmptyState icon={History} title={work('history.empty')} />;
  return (
    <div className="h-run-scroll">
      <div className="h-card">
        <table className="h-table">
          <thead>
            <tr>
              <th>#</th>
              <th>{work('history.time')}</th>
              <th>{work('history.event')}</th>
              <th>{work('history.node')}</th>
              <th>{work('history.who')}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={`${entry.seq}.${entry.index}`}>
                <td className="h-tabular">{entry.seq}</td>
                <td className="h-tabular" title={entry.at}>
                  {formatClock(entry.at)}
                </td>
                <td>
                  <code className="h-mono">{entry.event}</code>
                </td>
                <td>
                  {entry.nodeKey === null ? null : (
                    <UnstyledButton fz="sm" onClick={() => onSelect(entry.nodeKey ?? '')}>
                      {entry.nodeKey}
                      {entry.attempt !== null && entry.attempt > 1 ? ` ×${entry.attempt}` : ''}
                    </UnstyledButton>
                  )}
                </td>
                <td>{[entry.actor, entry.reason].filter(Boolean).join(' — ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {query.hasNextPage ? (
        <Group justify="center" mt="sm">
          <Button
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t('action.loadMore')}
          </Button>
        </Group>
      ) : null}
    </div>
  );
}
