import { formatShortcut, matchesShortcut, ShortcutHint } from '@heddle/ui';
import { ActionIcon, Button, Group, Menu, Tooltip } from '@mantine/core';
import { EllipsisVertical } from 'lucide-react';
import { useEffect, useEffectEvent } from 'react';
import { useText } from '../../../i18n/index.js';
import { useRepairText } from '../../../i18n/repair.js';
import type { NodeAction } from './use-node-actions.js';

/** A button that says why it cannot be used. */
function ActionButton({ action, isPrimary }: { action: NodeAction; isPrimary: boolean }) {
  const t = useRepairText();
  const { why } = action;
  return (
    <Tooltip
      label={why ?? (action.shortcut ? formatShortcut(action.shortcut) : '')}
      disabled={why === null && !action.shortcut}
    >
      <Button
        size="compact-sm"
        fz="xs"
        variant={isPrimary && why === null ? 'filled' : 'default'}
        leftSection={<action.icon size={13} />}
        rightSection={
          isPrimary && action.shortcut && why === null ? (
            <ShortcutHint shortcut={action.shortcut} />
          ) : null
        }
        data-disabled={why !== null || undefined}
        aria-disabled={why !== null}
        loading={action.isPending}
        onClick={(event) => (why === null ? action.run() : event.preventDefault())}
      >
        {t(action.label)}
      </Button>
    </Tooltip>
  );
}

/** Entries of a menu for these actions; what cannot be used says why. */
export function ActionMenuItems({ actions }: { actions: readonly NodeAction[] }) {
  const t = useRepairText();
  return actions.map((action) => (
    <Menu.Item
      key={action.id}
      leftSection={<action.icon size={14} />}
      rightSection={action.shortcut ? <ShortcutHint shortcut={action.shortcut} /> : null}
      disabled={action.why !== null}
      title={action.why ?? undefined}
      {...(action.isDanger ? { color: 'red' } : {})}
      onClick={action.run}
    >
      {t(action.label)}
    </Menu.Item>
  ));
}

/** Runs an action by its key, unless the person types. */
function useActionKeys(actions: readonly NodeAction[]): void {
  const onPress = useEffectEvent((event: KeyboardEvent) => {
    const isTyping =
      event.target instanceof HTMLElement &&
      event.target.closest('input, textarea, [contenteditable], [role="dialog"], [role="menu"]');
    if (isTyping) return;
    const action = actions.find(
      ({ shortcut, why }) => why === null && shortcut && matchesShortcut(event, shortcut),
    );
    if (!action || action.isPending) return;
    event.preventDefault();
    action.run();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onPress(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}

/** The actions of the selected node: the usual ones as buttons, the rest in a menu, all by key. */
export function NodeActionBar({ actions, state }: { actions: NodeAction[]; state: string }) {
  const t = useText();
  useActionKeys(actions);
  return (
    <Group gap={6} className="h-node-actions">
      {actions
        .filter((action) => action.isMain)
        .map((action) => (
          <ActionButton
            key={action.id}
            action={action}
            isPrimary={action.id === 'retry' && state === 'failed'}
          />
        ))}
      <Menu position="bottom-end" width={270}>
        <Menu.Target>
          <ActionIcon variant="default" size={26} aria-label={t('action.more')}>
            <EllipsisVertical size={14} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <ActionMenuItems actions={actions.filter((action) => !action.isMain)} />
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
