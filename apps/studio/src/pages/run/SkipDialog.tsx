import { InputForm } from '@heddle/editor';
import type { Json } from '@heddle/kernel';
import { NodeRunDetail, Runs, SkipNode, useApiMutation } from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useText } from '../../i18n/index.js';
import { useWorkText } from '../../i18n/work.js';

interface SkipDialogProps {
  target: { runId: string; nodeKey: string };
  name: string;
  onClose: () => void;
}

/** Asks for the output that stands in for the node's own, and goes on with it. */
export function SkipDialog({ target, name, onClose }: SkipDialogProps) {
  const t = useText();
  const work = useWorkText();
  const [output, setOutput] = useState<Json | undefined>({});
  const [reason, setReason] = useState('');
  const [isJson, setIsJson] = useState(true);
  const skip = useApiMutation(SkipNode, [NodeRunDetail, Runs]);
  const submit = (): void =>
    skip.mutate(
      { ...target, output: output ?? null, ...(reason.trim() ? { reason: reason.trim() } : {}) },
      {
        onSuccess: () => {
          notifications.show({ message: work('node.skipped', { name }) });
          onClose();
        },
      },
    );
  return (
    <Modal opened onClose={onClose} title={work('node.skipTitle', { name })} size="lg">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {work('node.skipBody')}
        </Text>
        <InputForm
          schema={null}
          value={output}
          onChange={setOutput}
          label={work('node.skipOutput')}
          onValidity={setIsJson}
        />
        <TextInput
          label={work('node.reasonLabel')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {skip.error ? <ErrorNote error={skip.error} /> : null}
        <Group justify="flex-end" className="h-dialog-foot">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button disabled={!isJson} loading={skip.isPending} onClick={submit}>
            {work('node.action.skip')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
