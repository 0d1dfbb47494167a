import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { CreateNamespace, Me, useApiMutation } from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useText } from '../i18n/index.js';

const NAME = /^[a-z0-9][a-z0-9-]*$/;

/** Asks for name and title, creates the namespace and goes there. */
export function CreateNamespaceDialog({
  isOpen,
  onClose,
}: {
  isOpen: boolean;
  onClose: () => void;
}) {
  const t = useText();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [title, setTitle] = useState('');
  const create = useApiMutation(CreateNamespace, [Me]);
  const isValid = NAME.test(name);
  const submit = (): void => {
    create.mutate(
      { name, title: title.trim() || name },
      {
        onSuccess: () => {
          onClose();
          void navigate({ to: '/n/$namespace/workflows', params: { namespace: name } });
        },
      },
    );
  };
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('ns.create')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isValid) submit();
        }}
      >
        <Stack gap="sm">
          <TextInput
            label={t('ns.name')}
            description={t('ns.nameHint')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={name !== '' && !isValid ? t('ns.nameHint') : undefined}
            required
            data-autofocus
          />
          <TextInput
            label={t('ns.title')}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          {create.error ? <ErrorNote error={create.error} /> : null}
          <Group justify="flex-end" className="h-dialog-foot">
            <Button variant="default" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" disabled={!isValid} loading={create.isPending}>
              {t('action.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
