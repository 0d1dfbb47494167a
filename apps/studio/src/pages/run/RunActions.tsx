import {
  type LoadedRun,
  Runs,
  type RunWatcher,
  UnresolveRun,
  useApiMutation,
} from '@heddle/studio-data';
import { isEnded } from '@heddle/ui';
import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import {
  Ban,
  CircleCheckBig,
  CirclePause,
  EllipsisVertical,
  History,
  Undo2,
  Waypoints,
} from 'lucide-react';
import { useState } from 'react';
import { notifyError } from '../../components/confirm.js';
import { HoldDialog } from '../../components/hold/HoldDialog.js';
import { ResolveDialog } from '../../components/ResolveDialog.js';
import { useText } from '../../i18n/index.js';
import { useRepairText } from '../../i18n/repair.js';
import { useWorkText } from '../../i18n/work.js';
import { roleIncludes } from '../../session.js';
import { CancelDialog } from './CancelDialog.js';

interface RunActionsProps {
  snapshot: LoadedRun;
  state: string;
  watcher: RunWatcher;
  isHeld: boolean;
  hasUndo: boolean;
  onRerun: () => void;
}

type OpenDialog = 'none' | 'cancel' | 'hold' | 'resolve';

/** What stands in the menu of a run. */
function RunMenu(props: RunActionsProps & { isAllowed: boolean; onOpen: (d: OpenDialog) => void }) {
  const { snapshot, state, watcher, isHeld, isAllowed, onOpen } = props;
  const t = useText();
  const work = useWorkText();
  const words = useRepairText();
  const navigate = useNavigate();
  const unresolve = useApiMutation(UnresolveRun, [Runs]);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label={t('action.more')}>
          <EllipsisVertical size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {isEnded(state) || isHeld ? null : (
          <Menu.Item
            leftSection={<CirclePause size={14} />}
            disabled={!isAllowed}
            onClick={() => onOpen('hold')}
          >
            {words('run.hold')}
          </Menu.Item>
        )}
        {state === 'failed' && !snapshot.resolution ? (
          <Menu.Item
            leftSection={<CircleCheckBig size={14} />}
            disabled={!isAllowed}
            onClick={() => onOpen('resolve')}
          >
            {words('run.resolve')}
          </Menu.Item>
        ) : null}
        {snapshot.resolution ? (
          <Menu.Item
            leftSection={<Undo2 size={14} />}
            disabled={!isAllowed}
            onClick={() =>
              void unresolve
                .mutateAsync({ id: snapshot.id })
                .then(() => watcher.reload())
                .catch(notifyError)
            }
          >
            {words('run.unresolve')}
          </Menu.Item>
        ) : null}
        <Menu.Item
          leftSection={<Waypoints size={14} />}
          onClick={() =>
            void navigate({
              to: '/n/$namespace/workflows/$workflowId',
              params: { namespace: snapshot.namespace.name, workflowId: snapshot.workflow.id },
            })
          }
        >
          {work('runPage.openWorkflow')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Cancel, re-run, and in the menu hold, resolve and the way to the workflow. */
export function RunActions(props: RunActionsProps) {
  const { snapshot, state, watcher, hasUndo, onRerun } = props;
  const t = useText();
  const work = useWorkText();
  const words = useRepairText();
  const [dialog, setDialog] = useState<OpenDialog>('none');
  const isAllowed = roleIncludes(snapshot.namespace.role, 'OPERATOR');
  const role = t('role.needs', { role: t('role.OPERATOR') });
  const isOver = isEnded(state);
  const why = !isAllowed ? role : isOver ? null : words('why.not.runActive');
  const close = (): void => setDialog('none');
  const fixed = snapshot.reruns.find((run) => run.state === 'succeeded');
  return (
    <>
      {isOver ? null : (
        <Tooltip label={role} disabled={isAllowed}>
          <Button
            variant="default"
            color="red"
            leftSection={<Ban size={13} />}
            disabled={!isAllowed}
            onClick={() => setDialog('cancel')}
          >
            {work('runPage.cancel')}
          </Button>
        </Tooltip>
      )}
      <Tooltip label={why ?? ''} disabled={why === null}>
        <Button
          leftSection={<History size={13} />}
          data-disabled={why !== null || undefined}
          aria-disabled={why !== null}
          onClick={() => (why === null ? onRerun() : undefined)}
        >
          {words('run.rerun')}
        </Button>
      </Tooltip>
      <RunMenu {...props} isAllowed={isAllowed} onOpen={setDialog} />
      {dialog === 'cancel' ? (
        <CancelDialog
          snapshot={snapshot}
          hasUndo={hasUndo}
          onClose={close}
          onDone={() => void watcher.refreshStale()}
        />
      ) : null}
      {dialog === 'hold' ? (
        <HoldDialog
          target={{ kind: 'run', runId: snapshot.id }}
          name={work('runPage.title', { id: snapshot.id })}
          onClose={close}
        />
      ) : null}
      {dialog === 'resolve' ? (
        <ResolveDialog
          runId={snapshot.id}
          {...(fixed ? { suggestedId: fixed.id } : {})}
          onClose={close}
          onDone={() => void watcher.reload()}
        />
      ) : null}
    </>
  );
}
