import { type HeddleApiError, toApiError } from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useRepairText } from '../../i18n/repair.js';
import { DialogFoot } from '../DialogFoot.js';
import { type HoldTarget, useHold } from './use-hold.js';

interface HoldDialogProps {
  target: HoldTarget;
  /** Name of what is held. */
  name: string;
  onClose: () => void;
}

/** Asks why and until when, and holds. */
export function HoldDialog({ target, name, onClose }: HoldDialogProps) {
  const t = useRepairText();
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState('');
  const [error, setError] = useState<HeddleApiError | null>(null);
  const { hold, isPending } = useHold(target);
  const isPast = until !== '' && Date.parse(until) <= Date.now();
  const submit = (): void => {
    const why = reason.trim();
    hold({
      ...(until ? { until: new Date(until).toISOString() } : {}),
      ...(why ? { reason: why } : {}),
    })
      .then(() => {
        notifications.show({ message: t('hold.done', { name }) });
        onClose();
      })
      .catch((cause: unknown) => setError(toApiError(cause)));
  };
  return (
    <Modal opened onClose={onClose} title={t('hold.title', { name })}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isPast) submit();
        }}
      >
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {t(`hold.body.${target.kind}`)}
          </Text>
          <TextInput
            label={t('reason.label')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput
            type="datetime-local"
            label={t('hold.until')}
            description={t('hold.untilHint')}
            value={until}
            error={isPast ? t('hold.past') : undefined}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
          {error ? <ErrorNote error={error} /> : null}
          <DialogFoot
            onClose={onClose}
            confirm={t('hold.submit')}
            isDisabled={isPast}
            isPending={isPending}
          />
        </Stack>
      </form>
    </Modal>
  );
}
