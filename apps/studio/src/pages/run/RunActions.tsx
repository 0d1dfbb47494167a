import {
  CancelRun,
  RerunRun,
  type LoadedRun,
  type RunWatcher,
  useApiMutation,
  Runs,
} from '@heddle/studio-data';
import { isEnded } from '@heddle/ui';
import { Button, Menu, Tooltip } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Ban, ChevronDown, PencilLine, RotateCcw, Waypoints } from 'lucide-react';
import { useState } from 'react';
import { confirmDestructive, notifyError } from '../../components/confirm.js';
import { useText } from '../../i18n/index.js';
import { useWorkText } from '../../i18n/work.js';
import { roleIncludes } from '../../session.js';
import { RerunDialog } from './RerunDialog.js';

interface RunActionsProps {
  snapshot: LoadedRun;
  state: string;
  watcher: RunWatcher;
}

/** Cancel, re-run, open the workflow. */
export function RunActions({ snapshot, state, watcher }: RunActionsProps) {
  const t = useText();
  const work = useWorkText();
  const navigate = useNavigate();
  const [isEditing, setEditing] = useState(false);
  const cancel = useApiMutation(CancelRun, [Runs]);
  const rerun = useApiMutation(RerunRun, [Runs]);
  const namespace = snapshot.namespace.name;
  const isAllowed = roleIncludes(snapshot.namespace.role, 'OPERATOR');
  const role = t('role.needs', { role: t('role.OPERATOR') });
  const open = (runId: string): void =>
    void navigate({ to: '/n/$namespace/runs/$runId', params: { namespace, runId } });
  const askCancel = (): void =>
    confirmDestructive({
      title: work('runPage.cancelTitle'),
      body: work('runPage.cancelBody'),
      confirm: work('runPage.cancel'),
      onConfirm: () =>
        cancel.mutate(
          { id: snapshot.id },
          { onError: notifyError, onSuccess: () => void watcher.refreshStale() },
        ),
    });
  return (
    <>
      {isEnded(state) ? null : (
        <Tooltip label={role} disabled={isAllowed}>
          <Button
            variant="default"
            color="red"
            leftSection={<Ban size={13} />}
            disabled={!isAllowed}
            loading={cancel.isPending}
            onClick={askCancel}
          >
            {work('runPage.cancel')}
          </Button>
        </Tooltip>
      )}
      <Button
        variant="default"
        leftSection={<Waypoints size={13} />}
        onClick={() =>
          void navigate({
            to: '/n/$namespace/workflows/$workflowId',
            params: { namespace, workflowId: snapshot.workflow.id },
          })
        }
      >
        {work('runPage.openWorkflow')}
      </Button>
      <Menu>
        <Menu.Target>
          <Button
            leftSection={<RotateCcw size={13} />}
            rightSection={<ChevronDown size={13} />}
            disabled={!isAllowed}
            title={isAllowed ? undefined : role}
            loading={rerun.isPending}
          >
            {work('runPage.rerun')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<RotateCcw size={14} />}
            onClick={() =>
              rerun.mutate(
                { id: snapshot.id },
                { onError: notifyError, onSuccess: (answer) => open(answer.rerunRun.id) },
              )
            }
          >
            {work('runPage.rerunSame')}
          </Menu.Item>
          <Menu.Item leftSection={<PencilLine size={14} />} onClick={() => setEditing(true)}>
            {work('runPage.rerunEdit')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isEditing ? (
        <RerunDialog snapshot={snapshot} onClose={() => setEditing(false)} onStarted={open} />
      ) : null}
    </>
  );
}
