import { notifications } from '@mantine/notifications';
import { CalendarClock, CirclePause, CirclePlay, type LucideIcon } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { notifyError } from '../../components/confirm.js';
import type { ShownHold } from '../../components/hold/HoldBadge.js';
import { HoldDialog } from '../../components/hold/HoldDialog.js';
import { useHold } from '../../components/hold/use-hold.js';
import { useBulkText } from '../../i18n/bulk.js';
import { useRepairText } from '../../i18n/repair.js';
import { useCan } from '../../session.js';
import { WorkflowRetentionDialog } from './WorkflowRetentionDialog.js';

/** An entry of a workflow's menu. */
export interface WorkflowAction {
  id: 'hold' | 'release' | 'retention';
  label: string;
  icon: LucideIcon;
  run: () => void;
}

/** Hold, release and retention of a workflow: the list's menu and the editor's read the same actions. */
export function useWorkflowCare(workflow: { id: string; name: string; hold: ShownHold | null }): {
  actions: WorkflowAction[];
  dialog: ReactNode;
} {
  const t = useRepairText();
  const bulk = useBulkText();
  const canHold = useCan('OPERATOR');
  const canRule = useCan('ADMIN');
  const [open, setOpen] = useState<'none' | 'hold' | 'retention'>('none');
  const target = { kind: 'workflow', workflowId: workflow.id } as const;
  const { release } = useHold(target);
  const close = (): void => setOpen('none');
  const hold: WorkflowAction = workflow.hold
    ? {
        id: 'release',
        label: t('act.release'),
        icon: CirclePlay,
        run: () =>
          void release()
            .then(() => notifications.show({ message: t('hold.released') }))
            .catch(notifyError),
      }
    : { id: 'hold', label: t('act.hold'), icon: CirclePause, run: () => setOpen('hold') };
  const retention: WorkflowAction = {
    id: 'retention',
    label: bulk('retention.menu'),
    icon: CalendarClock,
    run: () => setOpen('retention'),
  };
  return {
    actions: [...(canHold ? [hold] : []), ...(canRule ? [retention] : [])],
    dialog:
      open === 'hold' ? (
        <HoldDialog target={target} name={workflow.name} onClose={close} />
      ) : open === 'retention' ? (
        <WorkflowRetentionDialog workflow={workflow} onClose={close} />
      ) : null,
  };
}
