import type { Autosaver, DocumentStore } from '@heddle/editor';
import { parseGraph } from '@heddle/graph';
import { DraftState, useApiQuery } from '@heddle/studio-data';
import { currentLanguage, ErrorNote, formatDateTime, LoadingState } from '@heddle/ui';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useWorkText } from '../../i18n/work.js';

interface ConflictDialogProps {
  workflowId: string;
  document: DocumentStore;
  saver: Autosaver;
}

/** Two people saved: the person chooses which draft stays. It cannot be closed without a choice. */
export function ConflictDialog({ workflowId, document, saver }: ConflictDialogProps) {
  const t = useWorkText();
  const query = useApiQuery(DraftState, { id: workflowId });
  const theirs = query.data?.workflow?.draft;
  const takeTheirs = (): void => {
    const parsed = theirs ? parseGraph(theirs.graph) : undefined;
    if (!theirs || !parsed?.ok) return;
    document.replace(parsed.graph);
    saver.tookTheirs(theirs.revision);
  };
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      title={t('conflict.title')}
    >
      {query.error ? <ErrorNote error={query.error} /> : null}
      {theirs ? (
        <Stack gap="sm">
          <Text size="sm">
            {t('conflict.body', {
              who: theirs.updatedBy,
              when: formatDateTime(theirs.updatedAt, currentLanguage()),
            })}
          </Text>
          <Group grow align="flex-start">
            <Stack gap={4}>
              <Button variant="default" onClick={takeTheirs}>
                {t('conflict.theirs')}
              </Button>
              <Text size="xs" c="dimmed">
                {t('conflict.theirsHint')}
              </Text>
            </Stack>
            <Stack gap={4}>
              <Button onClick={() => void saver.keepMine()}>{t('conflict.mine')}</Button>
              <Text size="xs" c="dimmed">
                {t('conflict.mineHint')}
              </Text>
            </Stack>
          </Group>
        </Stack>
      ) : query.error ? null : (
        <LoadingState />
      )}
    </Modal>
  );
}
