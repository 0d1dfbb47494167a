import { Group, Modal, SimpleGrid, Stack, Text } from '@mantine/core';
import { ShortcutHint } from '@heddle/ui';
import { COMMANDS } from '../commands/registry.js';
import { useEditorText } from '../i18n/index.js';

const GROUPS = ['edit', 'canvas', 'view', 'workflow'] as const;

/** All shortcuts by group; it lists the commands themselves, so it cannot be out of date. */
export function ShortcutSheet({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useEditorText();
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('shortcuts.title')} size="lg">
      <SimpleGrid cols={2} spacing="xl">
        {GROUPS.map((group) => (
          <Stack key={group} gap={6}>
            <Text size="xs" fw={600} c="dimmed">
              {t(`commandGroup.${group}`)}
            </Text>
            {COMMANDS.filter((command) => command.group === group && command.shortcut).map(
              (command) => (
                <Group key={command.id} justify="space-between" wrap="nowrap">
                  <Text size="sm">{t(command.label)}</Text>
                  <ShortcutHint shortcut={command.shortcut ?? ''} />
                </Group>
              ),
            )}
            {group === 'canvas' ? <Gestures /> : null}
          </Stack>
        ))}
      </SimpleGrid>
    </Modal>
  );
}

function Gestures() {
  const t = useEditorText();
  const rows = [
    [t('shortcuts.pan'), t('shortcuts.panKeys')],
    [t('shortcuts.box'), t('shortcuts.boxKeys')],
    [t('shortcuts.nudge'), '← ↑ → ↓'],
  ] as const;
  return rows.map(([label, keys]) => (
    <Group key={label} justify="space-between" wrap="nowrap">
      <Text size="sm">{label}</Text>
      <kbd className="h-kbd">{keys}</kbd>
    </Group>
  ));
}
