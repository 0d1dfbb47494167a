import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../i18n/index.js';

interface DialogFootProps {
  onClose: () => void;
  /** Text of the button that does it. */
  confirm: string;
  /** Absent: the button submits the form around. */
  onConfirm?: () => void;
  isDisabled?: boolean;
  isPending: boolean;
  isDanger?: boolean;
  children?: ReactNode;
}

/** Cancel, and the one button that does it. */
export function DialogFoot(props: DialogFootProps) {
  const t = useText();
  return (
    <Group justify="flex-end" className="h-dialog-foot">
      {props.children}
      <Button variant="default" onClick={props.onClose}>
        {t('action.cancel')}
      </Button>
      <Button
        {...(props.onConfirm ? { onClick: props.onConfirm } : { type: 'submit' as const })}
        {...(props.isDanger ? { color: 'red' } : {})}
        disabled={props.isDisabled ?? false}
        loading={props.isPending}
      >
        {props.confirm}
      </Button>
    </Group>
  );
}
