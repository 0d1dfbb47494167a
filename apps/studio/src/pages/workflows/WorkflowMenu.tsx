import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Button, Group } from '@mantine/core';
import {
  ArchiveWorkflow,
  request,
  RestoreWorkflow,
  useApiMutation,
  WorkflowGraph,
  WorkflowNames,
  Workflows,
} from '@heddle/studio-data';
import { useNavigate } from '@tanstack/react-router';
import { Archive, Download, EllipsisVertical, ListChecks, PencilLine } from 'lucide-react';
import { useState } from 'react';
import { confirmDestructive, notifyError } from '../../components/confirm.js';
import { downloadText, fileName } from '../../components/download.js';
import { studioMessages, useText } from '../../i18n/index.js';
import { RenameWorkflowDialog } from './RenameWorkflowDialog.js';
import { useWorkflowCare } from './use-workflow-care.js';
import type { WorkflowRow } from './WorkflowTable.js';

interface WorkflowMenuProps {
  namespace: string;
  workflow: WorkflowRow;
  canEdit: boolean;
}

async function exportDraft(id: string): Promise<void> {
  const { workflow } = await request(WorkflowGraph, { id });
  if (workflow)
    downloadText(fileName(workflow.name, 'json'), JSON.stringify(workflow.draft.graph, null, 2));
}

function useArchive(workflow: WorkflowRow): () => void {
  const archive = useApiMutation(ArchiveWorkflow, [Workflows, WorkflowNames]);
  const restore = useApiMutation(RestoreWorkflow, [Workflows, WorkflowNames]);
  const t = studioMessages.text;
  const offerUndo = (): void => {
    const id = notifications.show({
      autoClose: 10_000,
      message: (
        <Group justify="space-between">
          {t('workflows.archived', { name: workflow.name })}
          <Button
            size="compact-xs"
            variant="light"
            onClick={() => {
              notifications.hide(id);
              restore.mutateAsync({ id: workflow.id }).catch(notifyError);
            }}
          >
            {t('workflows.undo')}
          </Button>
        </Group>
      ),
    });
  };
  return () =>
    confirmDestructive({
      title: t('workflows.archiveTitle', { name: workflow.name }),
      body: t('workflows.archiveBody'),
      confirm: t('workflows.archive'),
      // The row leaves the list before the answer is handled: callbacks of `mutate` would be lost with it.
      onConfirm: () =>
        void archive.mutateAsync({ id: workflow.id }).then(offerUndo).catch(notifyError),
    });
}

/** What can be done with a workflow besides opening it. */
export function WorkflowMenu({ namespace, workflow, canEdit }: WorkflowMenuProps) {
  const t = useText();
  const navigate = useNavigate();
  const archive = useArchive(workflow);
  const [isRenaming, setRenaming] = useState(false);
  const care = useWorkflowCare(workflow);
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label={`${t('action.more')}: ${workflow.name}`}>
            <EllipsisVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<ListChecks size={14} />}
            onClick={() =>
              void navigate({
                to: '/n/$namespace/runs',
                params: { namespace },
                search: { workflow: workflow.id },
              })
            }
          >
            {t('workflows.showRuns')}
          </Menu.Item>
          <Menu.Item
            leftSection={<Download size={14} />}
            onClick={() => void exportDraft(workflow.id).catch(notifyError)}
          >
            {t('workflows.export')}
          </Menu.Item>
          {care.actions.map(({ id, label, icon: Icon, run }) => (
            <Menu.Item key={id} leftSection={<Icon size={14} />} onClick={run}>
              {label}
            </Menu.Item>
          ))}
          {canEdit ? (
            <>
              <Menu.Item leftSection={<PencilLine size={14} />} onClick={() => setRenaming(true)}>
                {t('workflows.rename')}
              </Menu.Item>
              <Menu.Divider />
              <Menu.Item color="red" leftSection={<Archive size={14} />} onClick={archive}>
                {t('workflows.archive')}
              </Menu.Item>
            </>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {care.dialog}
      <RenameWorkflowDialog
        workflow={workflow}
        isOpen={isRenaming}
        onClose={() => setRenaming(false)}
      />
    </>
  );
}
