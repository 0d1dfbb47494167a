import { Autocomplete, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import {
  CreateWorkerToken,
  useApiMutation,
  useApiQuery,
  Workers,
  WorkerTokens,
} from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { useState } from 'react';
import { SecretField } from '../../components/SecretField.js';
import { useText } from '../../i18n/index.js';
import { useNamespace } from '../../session.js';
import { WorkerSnippet } from './WorkerSnippet.js';

/** Creates a worker token and shows it once, with the lines that start a worker. */
export function CreateTokenDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useText();
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('workers.createToken')} size="lg">
      <TokenForm onClose={onClose} />
    </Modal>
  );
}

function TokenForm({ onClose }: { onClose: () => void }) {
  const t = useText();
  const namespace = useNamespace();
  const [group, setGroup] = useState('default');
  const [name, setName] = useState('');
  const { data } = useApiQuery(Workers, { namespace });
  const create = useApiMutation(CreateWorkerToken, [WorkerTokens]);
  if (create.data) {
    const { secret, workerToken } = create.data.createWorkerToken;
    return (
      <Stack gap="sm">
        <SecretField secret={secret} />
        <Text size="sm" fw={500}>
          {t('workers.snippet')}
        </Text>
        <WorkerSnippet group={workerToken.group} secret={secret} />
        <Group justify="flex-end" className="h-dialog-foot">
          <Button onClick={onClose}>{t('action.done')}</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({ namespace, group: group.trim(), name: name.trim() });
      }}
    >
      <Stack gap="sm">
        <Autocomplete
          size="xs"
          label={t('workers.group')}
          description={t('workers.groupHint')}
          data={[...new Set((data?.workers ?? []).map((worker) => worker.group))]}
          value={group}
          onChange={setGroup}
          required
        />
        <TextInput
          label={t('workers.tokenName')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          data-autofocus
        />
        {create.error ? <ErrorNote error={create.error} /> : null}
        <Group justify="flex-end" className="h-dialog-foot">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={!group.trim() || !name.trim()}>
            {t('action.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
