import { CreateWorkflow, useApiMutation, WorkflowNames, Workflows } from '@heddle/studio-data';
import { Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useText } from '../../i18n/index.js';
import { useNamespace } from '../../session.js';
import { WorkflowNameForm } from './WorkflowNameForm.js';

interface CreateWorkflowDialogProps {
  isOpen: boolean;
  onClose: () => void;
}

/** Asks for a name, creates an empty workflow and opens it in the editor. */
export function CreateWorkflowDialog({ isOpen, onClose }: CreateWorkflowDialogProps) {
  const t = useText();
  const namespace = useNamespace();
  const navigate = useNavigate();
  const create = useApiMutation(CreateWorkflow, [Workflows, WorkflowNames]);
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('workflows.createTitle')}>
      <WorkflowNameForm
        initial={{ name: '', description: '' }}
        confirm={t('action.create')}
        isPending={create.isPending}
        error={create.error}
        onClose={onClose}
        onSubmit={(input) =>
          void create
            .mutateAsync({ namespace, input })
            .then(({ createWorkflow }) =>
              navigate({
                to: '/n/$namespace/workflows/$workflowId',
                params: { namespace, workflowId: createWorkflow.id },
              }),
            )
            // The refusal is shown in the form.
            .catch(() => undefined)
        }
      />
    </Modal>
  );
}
