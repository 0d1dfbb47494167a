import { useNodeRun } from '@heddle/editor';
import {
  CancelNode,
  type LoadedRun,
  NodeRunDetail,
  RetryNode,
  Runs,
  type RunWatcher,
  useApiMutation,
} from '@heddle/studio-data';
import { isEnded } from '@heddle/ui';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { confirmDestructive, notifyError } from '../../../components/confirm.js';
import { HoldDialog } from '../../../components/hold/HoldDialog.js';
import { useHold } from '../../../components/hold/use-hold.js';
import { useText } from '../../../i18n/index.js';
import { useRepairText } from '../../../i18n/repair.js';
import { useWorkText } from '../../../i18n/work.js';
import { roleIncludes } from '../../../session.js';
import { RetryDialog } from '../RetryDialog.js';
import { MarkDialog } from './MarkDialog.js';
import { NODE_COMMANDS, type NodeActionId, type NodeCommand } from './node-commands.js';

/** A node action as it stands: possible, or why not. */
export interface NodeAction extends NodeCommand {
  /** Null: it can be used. */
  why: string | null;
  isPending: boolean;
  run: () => void;
}

interface NodeActionsInput {
  snapshot: LoadedRun;
  watcher: RunWatcher;
  nodeKey: string;
  name: string;
  onRerun: (key: string) => void;
}

type OpenDialog = 'none' | 'retryEdit' | 'mark' | 'hold';

/** What can be done with one node at this moment, and the dialog that is open for it. */
export function useNodeActions(input: NodeActionsInput): {
  actions: NodeAction[];
  dialog: ReactNode;
} {
  const { snapshot, watcher, nodeKey, name, onRerun } = input;
  const t = useText();
  const work = useWorkText();
  const words = useRepairText();
  const live = useNodeRun(watcher, nodeKey);
  const [open, setOpen] = useState<OpenDialog>('none');
  const retry = useApiMutation(RetryNode, [NodeRunDetail, Runs]);
  const cancel = useApiMutation(CancelNode, [NodeRunDetail, Runs]);
  const target = { runId: snapshot.id, nodeKey };
  const { release } = useHold({ kind: 'node', ...target });
  const isAllowed = roleIncludes(snapshot.namespace.role, 'OPERATOR');
  const facts = {
    state: live?.state ?? 'pending',
    attempt: live?.attempt ?? 0,
    hasEditableInput:
      snapshot.nodeRuns.find((node) => node.key === nodeKey)?.hasEditableInput ?? false,
    isHeld: Boolean(live?.hold),
    isRunOver: isEnded(watcher.view?.state ?? 'queued'),
  };
  const tell = (promise: Promise<unknown>, message: string): void =>
    void promise.then(() => notifications.show({ message })).catch(notifyError);
  const does: Record<NodeActionId, () => void> = {
    retry: () => tell(retry.mutateAsync(target), work('node.retried', { name })),
    retryEdit: () => setOpen('retryEdit'),
    rerun: () => onRerun(nodeKey),
    hold: () => setOpen('hold'),
    release: () => tell(release(), words('hold.released')),
    mark: () => setOpen('mark'),
    cancel: () =>
      confirmDestructive({
        title: work('node.cancelTitle', { name }),
        body: work('node.cancelBody'),
        confirm: work('node.cancel'),
        onConfirm: () => tell(cancel.mutateAsync(target), work('node.canceled', { name })),
      }),
  };
  const pending: Partial<Record<NodeActionId, boolean>> = {
    retry: retry.isPending,
    cancel: cancel.isPending,
  };
  const actions = NODE_COMMANDS.flatMap<NodeAction>((command) => {
    const refusal = command.refusal(facts);
    if (refusal !== null && command.isHiddenIfRefused) return [];
    const why = !isAllowed
      ? t('role.needs', { role: t('role.OPERATOR') })
      : refusal && words(`why.not.${refusal}`);
    return [{ ...command, why, isPending: pending[command.id] ?? false, run: does[command.id] }];
  });
  const close = (): void => setOpen('none');
  return { actions, dialog: <OpenedDialog open={open} input={input} onClose={close} /> };
}

function OpenedDialog(props: { open: OpenDialog; input: NodeActionsInput; onClose: () => void }) {
  const { open, onClose } = props;
  const { snapshot, watcher, nodeKey, name } = props.input;
  const target = { runId: snapshot.id, nodeKey };
  switch (open) {
    case 'none':
      return null;
    case 'retryEdit':
      return <RetryDialog target={target} name={name} snapshot={snapshot} onClose={onClose} />;
    case 'hold':
      return <HoldDialog target={{ kind: 'node', ...target }} name={name} onClose={onClose} />;
    case 'mark':
      return (
        <MarkDialog
          target={target}
          name={name}
          isRunOver={isEnded(watcher.view?.state ?? 'queued')}
          onClose={onClose}
        />
      );
  }
}
