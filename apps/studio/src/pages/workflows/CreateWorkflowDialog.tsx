import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { CreateWorkflow, useApiMutation, WorkflowNames, Workflows } from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useText } from '../../i18n/index.js';
import { useNamespace } from '../../session.js';

/** Asks for a name, creates an empty workflow and opens it in the editor. */
export function CreateWorkflowDialog({
  isOpen,
  onClose,
}: {
  isOpen: boolean;
  onClose: () => void;
}) {
  const t = useText();
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('workflows.createTitle')}>
      <CreateForm onClose={onClose} />
    </Modal>
  );
}

function CreateForm({ onClose }: { onClose: () => void }) {
  const t = useText();
  const namespace = useNamespace();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const create = useApiMutation(CreateWorkflow, [Workflows, WorkflowNames]);
  const submit = (): void => {
    create.mutate(
      { namespace, input: { name: name.trim(), description } },
      {
        onSuccess: ({ createWorkflow }) =>
          void navigate({
            to: '/n/$namespace/workflows/$workflowId',
            params: { namespace, workflowId: createWorkflow.id },
          }),
      },
    );
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t('workflows.name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          data-autofocus
        />
        <Textarea
          label={t('workflows.description')}
          value={description}
          autosize
          minRows={2}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        {create.error ? <ErrorNote error={create.error} /> : null}
        <Group justify="flex-end" className="h-dialog-foot">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" disabled={name.trim() === ''} loading={create.isPending}>
            {t('action.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
