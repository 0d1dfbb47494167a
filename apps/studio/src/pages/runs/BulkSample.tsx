import type { BulkPreviewQuery, HeddleApiError } from '@heddle/studio-data';
import { ErrorNote, RelativeTime, StateIcon } from '@heddle/ui';
import { Loader, Text } from '@mantine/core';
import { useBulkText } from '../../i18n/bulk.js';

interface BulkSampleProps {
  preview: BulkPreviewQuery['previewBulk'] | undefined;
  isPending: boolean;
  error: HeddleApiError | null;
}

/** The dry run of a bulk action: how many runs, how many are left out, and some of them. */
export function BulkSample({ preview, isPending, error }: BulkSampleProps) {
  const t = useBulkText();
  return (
    <section aria-label={t('bulk.preview')} data-testid="bulk-preview">
      <Text size="xs" fw={500} mb={4} component="h3" m={0}>
        {t('bulk.preview')} {isPending ? <Loader size={10} ml={4} /> : null}
      </Text>
      {error ? <ErrorNote error={error} /> : null}
      {preview ? (
        <div aria-live="polite">
          <Text size="sm" fw={600} className="h-tabular">
            {t('bulk.count', { count: preview.count })}
          </Text>
          {preview.notApplicableCount > 0 ? (
            <Text size="xs" c="dimmed">
              {t('bulk.notApplicable', { count: preview.notApplicableCount })}
            </Text>
          ) : null}
          {preview.sample.length > 0 ? (
            <>
              <Text size="xs" c="dimmed" mt={6} mb={4}>
                {t('bulk.sample')}
              </Text>
              <ul className="h-bulk-sample">
                {preview.sample.map((run) => (
                  <li key={run.id}>
                    <StateIcon state={run.state} title={run.state} />
                    <span>
                      {run.workflow.name} <span className="h-tabular">#{run.id}</span>
                    </span>
                    <span className="h-bulk-why">{run.error?.message}</span>
                    <span style={{ marginLeft: 'auto', flex: 'none' }}>
                      <RelativeTime at={run.createdAt} />
                    </span>
                  </li>
                ))}
              </ul>
            </>
          ) : null}
        </div>
      ) : null}
    </section>
  );
}
