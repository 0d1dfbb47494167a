import { Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface PageHeaderProps {
  title: ReactNode;
  description?: ReactNode;
  /** Buttons at the right. */
  actions?: ReactNode;
  /** What stands right of the title: badges, status. */
  children?: ReactNode;
}

/** Title line of a page. */
export function PageHeader({ title, description, actions, children }: PageHeaderProps) {
  return (
    <header className="h-page-header">
      <div style={{ minWidth: 0 }}>
        <Title order={1} lineClamp={1}>
          {title}
        </Title>
        {description ? (
          <Text size="xs" c="dimmed">
            {description}
          </Text>
        ) : null}
      </div>
      {children}
      <Group ml="auto" gap="xs" wrap="nowrap">
        {actions}
      </Group>
    </header>
  );
}
