import {
  type BulkInput,
  BulkOperations,
  BulkPreview,
  type RunFilter,
  StartBulk,
  useApiMutation,
  useApiQuery,
} from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { DialogFoot } from '../../components/DialogFoot.js';
import { useBulkText } from '../../i18n/bulk.js';
import { useRepairText } from '../../i18n/repair.js';
import { BULK_ACTIONS, type BulkDraft, bulkInputOf, isNodeAction } from './bulk-draft.js';
import { BulkNodeFields } from './BulkNodeFields.js';
import { BulkSample } from './BulkSample.js';

const PREVIEW_DELAY_MS = 300;

interface BulkDialogProps {
  namespace: string;
  filter: RunFilter;
  onClose: () => void;
  onStarted: (id: string) => void;
}

/** What a bulk action would act on; follows the draft a moment later. */
function usePreview(input: BulkInput | null) {
  const text = JSON.stringify(input);
  const [asked] = useDebouncedValue(text, PREVIEW_DELAY_MS);
  const variables = JSON.parse(asked) as BulkInput | null;
  const query = useApiQuery(
    BulkPreview,
    { input: variables ?? ({} as BulkInput) },
    { enabled: variables !== null, keepPrevious: true },
  );
  const isPending = asked !== text || query.isFetching;
  return { query, isPending, preview: input === null ? undefined : query.data?.previewBulk };
}

/** Chooses an action for every run that matches the filter, shows what it would do, and starts it. */
export function BulkDialog({ namespace, filter, onClose, onStarted }: BulkDialogProps) {
  const t = useBulkText();
  const repair = useRepairText();
  const [draft, setDraft] = useState<BulkDraft>({
    action: 'RETRY_FAILED',
    nodeKey: '',
    nodeStates: ['failed'],
    output: {},
  });
  const [reason, setReason] = useState('');
  const [isJson, setIsJson] = useState(true);
  const input = bulkInputOf(draft, namespace, filter);
  const { query, preview, isPending } = usePreview(input);
  const start = useApiMutation(StartBulk, [BulkOperations]);
  const count = preview?.count ?? 0;
  const submit = (): void => {
    if (!input) return;
    void start
      .mutateAsync({ input, ...(reason.trim() ? { reason: reason.trim() } : {}) })
      .then(({ startBulk }) => {
        onClose();
        onStarted(startBulk.id);
      })
      // The refusal is shown below the form.
      .catch(() => undefined);
  };
  return (
    <Modal opened onClose={onClose} title={t('bulk.title')} size="lg">
      <Stack gap="sm">
        <Select
          label={t('bulk.action')}
          allowDeselect={false}
          data={BULK_ACTIONS.map((action) => ({
            value: action,
            label: t(`bulk.action.${action}`),
          }))}
          value={draft.action}
          onChange={(value) =>
            setDraft({
              ...draft,
              action: BULK_ACTIONS.find((action) => action === value) ?? 'RETRY_FAILED',
            })
          }
        />
        {isNodeAction(draft.action) ? (
          <BulkNodeFields draft={draft} onChange={setDraft} onValidity={setIsJson} />
        ) : null}
        <BulkSample preview={preview} isPending={isPending} error={query.error} />
        <TextInput
          label={repair('reason.label')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {start.error ? <ErrorNote error={start.error} /> : null}
        <DialogFoot
          onClose={onClose}
          confirm={count === 0 ? t('bulk.none') : t('bulk.submit', { count })}
          isDisabled={count === 0 || isPending || !isJson}
          isPending={start.isPending}
          onConfirm={submit}
        >
          <Text size="xs" c="dimmed" mr="auto">
            {t('bulk.fixed')}
          </Text>
        </DialogFoot>
      </Stack>
    </Modal>
  );
}
