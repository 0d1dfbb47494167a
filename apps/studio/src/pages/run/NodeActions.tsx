import type { NodeRunView } from '@heddle/editor';
import {
  CancelNode,
  RetryNode,
  type LoadedRun,
  useApiMutation,
  NodeRunDetail,
  Runs,
} from '@heddle/studio-data';
import { matchesShortcut, ShortcutHint } from '@heddle/ui';
import { Button, Group, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Ban, PencilLine, RotateCcw, SkipForward } from 'lucide-react';
import { type ReactNode, useEffect, useEffectEvent, useState } from 'react';
import { confirmDestructive, notifyError } from '../../components/confirm.js';
import { useText } from '../../i18n/index.js';
import { useWorkText } from '../../i18n/work.js';
import { roleIncludes } from '../../session.js';
import {
  type Refusal,
  whyNotCancel,
  whyNotRetry,
  whyNotRetryEdited,
  whyNotSkip,
} from './node-rules.js';
import type { NodeDetail } from './NodeSidePanel.js';
import { RetryDialog } from './RetryDialog.js';
import { SkipDialog } from './SkipDialog.js';

interface NodeActionsProps {
  snapshot: LoadedRun;
  detail: NodeDetail;
  live: NodeRunView | undefined;
  name: string;
  type: string;
}

interface ActionButtonProps {
  label: string;
  icon: ReactNode;
  refusal: Refusal;
  isAllowed: boolean;
  isLoading?: boolean;
  isPrimary?: boolean;
  shortcut?: string;
  onClick: () => void;
}

/** A button that says why it cannot be used. */
function ActionButton(props: ActionButtonProps) {
  const t = useText();
  const work = useWorkText();
  const { label, refusal, isAllowed, shortcut } = props;
  const why = isAllowed
    ? refusal === null
      ? null
      : work(`node.why.${refusal}`)
    : t('role.needs', { role: t('role.OPERATOR') });
  return (
    <Tooltip label={why ?? ''} disabled={why === null}>
      <Button
        size="compact-sm"
        fz="xs"
        variant={props.isPrimary && why === null ? 'filled' : 'default'}
        leftSection={props.icon}
        rightSection={shortcut && why === null ? <ShortcutHint shortcut={shortcut} /> : null}
        data-disabled={why !== null || undefined}
        aria-disabled={why !== null}
        loading={props.isLoading ?? false}
        onClick={(event) => (why === null ? props.onClick() : event.preventDefault())}
      >
        {label}
      </Button>
    </Tooltip>
  );
}

function useRetryKey(onRetry: () => void): void {
  const onPress = useEffectEvent((event: KeyboardEvent) => {
    const isTyping =
      event.target instanceof HTMLElement &&
      event.target.closest('input, textarea, [contenteditable], [role="dialog"]');
    if (!isTyping && matchesShortcut(event, 'R')) onRetry();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onPress(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}

/** Retry, edit input and retry, skip, cancel: for the selected node. */
export function NodeActions({ snapshot, detail, live, name, type }: NodeActionsProps) {
  const work = useWorkText();
  const [dialog, setDialog] = useState<'none' | 'retry' | 'skip'>('none');
  const refresh = [NodeRunDetail, Runs];
  const retry = useApiMutation(RetryNode, refresh);
  const cancel = useApiMutation(CancelNode, refresh);
  const isAllowed = roleIncludes(snapshot.namespace.role, 'OPERATOR');
  const target = { runId: snapshot.id, nodeKey: detail.key };
  const facts = {
    state: live?.state ?? detail.state,
    attempt: live?.attempt ?? detail.attempt,
    hasEditableInput: detail.hasEditableInput,
  };
  const retryNow = (): void => {
    if (!isAllowed || whyNotRetry(facts) !== null || retry.isPending) return;
    retry.mutate(target, {
      onError: notifyError,
      onSuccess: () => notifications.show({ message: work('node.retried', { name }) }),
    });
  };
  useRetryKey(retryNow);
  const askCancel = (): void =>
    confirmDestructive({
      title: work('node.cancelTitle', { name }),
      body: work('node.cancelBody'),
      confirm: work('node.cancel'),
      onConfirm: () =>
        cancel.mutate(target, {
          onError: notifyError,
          onSuccess: () => notifications.show({ message: work('node.canceled', { name }) }),
        }),
    });
  const isFailed = facts.state === 'failed';
  const close = (): void => setDialog('none');
  return (
    <Group gap={6} className="h-node-actions">
      <ActionButton
        label={work('node.retry')}
        icon={<RotateCcw size={13} />}
        refusal={whyNotRetry(facts)}
        isAllowed={isAllowed}
        isLoading={retry.isPending}
        isPrimary={isFailed}
        shortcut="R"
        onClick={retryNow}
      />
      <ActionButton
        label={work('node.retryEdit')}
        icon={<PencilLine size={13} />}
        refusal={whyNotRetryEdited(facts)}
        isAllowed={isAllowed}
        onClick={() => setDialog('retry')}
      />
      <ActionButton
        label={work('node.skip')}
        icon={<SkipForward size={13} />}
        refusal={whyNotSkip(facts)}
        isAllowed={isAllowed}
        onClick={() => setDialog('skip')}
      />
      <ActionButton
        label={work('node.cancel')}
        icon={<Ban size={13} />}
        refusal={whyNotCancel(facts)}
        isAllowed={isAllowed}
        isLoading={cancel.isPending}
        onClick={askCancel}
      />
      {dialog === 'retry' ? (
        <RetryDialog
          target={target}
          detail={detail}
          name={name}
          type={type}
          snapshot={snapshot}
          onClose={close}
        />
      ) : null}
      {dialog === 'skip' ? <SkipDialog target={target} name={name} onClose={close} /> : null}
    </Group>
  );
}
