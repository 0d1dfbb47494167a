import { RunData, useApiQuery } from '@heddle/studio-data';
import { JsonView } from '@heddle/ui';
import { Paper, SimpleGrid } from '@mantine/core';
import { useEffect } from 'react';
import { QueryGate } from '../../components/QueryGate.js';
import { useWorkText } from '../../i18n/work.js';

/** Input, context and output of the run. */
export function DataView({ runId, seq }: { runId: string; seq: number }) {
  const t = useWorkText();
  const query = useApiQuery(RunData, { id: runId });
  const { refetch } = query;
  useEffect(() => void refetch(), [refetch, seq]);
  return (
    <div className="h-run-scroll">
      <QueryGate query={query}>
        {({ run }) => (
          <SimpleGrid cols={{ base: 1, lg: 3 }}>
            <Paper p="sm">
              <JsonView value={run?.input} label={t('runPage.input')} />
            </Paper>
            <Paper p="sm">
              <JsonView value={run?.context} label={t('runPage.context')} />
            </Paper>
            <Paper p="sm">
              <JsonView value={run?.output} label={t('runPage.output')} />
            </Paper>
          </SimpleGrid>
        )}
      </QueryGate>
    </div>
  );
}
