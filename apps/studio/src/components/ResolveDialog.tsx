import { ResolveRun, Runs, useApiMutation } from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useRepairText } from '../i18n/repair.js';
import { DialogFoot } from './DialogFoot.js';

interface ResolveDialogProps {
  runId: string;
  /** Runs that repeat this one and succeeded, newest first: the likely answer. */
  suggestedId?: string;
  onClose: () => void;
  onDone?: () => void;
}

/** Notes that a failed run was taken care of: by a later run, or by hand. */
export function ResolveDialog({ runId, suggestedId = '', onClose, onDone }: ResolveDialogProps) {
  const t = useRepairText();
  const [by, setBy] = useState(suggestedId);
  const [note, setNote] = useState('');
  const resolve = useApiMutation(ResolveRun, [Runs]);
  const resolvedBy = by.trim().replace(/^#/, '');
  const submit = (): void =>
    void resolve
      .mutateAsync({
        id: runId,
        ...(resolvedBy ? { resolvedBy } : {}),
        ...(note.trim() ? { note: note.trim() } : {}),
      })
      .then(() => {
        notifications.show({ message: t('resolve.done', { id: runId }) });
        onDone?.();
        onClose();
      })
      // The refusal is shown below the form.
      .catch(() => undefined);
  return (
    <Modal opened onClose={onClose} title={t('resolve.title', { id: runId })}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {t('resolve.body')}
          </Text>
          <TextInput
            label={t('resolve.by')}
            placeholder="#"
            value={by}
            onChange={(event) => setBy(event.currentTarget.value)}
          />
          <TextInput
            label={t('resolve.note')}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            data-autofocus
          />
          {resolve.error ? <ErrorNote error={resolve.error} /> : null}
          <DialogFoot
            onClose={onClose}
            confirm={t('resolve.submit')}
            isPending={resolve.isPending}
          />
        </Stack>
      </form>
    </Modal>
  );
}
