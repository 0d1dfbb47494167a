import { ActionIcon, Button, Group, Tooltip } from '@mantine/core';
import { formatShortcut } from '@heddle/ui';
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { canRun, commandById, runCommand } from './commands/registry.js';
import { useEditorText } from './i18n/index.js';
import { useDocument, useSession, useView } from './session-context.js';

const LEFT = ['palette', 'undo', 'redo'] as const;
const MIDDLE = ['layout', 'fit', 'find', 'settings', 'shortcuts'] as const;

/** A command as an icon button. It subscribes to what its `isEnabled` reads. */
export function CommandIcon({ id }: { id: string }) {
  const t = useEditorText();
  const session = useSession();
  useDocument((state) => state.history);
  useDocument((state) => state.graph.nodes.length);
  useView((state) => state.nodes);
  useView((state) => state.path);
  const command = commandById(id);
  const label = command.shortcut
    ? `${t(command.label)} (${formatShortcut(command.shortcut)})`
    : t(command.label);
  if (command.isEdit && session.isReadOnly) return null;
  return (
    <Tooltip label={label}>
      <ActionIcon
        aria-label={t(command.label)}
        disabled={!canRun(command, session)}
        onClick={() => runCommand(command, session)}
      >
        <command.icon size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

function ProblemsButton() {
  const t = useEditorText();
  const session = useSession();
  const errorCount = session.allProblems.filter((problem) => problem.severity === 'error').length;
  const warningCount = session.allProblems.length - errorCount;
  const Icon = errorCount > 0 ? CircleAlert : warningCount > 0 ? TriangleAlert : CircleCheck;
  const color = errorCount > 0 ? 'red' : warningCount > 0 ? 'yellow' : 'green';
  const words =
    errorCount > 0
      ? t('problems.errors', { count: errorCount })
      : warningCount > 0
        ? t('problems.warnings', { count: warningCount })
        : t('problems.none');
  return (
    <Tooltip label={t('problems.show')}>
      <Button
        size="compact-xs"
        variant="light"
        color={color}
        leftSection={<Icon size={13} />}
        data-testid="problems-button"
        onClick={() => runCommand(commandById('problems'), session)}
      >
        {words}
      </Button>
    </Tooltip>
  );
}

/** The bar above the canvas: commands, the number of problems, and what the page adds at the right. */
export function Toolbar({ children }: { children?: ReactNode }) {
  return (
    <div className="h-editor-bar" role="toolbar">
      <Group gap={2} wrap="nowrap">
        {LEFT.map((id) => (
          <CommandIcon key={id} id={id} />
        ))}
      </Group>
      <Group gap={2} wrap="nowrap">
        {MIDDLE.map((id) => (
          <CommandIcon key={id} id={id} />
        ))}
      </Group>
      <ProblemsButton />
      {children}
    </div>
  );
}
