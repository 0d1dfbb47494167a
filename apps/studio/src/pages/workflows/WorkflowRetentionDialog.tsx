import {
  type RetentionInput,
  SetWorkflowRetention,
  useApiMutation,
  useApiQuery,
  WorkflowRetention,
} from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { Modal, Radio, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { DialogFoot } from '../../components/DialogFoot.js';
import { QueryGate } from '../../components/QueryGate.js';
import { RetentionFields } from '../../components/RetentionFields.js';
import { useBulkText } from '../../i18n/bulk.js';
import { useText } from '../../i18n/index.js';

interface WorkflowRetentionDialogProps {
  workflow: { id: string; name: string };
  onClose: () => void;
}

/** How long the runs of one workflow are kept: as the namespace says, or by a rule of its own. */
export function WorkflowRetentionDialog({ workflow, onClose }: WorkflowRetentionDialogProps) {
  const t = useBulkText();
  const query = useApiQuery(WorkflowRetention, { id: workflow.id });
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('retention.workflowTitle', { name: workflow.name })}
    >
      <QueryGate query={query}>
        {(answer) => (
          <RuleForm
            workflowId={workflow.id}
            stored={answer.workflow?.retention ?? null}
            onClose={onClose}
          />
        )}
      </QueryGate>
    </Modal>
  );
}

interface RuleFormProps {
  workflowId: string;
  /** Null: the namespace's rule. */
  stored: RetentionInput | null;
  onClose: () => void;
}

function RuleForm({ workflowId, stored, onClose }: RuleFormProps) {
  const t = useText();
  const words = useBulkText();
  const [isOwn, setOwn] = useState(stored !== null);
  const [value, setValue] = useState<RetentionInput>(stored ?? {});
  const save = useApiMutation(SetWorkflowRetention, [WorkflowRetention]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save
          .mutateAsync({ workflowId, input: isOwn ? value : null })
          .then(() => {
            notifications.show({ message: words('retention.saved') });
            onClose();
          })
          // The refusal is shown below the form.
          .catch(() => undefined);
      }}
    >
      <Stack gap="md">
        <Radio.Group
          aria-label={words('retention.title')}
          value={isOwn ? 'own' : 'inherit'}
          onChange={(choice) => setOwn(choice === 'own')}
        >
          <Stack gap={8}>
            <Radio value="inherit" label={words('retention.inherit')} />
            <Radio value="own" label={words('retention.own')} />
          </Stack>
        </Radio.Group>
        {isOwn ? <RetentionFields value={value} onChange={setValue} /> : null}
        {save.error ? <ErrorNote error={save.error} /> : null}
        <DialogFoot onClose={onClose} confirm={t('action.save')} isPending={save.isPending} />
      </Stack>
    </form>
  );
}
