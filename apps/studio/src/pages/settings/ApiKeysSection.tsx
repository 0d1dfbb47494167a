import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import {
  ApiKeys,
  CreateApiKey,
  RevokeApiKey,
  useApiMutation,
  useApiQuery,
} from '@heddle/studio-data';
import { EmptyState, ErrorNote, RelativeTime } from '@heddle/ui';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { confirmDestructive, notifyError } from '../../components/confirm.js';
import { QueryGate } from '../../components/QueryGate.js';
import { SecretField } from '../../components/SecretField.js';
import { SectionHeader } from '../../components/SectionHeader.js';
import { useText } from '../../i18n/index.js';

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
  const create = (
    <Button leftSection={<Plus size={14} />} onClick={() => setCreating(true)}>
      {t('keys.new')}
    </Button>
  );
  const ask = (id: string, name: string): void =>
    confirmDestructive({
      title: t('keys.revokeTitle', { name }),
      body: t('keys.revokeBody'),
      confirm: t('keys.revoke'),
      onConfirm: () => revoke.mutate({ id }, { onError: notifyError }),
    });
  return (
    <section>
      <SectionHeader title={t('settings.apiKeys')} hint={t('keys.hint')} action={create} />
      <QueryGate query={keys}>
        {({ apiKeys }) =>
          apiKeys.length === 0 ? (
            <EmptyState icon={KeyRound} title={t('keys.empty')}>
              {t('keys.emptyHint')}
            </EmptyState>
          ) : (
            <div className="h-card">
              <table className="h-table">
                <thead>
                  <tr>
                    <th>{t('keys.name')}</th>
                    <th>{t('keys.prefix')}</th>
                    <th>{t('keys.created')}</th>
                    <th>{t('keys.used')}</th>
                    <th>{t('keys.expires')}</th>
                    <th aria-label={t('action.more')} />
                  </tr>
                </thead>
                <tbody>
                  {apiKeys.map((key) => (
                    <tr key={key.id}>
                      <td>{key.name}</td>
                      <td className="h-mono">{key.prefix}…</td>
                      <td>
                        <RelativeTime at={key.createdAt} />
                      </td>
                      <td>
                        {key.lastUsedAt ? <RelativeTime at={key.lastUsedAt} /> : t('keys.never')}
                      </td>
                      <td>
                        {key.expiresAt ? <RelativeTime at={key.expiresAt} /> : t('keys.never')}
                      </td>
                      <td style={{ textAlign: 'right' }}>
                        <Button
                          size="compact-xs"
                          variant="subtle"
                          color="red"
                          onClick={() => ask(key.id, key.name)}
                        >
                          {t('keys.revoke')}
                        </Button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </QueryGate>
      <Modal opened={isCreating} onClose={() => setCreating(false)} title={t('keys.new')}>
        <KeyForm onClose={() => setCreating(false)} />
      </Modal>
    </section>
  );
}
