import {
  BulkOperations,
  BulkReport,
  CancelBulk,
  operationName,
  Runs,
  useApiMutation,
  useApiQuery,
} from '@heddle/studio-data';
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeft, Square } from 'lucide-react';
import { useEffect } from 'react';
import { notifyError } from '../../components/confirm.js';
import { QueryGate } from '../../components/QueryGate.js';
import { useBulkText } from '../../i18n/bulk.js';
import { NotFoundPage } from '../NotFoundPage.js';
import { BulkProgress } from './BulkProgress.js';

/** While an action goes on, its report is asked for again this often, beside what the live channel says. */
const REFRESH_MS = 2_000;
const FAILURES_MAX = 100;

interface BulkReportViewProps {
  namespace: string;
  id: string;
  onBack: () => void;
}

/** One bulk action: how far it is, what could not be done and why, and the button that stops it. */
export function BulkReportView({ namespace, id, onBack }: BulkReportViewProps) {
  const t = useBulkText();
  const cancel = useApiMutation(CancelBulk, [BulkReport, BulkOperations]);
  const query = useApiQuery(BulkReport, { id }, { refetchMs: REFRESH_MS });
  const client = useQueryClient();
  const operation = query.data?.bulkOperation;
  const stamp = operation ? `${operation.state} ${operation.doneCount}` : '';
  useEffect(() => {
    // The list behind shows what the action did to its runs.
    if (stamp !== '') void client.invalidateQueries({ queryKey: [operationName(Runs)] });
  }, [client, stamp]);
  return (
    <Stack gap="md">
      <Group>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<ArrowLeft size={13} />}
          onClick={onBack}
        >
          {t('bulk.back')}
        </Button>
      </Group>
      <QueryGate query={query}>
        {() =>
          !operation ? (
            <NotFoundPage />
          ) : (
            <>
              <Group justify="space-between" wrap="nowrap">
                <Title order={3}>{t(`bulk.action.${operation.action}`)}</Title>
                {operation.state === 'running' ? (
                  <Button
                    size="compact-xs"
                    variant="default"
                    leftSection={<Square size={11} />}
                    loading={cancel.isPending}
                    onClick={() => void cancel.mutateAsync({ id }).catch(notifyError)}
                  >
                    {t('bulk.cancel')}
                  </Button>
                ) : null}
              </Group>
              <Text size="xs" c="dimmed">
                {[operation.by, operation.reason].filter(Boolean).join(' — ')}
              </Text>
              <BulkProgress operation={operation} />
              {operation.failures.length > 0 ? (
                <section>
                  <Text size="xs" fw={500} mb={4}>
                    {t('bulk.failures')}
                  </Text>
                  <ul className="h-bulk-sample" style={{ maxHeight: 'none' }}>
                    {operation.failures.map(({ runId, message }) => (
                      <li key={runId}>
                        <Link
                          className="h-row-link"
                          to="/n/$namespace/runs/$runId"
                          params={{ namespace, runId }}
                        >
                          #{runId}
                        </Link>
                        <span className="h-bulk-why" title={message}>
                          {message}
                        </span>
                      </li>
                    ))}
                  </ul>
                  {operation.failedCount > FAILURES_MAX ? (
                    <Text size="xs" c="dimmed" mt={4}>
                      {t('bulk.failuresMax')}
                    </Text>
                  ) : null}
                </section>
              ) : null}
            </>
          )
        }
      </QueryGate>
    </Stack>
  );
}
