import type { EditorSession } from '@heddle/editor';
import {
  HeddleApiError,
  PublishWorkflow,
  request,
  toApiError,
  Workflows,
  operationName,
} from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { Alert, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../../i18n/index.js';
import { useWorkText } from '../../i18n/work.js';
import type { EditorDialogProps, PublishState } from './shared.js';

interface PublishDialogProps extends EditorDialogProps {
  session: EditorSession;
  onPublished: (state: PublishState) => void;
}

/** Saves what is unsaved and makes the draft the next version. */
export function PublishDialog({
  workflow,
  saver,
  meta,
  session,
  onClose,
  onPublished,
}: PublishDialogProps) {
  const t = useText();
  const work = useWorkText();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const errorCount = session.problems.filter((problem) => problem.severity === 'error').length;
  const publish = useMutation<PublishState, HeddleApiError>({
    mutationFn: async () => {
      const state = await saver.flush();
      if (state.kind !== 'saved') throw new HeddleApiError('CONFLICT', work(`save.${state.kind}`));
      const variables = { workflowId: workflow.id, baseRevision: state.revision };
      const answer = await request(
        PublishWorkflow,
        note.trim() ? { ...variables, note: note.trim() } : variables,
      );
      return answer.publishWorkflow;
    },
    onSuccess: (state) => {
      onPublished(state);
      onClose();
      notifications.show({
        message: work('publish.done', { number: state.publishedVersion ?? 0 }),
        color: 'green',
      });
      void client.invalidateQueries({ queryKey: [operationName(Workflows)] });
      void client.invalidateQueries({ queryKey: ['WorkflowVersions'] });
    },
  });
  const showProblems = (): void => {
    onClose();
    session.view.setState({ panel: 'problems' });
  };
  const isBlocked = errorCount > 0;
  return (
    <Modal opened onClose={onClose} title={work('publish.title')}>
      <Stack gap="sm">
        <Text size="sm">{work('publish.body')}</Text>
        {isBlocked ? (
          <Alert color="red" icon={<CircleAlert size={16} />} p="xs">
            <Group justify="space-between">
              {work('publish.problems', { count: errorCount })}
              <Button size="compact-xs" variant="light" color="red" onClick={showProblems}>
                {work('publish.showProblems')}
              </Button>
            </Group>
          </Alert>
        ) : null}
        {!meta.hasUnpublishedChanges &&
        meta.publishedVersion !== null &&
        saver.state.kind === 'saved' ? (
          <Text size="xs" c="dimmed">
            {work('publish.nothing')}
          </Text>
        ) : null}
        <Textarea
          label={work('publish.note')}
          value={note}
          autosize
          minRows={2}
          data-autofocus
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {publish.error ? <ErrorNote error={toApiError(publish.error)} /> : null}
        <Group justify="flex-end" className="h-dialog-foot">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button disabled={isBlocked} loading={publish.isPending} onClick={() => publish.mutate()}>
            {work('publish.button')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
