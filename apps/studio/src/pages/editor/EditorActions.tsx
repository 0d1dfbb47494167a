import {
  canRun as canRunCommand,
  COMMANDS,
  type EditorSession,
  runCommand,
  useEditorText,
} from '@heddle/editor';
import { formatShortcut } from '@heddle/ui';
import { ActionIcon, Button, Group, Menu, Tooltip } from '@mantine/core';
import { EllipsisVertical, Play, Rocket } from 'lucide-react';
import type { WorkflowAction } from '../workflows/use-workflow-care.js';
import { useWorkText } from '../../i18n/work.js';

const IN_MENU = ['save', 'versions', 'export'] as const;

interface EditorActionsProps {
  session: EditorSession;
  canRun: boolean;
  /** Hold, release, retention. */
  care: readonly WorkflowAction[];
}

/** Publish, run, and the rest behind a menu: right end of the editor's toolbar. */
export function EditorActions({ session, canRun, care }: EditorActionsProps) {
  const t = useWorkText();
  const words = useEditorText();
  const byId = (id: string) => COMMANDS.filter((command) => command.id === id);
  return (
    <Group gap={6} wrap="nowrap" ml="auto">
      {byId('run')
        .filter(() => canRun)
        .map((command) => (
          <Tooltip key={command.id} label={formatShortcut(command.shortcut ?? '')}>
            <Button
              variant="default"
              leftSection={<Play size={13} />}
              onClick={() => runCommand(command, session)}
            >
              {t('run.button')}
            </Button>
          </Tooltip>
        ))}
      {session.isReadOnly
        ? null
        : byId('publish').map((command) => (
            <Tooltip key={command.id} label={formatShortcut(command.shortcut ?? '')}>
              <Button
                leftSection={<Rocket size={13} />}
                onClick={() => runCommand(command, session)}
              >
                {t('publish.button')}
              </Button>
            </Tooltip>
          ))}
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label={t('editor.more')}>
            <EllipsisVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {IN_MENU.flatMap(byId)
            .filter((command) => !(command.isEdit && session.isReadOnly))
            .map((command) => (
              <Menu.Item
                key={command.id}
                leftSection={<command.icon size={14} />}
                disabled={!canRunCommand(command, session)}
                onClick={() => runCommand(command, session)}
              >
                {words(command.label)}
              </Menu.Item>
            ))}
          {care.length > 0 ? <Menu.Divider /> : null}
          {care.map(({ id, label, icon: Icon, run }) => (
            <Menu.Item key={id} leftSection={<Icon size={14} />} onClick={run}>
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
