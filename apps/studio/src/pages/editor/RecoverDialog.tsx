import { type DocumentStore, dropLocalDraft, type LocalDraft } from '@heddle/editor';
import { currentLanguage, formatDateTime } from '@heddle/ui';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useWorkText } from '../../i18n/work.js';
import type { LoadedWorkflow } from './EditorPage.js';

interface RecoverDialogProps {
  draft: LocalDraft;
  workflow: LoadedWorkflow;
  document: DocumentStore;
  onDone: () => void;
}

/** Offers a draft that an earlier visit left in this browser. Recovering it is one edit: undo takes it back. */
export function RecoverDialog({ draft, workflow, document, onDone }: RecoverDialogProps) {
  const t = useWorkText();
  const recover = (): void => {
    document.edit(() => ({ ok: true, graph: draft.graph }), { label: t('recover.use') });
    onDone();
  };
  const drop = (): void => {
    dropLocalDraft(workflow.id);
    onDone();
  };
  return (
    <Modal opened onClose={onDone} title={t('recover.title')}>
      <Stack gap="sm">
        <Text size="sm">
          {t('recover.body', { when: formatDateTime(draft.savedAt, currentLanguage()) })}
        </Text>
        {draft.baseRevision < workflow.draft.revision ? (
          <Text size="sm" c="dimmed">
            {t('recover.behind')}
          </Text>
        ) : null}
        <Group justify="flex-end" className="h-dialog-foot">
          <Button variant="default" onClick={drop}>
            {t('recover.drop')}
          </Button>
          <Button onClick={recover}>{t('recover.use')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
