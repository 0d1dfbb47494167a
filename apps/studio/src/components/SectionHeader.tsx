import { Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface SectionHeaderProps {
  title: string;
  hint: string;
  action?: ReactNode;
}

/** Title of a part of a page, with what it is for and its main button. */
export function SectionHeader({ title, hint, action }: SectionHeaderProps) {
  return (
    <Group justify="space-between" mb="sm" wrap="nowrap" align="flex-start">
      <div>
        <Title order={2}>{title}</Title>
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
      </div>
      {action}
    </Group>
  );
}
