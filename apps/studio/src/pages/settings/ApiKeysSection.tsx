import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import {
  ApiKeys,
  CreateApiKey,
  RevokeApiKey,
  useApiMutation,
  useApiQuery,
} from '@heddle/studio-data';
import { ErrorNote, RelativeTime } from '@heddle/ui';
import { useState } from 'react';
import { notifyError } from '../../components/confirm.js';
import { SecretField } from '../../components/SecretField.js';
import { useText } from '../../i18n/index.js';
import { CredentialSection } from './CredentialSection.js';

const DAY_MS = 86_400_000;
const EXPIRY_DAYS = ['30', '90', '365'] as const;

function KeyForm({ onClose }: { onClose: () => void }) {
  const t = useText();
  const [name, setName] = useState('');
  const [days, setDays] = useState<string | null>('90');
  const create = useApiMutation(CreateApiKey, [ApiKeys]);
  if (create.data) {
    return (
      <Stack gap="sm">
        <SecretField secret={create.data.createApiKey.secret} />
        <Group justify="flex-end" className="h-dialog-foot">
          <Button onClick={onClose}>{t('action.done')}</Button>
        </Group>
      </Stack>
    );
  }
  const expiresAt = days ? new Date(Date.now() + Number(days) * DAY_MS).toISOString() : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({ name: name.trim(), ...(expiresAt ? { expiresAt } : {}) });
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t('keys.name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          data-autofocus
        />
        <Select
          label={t('keys.expiry')}
          placeholder={t('keys.never')}
          clearable
          data={EXPIRY_DAYS.map((value) => ({
            value,
            label: t('keys.days', { count: Number(value) }),
          }))}
          value={days}
          onChange={setDays}
        />
        {create.error ? <ErrorNote error={create.error} /> : null}
        <Group justify="flex-end" className="h-dialog-foot">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
            {t('action.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The caller's API keys. */
export function ApiKeysSection() {
  const t = useText();
  const keys = useApiQuery(ApiKeys, {});
  const revoke = useApiMutation(RevokeApiKey, [ApiKeys]);
  const [isCreating, setCreating] = useState(false);
  return (
    <CredentialSection
      words={{
        title: t('settings.apiKeys'),
        hint: t('keys.hint'),
        create: t('keys.new'),
        empty: t('keys.empty'),
        revokeBody: t('keys.revokeBody'),
      }}
      emptyHint={t('keys.emptyHint')}
      query={{ ...keys, data: keys.data?.apiKeys }}
      last={{
        title: t('keys.expires'),
        render: ({ expiresAt }) => (expiresAt ? <RelativeTime at={expiresAt} /> : t('keys.never')),
      }}
      onCreate={() => setCreating(true)}
      onRevoke={(id) => void revoke.mutateAsync({ id }).catch(notifyError)}
    >
      <Modal opened={isCreating} onClose={() => setCreating(false)} title={t('keys.new')}>
        <KeyForm onClose={() => setCreating(false)} />
      </Modal>
    </CredentialSection>
  );
}
