import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { toApiError } from '@heddle/studio-data';
import { uiMessages } from '@heddle/ui';
import { ERROR_KEYS } from './error-keys.js';
import { studioMessages } from '../i18n/index.js';

interface Confirmation {
  title: string;
  body: string;
  /** Text of the button that does it. */
  confirm: string;
  onConfirm: () => void;
}

/** Asks before something that cannot be taken back. */
export function confirmDestructive({ title, body, confirm, onConfirm }: Confirmation): void {
  modals.openConfirmModal({
    title,
    children: <Text size="sm">{body}</Text>,
    labels: { confirm, cancel: studioMessages.text('action.cancel') },
    confirmProps: { color: 'red' },
    onConfirm,
  });
}

/** Shows a refused action as a notification: what the code means, and the server's own sentence. */
export function notifyError(error: unknown): void {
  const known = toApiError(error);
  notifications.show({
    color: 'red',
    title: uiMessages.text(ERROR_KEYS[known.code]),
    message: known.message,
    autoClose: 8_000,
  });
}
