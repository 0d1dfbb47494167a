import type { BulkFieldsFragment } from '@heddle/studio-data';
import { Group, Text } from '@mantine/core';
import { useBulkText } from '../../i18n/bulk.js';

/** How far a bulk action has got, and how much of it failed. */
export function BulkProgress({ operation }: { operation: BulkFieldsFragment }) {
  const t = useBulkText();
  const { totalCount, doneCount, failedCount, state } = operation;
  const all = Math.max(1, totalCount);
  const part = (count: number): string => `${(100 * count) / all}%`;
  return (
    <div>
      <div
        className="h-bulk-progress"
        role="progressbar"
        aria-valuemin={0}
        aria-valuemax={totalCount}
        aria-valuenow={doneCount + failedCount}
        aria-label={t('bulk.progress', { done: doneCount, total: totalCount })}
      >
        <span style={{ width: part(doneCount), background: 'var(--h-state-succeeded)' }} />
        <span style={{ width: part(failedCount), background: 'var(--h-state-failed)' }} />
      </div>
      <Group justify="space-between" mt={4}>
        <Text size="xs" c="dimmed" className="h-tabular" component="span">
          {t('bulk.progress', { done: doneCount, total: totalCount })}
          {failedCount > 0 ? ` · ${t('bulk.failed', { count: failedCount })}` : ''}
        </Text>
        <Text size="xs" fw={500} component="span" data-testid="bulk-state">
          {t(`bulk.state.${state}`)}
        </Text>
      </Group>
    </div>
  );
}
