import { ActionIcon, Avatar, Menu } from '@mantine/core';
import { SignOut, useApiMutation } from '@heddle/studio-data';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { LogOut, UserRound } from 'lucide-react';
import { useText } from '../i18n/index.js';
import type { Viewer } from '../session.js';

/** The person's name, profile and sign-out. */
export function UserMenu({ viewer, namespace }: { viewer: Viewer; namespace: string }) {
  const t = useText();
  const navigate = useNavigate();
  const client = useQueryClient();
  const signOut = useApiMutation(SignOut);
  const leave = (): void => {
    signOut.mutate(
      {},
      {
        onSettled: () => {
          client.clear();
          void navigate({ to: '/sign-in' });
        },
      },
    );
  };
  return (
    <Menu position="right-end">
      <Menu.Target>
        <ActionIcon aria-label={t('user.menu')} size={28}>
          <Avatar size={24} name={viewer.name || viewer.email} color="indigo" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{viewer.email}</Menu.Label>
        <Menu.Item
          leftSection={<UserRound size={14} />}
          onClick={() =>
            void navigate({
              to: '/n/$namespace/settings/$section',
              params: { namespace, section: 'profile' },
            })
          }
        >
          {t('user.profile')}
        </Menu.Item>
        <Menu.Item leftSection={<LogOut size={14} />} onClick={leave}>
          {t('user.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
