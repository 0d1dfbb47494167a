import { Menu, Text, UnstyledButton } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Check, ChevronsUpDown, Plus } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../i18n/index.js';
import type { Viewer, ViewerNamespace } from '../session.js';
import { CreateNamespaceDialog } from './CreateNamespaceDialog.js';

interface NamespaceMenuProps {
  viewer: Viewer;
  namespace: ViewerNamespace;
  isRail: boolean;
}

/** Shows the namespace and switches to another one. */
export function NamespaceMenu({ viewer, namespace, isRail }: NamespaceMenuProps) {
  const t = useText();
  const navigate = useNavigate();
  const [isCreating, setCreating] = useState(false);
  return (
    <>
      <Menu position="bottom-start" width={220}>
        <Menu.Target>
          <UnstyledButton
            className="h-namespace"
            aria-label={`${t('ns.label')}: ${namespace.title}`}
          >
            <span className="h-namespace-mark" aria-hidden>
              {namespace.title.slice(0, 1).toUpperCase()}
            </span>
            {isRail ? null : (
              <>
                <Text size="sm" fw={500} truncate>
                  {namespace.title}
                </Text>
                <ChevronsUpDown
                  size={14}
                  aria-hidden
                  style={{ marginLeft: 'auto', flex: 'none' }}
                />
              </>
            )}
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t('ns.label')}</Menu.Label>
          {viewer.namespaces.map((entry) => (
            <Menu.Item
              key={entry.id}
              rightSection={entry.name === namespace.name ? <Check size={14} /> : null}
              onClick={() =>
                void navigate({ to: '/n/$namespace/workflows', params: { namespace: entry.name } })
              }
            >
              {entry.title}
              <Text size="xs" c="dimmed">
                {t(`role.${entry.role}`)}
              </Text>
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<Plus size={14} />} onClick={() => setCreating(true)}>
            {t('ns.new')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <CreateNamespaceDialog isOpen={isCreating} onClose={() => setCreating(false)} />
    </>
  );
}
