import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { Members, type Role, SetMember, useApiMutation } from '@heddle/studio-data';
import { CopyButton, ErrorNote } from '@heddle/ui';
import { useState } from 'react';
import { useText } from '../../i18n/index.js';
import { useNamespace } from '../../session.js';
import { ROLES } from './roles.js';

/** Adds a person; a new one gets a sign-in link to be sent. */
export function AddMemberDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useText();
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('members.add')}>
      <AddMemberForm onClose={onClose} />
    </Modal>
  );
}

function SignInLink({ url, email, onClose }: { url: string; email: string; onClose: () => void }) {
  const t = useText();
  return (
    <Stack gap="sm">
      <Text size="sm" fw={500}>
        {t('members.linkTitle')}
      </Text>
      <Text size="sm" c="dimmed">
        {t('members.linkHint', { email })}
      </Text>
      <Group gap="xs" wrap="nowrap">
        <code className="h-mono" style={{ overflowWrap: 'anywhere' }}>
          {url}
        </code>
        <CopyButton value={url} />
      </Group>
      <Group justify="flex-end" className="h-dialog-foot">
        <Button onClick={onClose}>{t('action.done')}</Button>
      </Group>
    </Stack>
  );
}

function AddMemberForm({ onClose }: { onClose: () => void }) {
  const t = useText();
  const namespace = useNamespace();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('EDITOR');
  const set = useApiMutation(SetMember, [Members]);
  const url = set.data?.setMember.signInUrl;
  if (url) return <SignInLink url={url} email={email} onClose={onClose} />;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        set.mutate(
          { namespace, email: email.trim(), role },
          { onSuccess: ({ setMember }) => setMember.signInUrl === null && onClose() },
        );
      }}
    >
      <Stack gap="sm">
        <TextInput
          type="email"
          label={t('members.email')}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          required
          data-autofocus
        />
        <Select
          label={t('members.role')}
          description={t(`role.${role}.hint`)}
          allowDeselect={false}
          data={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
          value={role}
          onChange={(value) => value && setRole(value as Role)}
        />
        {set.error ? <ErrorNote error={set.error} /> : null}
        <Group justify="flex-end" className="h-dialog-foot">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" loading={set.isPending} disabled={email.trim() === ''}>
            {t('members.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
