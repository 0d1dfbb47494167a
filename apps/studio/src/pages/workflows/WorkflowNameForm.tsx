import type { HeddleApiError } from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { DialogFoot } from '../../components/DialogFoot.js';
import { useText } from '../../i18n/index.js';

/** Name and description of a workflow. */
export interface WorkflowNaming {
  name: string;
  description: string;
}

interface WorkflowNameFormProps {
  initial: WorkflowNaming;
  confirm: string;
  isPending: boolean;
  error: HeddleApiError | null;
  onSubmit: (naming: WorkflowNaming) => void;
  onClose: () => void;
}

/** The form of a workflow's name and description, for a new one and for one that is renamed. */
export function WorkflowNameForm(props: WorkflowNameFormProps) {
  const { initial, confirm, isPending, error, onSubmit, onClose } = props;
  const t = useText();
  const [name, setName] = useState(initial.name);
  const [description, setDescription] = useState(initial.description);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit({ name: name.trim(), description });
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
        {error ? <ErrorNote error={error} /> : null}
        <DialogFoot
          onClose={onClose}
          confirm={confirm}
          isDisabled={name.trim() === ''}
          isPending={isPending}
        />
      </Stack>
    </form>
  );
}
