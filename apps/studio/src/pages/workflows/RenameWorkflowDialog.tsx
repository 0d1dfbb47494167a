import {
  EditorWorkflow,
  UpdateWorkflow,
  useApiMutation,
  WorkflowNames,
  Workflows,
} from '@heddle/studio-data';
import { Modal } from '@mantine/core';
import { useText } from '../../i18n/index.js';
import { WorkflowNameForm } from './WorkflowNameForm.js';

interface RenameWorkflowDialogProps {
  workflow: { id: string; name: string; description: string };
  isOpen: boolean;
  onClose: () => void;
}

/** Changes name and description. */
export function RenameWorkflowDialog({ workflow, isOpen, onClose }: RenameWorkflowDialogProps) {
  const t = useText();
  const update = useApiMutation(UpdateWorkflow, [Workflows, WorkflowNames, EditorWorkflow]);
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('workflows.renameTitle')}>
      <WorkflowNameForm
        initial={workflow}
        confirm={t('action.save')}
        isPending={update.isPending}
        error={update.error}
        onClose={onClose}
        onSubmit={(input) =>
          void update
            .mutateAsync({ id: workflow.id, input })
            .then(onClose)
            // The refusal is shown in the form.
            .catch(() => undefined)
        }
      />
    </Modal>
  );
}
