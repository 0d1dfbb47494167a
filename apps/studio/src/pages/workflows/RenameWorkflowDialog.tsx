import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import {
  EditorWorkflow,
  UpdateWorkflow,
  useApiMutation,
  WorkflowNames,
  Workflows,
} from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { useState } from 'react';
import { useText } from '../../i18n/index.js';

interface RenameWorkflowDialogProps {
  workflow: { id: string; name: string; description: string };
  isOpen: boolean;
  onClose: () => void;
}

/** Changes name and description. */
export function RenameWorkflowDialog(props: RenameWorkflowDialogProps) {
  const t = useText();
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title={t('workflows.renameTitle')}>
      <RenameForm {...props} />
    </Modal>
  );
}

function RenameForm({ workflow, onClose }: RenameWorkflowDialogProps) {
  const t = useText();
  const [name, setName] = useState(workflow.name);
  const [description, setDescription] = useState(workflow.description);
  const update = useApiMutation(UpdateWorkflow, [Workflows, WorkflowNames, EditorWorkflow]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        update.mutate(
          { id: workflow.id, input: { name: name.trim(), description } },
          { onSuccess: onClose },
        );
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
        {update.error ? <ErrorNote error={update.error} /> : null}
        <Group justify="flex-end" className="h-dialog-foot">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" disabled={name.trim() === ''} loading={update.isPending}>
            {t('action.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
