import { CancelRun, type LoadedRun, Runs, useApiMutation } from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { Checkbox, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { DialogFoot } from '../../components/DialogFoot.js';
import { useRepairText } from '../../i18n/repair.js';
import { useWorkText } from '../../i18n/work.js';

interface CancelDialogProps {
  snapshot: LoadedRun;
  /** The graph names undo jobs. */
  hasUndo: boolean;
  onClose: () => void;
  onDone: () => void;
}

/** Asks before a run is canceled, and whether what was done is to be undone first. */
export function CancelDialog({ snapshot, hasUndo, onClose, onDone }: CancelDialogProps) {
  const t = useRepairText();
  const work = useWorkText();
  const [reason, setReason] = useState('');
  const [isUndone, setUndone] = useState(false);
  const cancel = useApiMutation(CancelRun, [Runs]);
  const submit = (): void =>
    void cancel
      .mutateAsync({
        id: snapshot.id,
        ...(isUndone ? { compensate: true } : {}),
        ...(reason.trim() ? { reason: reason.trim() } : {}),
      })
      .then(() => {
        onDone();
        onClose();
      })
      // The refusal is shown below the form.
      .catch(() => undefined);
  return (
    <Modal opened onClose={onClose} title={work('runPage.cancelTitle')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="sm">
          <Text size="sm">{work('runPage.cancelBody')}</Text>
          {hasUndo ? (
            <Checkbox
              size="xs"
              label={t('cancel.undo')}
              description={t('cancel.undoHint')}
              checked={isUndone}
              onChange={(event) => setUndone(event.currentTarget.checked)}
            />
          ) : null}
          <TextInput
            label={t('reason.label')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-autofocus
          />
          {cancel.error ? <ErrorNote error={cancel.error} /> : null}
          <DialogFoot
            onClose={onClose}
            confirm={work('runPage.cancel')}
            isPending={cancel.isPending}
            isDanger
          />
        </Stack>
      </form>
    </Modal>
  );
}
