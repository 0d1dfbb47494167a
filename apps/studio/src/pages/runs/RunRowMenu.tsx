import { type RunRowFragment, Runs, UnresolveRun, useApiMutation } from '@heddle/studio-data';
import { ActionIcon, Menu } from '@mantine/core';
import { CircleCheckBig, EllipsisVertical, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { notifyError } from '../../components/confirm.js';
import { ResolveDialog } from '../../components/ResolveDialog.js';
import { useText } from '../../i18n/index.js';
import { useRepairText } from '../../i18n/repair.js';
import { useCan } from '../../session.js';

/** Takes care of a failed run right in the list. Other runs have no menu. */
export function RunRowMenu({ run }: { run: RunRowFragment }) {
  const t = useText();
  const words = useRepairText();
  const isAllowed = useCan('OPERATOR');
  const [isOpen, setOpen] = useState(false);
  const unresolve = useApiMutation(UnresolveRun, [Runs]);
  if (!isAllowed || run.state !== 'failed') return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={`${t('action.more')}: #${run.id}`}>
            <EllipsisVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {run.resolution ? (
            <Menu.Item
              leftSection={<Undo2 size={14} />}
              onClick={() => void unresolve.mutateAsync({ id: run.id }).catch(notifyError)}
            >
              {words('run.unresolve')}
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<CircleCheckBig size={14} />} onClick={() => setOpen(true)}>
              {words('run.resolve')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isOpen ? <ResolveDialog runId={run.id} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
