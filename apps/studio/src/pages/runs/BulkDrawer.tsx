import { BulkOperations, useApiQuery } from '@heddle/studio-data';
import { EmptyState, RelativeTime } from '@heddle/ui';
import { Drawer, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { History } from 'lucide-react';
import { useState } from 'react';
import { QueryGate } from '../../components/QueryGate.js';
import { useBulkText } from '../../i18n/bulk.js';
import { BulkProgress } from './BulkProgress.js';
import { BulkReportView } from './BulkReportView.js';

interface BulkDrawerProps {
  namespace: string;
  /** The action to show first; null: the list. */
  openId: string | null;
  onClose: () => void;
}

/** Recent bulk actions, and the report of one of them. */
export function BulkDrawer({ namespace, openId, onClose }: BulkDrawerProps) {
  const t = useBulkText();
  const [shownId, setShownId] = useState(openId);
  return (
    <Drawer opened onClose={onClose} position="right" size="md" title={t('bulk.drawer')}>
      {shownId === null ? (
        <RecentList namespace={namespace} onShow={setShownId} />
      ) : (
        <BulkReportView namespace={namespace} id={shownId} onBack={() => setShownId(null)} />
      )}
    </Drawer>
  );
}

function RecentList({ namespace, onShow }: { namespace: string; onShow: (id: string) => void }) {
  const t = useBulkText();
  const query = useApiQuery(BulkOperations, { namespace });
  return (
    <QueryGate query={query}>
      {({ bulkOperations }) =>
        bulkOperations.length === 0 ? (
          <EmptyState icon={History} title={t('bulk.empty')}>
            {t('bulk.emptyHint')}
          </EmptyState>
        ) : (
          <Stack gap="xs">
            {bulkOperations.map((operation) => (
              <UnstyledButton
                key={operation.id}
                className="h-bulk-item"
                onClick={() => onShow(operation.id)}
              >
                <Group justify="space-between" wrap="nowrap">
                  <Text size="sm" fw={500}>
                    {t(`bulk.action.${operation.action}`)}
                  </Text>
                  <Text size="xs" c="dimmed" component="span">
                    {operation.by} · <RelativeTime at={operation.createdAt} />
                  </Text>
                </Group>
                <BulkProgress operation={operation} />
              </UnstyledButton>
            ))}
          </Stack>
        )
      }
    </QueryGate>
  );
}
