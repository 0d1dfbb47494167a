import { InputForm } from '@heddle/editor';
import { isJsonObject, type Json, type JsonSchema } from '@heddle/kernel';
import {
  NodeRunDetail,
  RetryNode,
  type LoadedRun,
  Runs,
  useApiMutation,
} from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { inputProblemsOf } from '../../components/input-problems.js';
import { useText } from '../../i18n/index.js';
import { useWorkText } from '../../i18n/work.js';
import { useExecutorOffers } from '../editor/use-executor-offers.js';
import { changedPaths } from './json-diff.js';
import type { NodeDetail } from './NodeSidePanel.js';

interface RetryDialogProps {
  target: { runId: string; nodeKey: string };
  detail: NodeDetail;
  name: string;
  type: string;
  snapshot: LoadedRun;
  onClose: () => void;
}

/** The schema that a connected worker gave for the executor of a job node. */
function useInputSchema({ snapshot, target, type }: RetryDialogProps): JsonSchema | null {
  const offers = useExecutorOffers(snapshot.namespace.name);
  const graph = snapshot.graph;
  const nodes = isJsonObject(graph) && Array.isArray(graph['nodes']) ? graph['nodes'] : [];
  const node = nodes.find((entry) => isJsonObject(entry) && entry['key'] === target.nodeKey);
  const config = isJsonObject(node) && isJsonObject(node['config']) ? node['config'] : {};
  if (type !== 'job') return null;
  const offer = offers.find(
    (entry) => entry.group === config['group'] && entry.name === config['executor'],
  );
  return offer?.inputSchema ?? null;
}

/** Edits the input of a node's next attempt; says what differs from the last one. */
export function RetryDialog(props: RetryDialogProps) {
  const { target, detail, name, onClose } = props;
  const t = useText();
  const work = useWorkText();
  const schema = useInputSchema(props);
  const [input, setInput] = useState<Json | undefined>(detail.input ?? undefined);
  const [reason, setReason] = useState('');
  const [isJson, setIsJson] = useState(true);
  const retry = useApiMutation(RetryNode, [NodeRunDetail, Runs]);
  const changes = changedPaths(detail.input ?? undefined, input);
  const submit = (): void =>
    retry.mutate(
      {
        ...target,
        useInput: true,
        input: input ?? null,
        ...(reason.trim() ? { reason: reason.trim() } : {}),
      },
      {
        onSuccess: () => {
          notifications.show({ message: work('node.retried', { name }) });
          onClose();
        },
      },
    );
  return (
    <Modal opened onClose={onClose} title={work('node.retryTitle', { name })} size="lg">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {work('node.retryBody')}
        </Text>
        <InputForm
          schema={schema}
          value={input}
          onChange={setInput}
          label={work('run.input')}
          problems={retry.error ? inputProblemsOf(retry.error) : []}
          onValidity={setIsJson}
        />
        <Text size="xs" c="dimmed" aria-live="polite" data-testid="input-changes">
          {changes.length === 0 ? (
            work('node.unchanged')
          ) : (
            <>
              {work('node.changed', { count: changes.length })}:{' '}
              <code className="h-mono">
                {changes
                  .slice(0, 6)
                  .map((path) => path || '/')
                  .join('  ')}
              </code>
            </>
          )}
        </Text>
        <TextInput
          label={work('node.reasonLabel')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {retry.error ? <ErrorNote error={retry.error} /> : null}
        <Group justify="flex-end" className="h-dialog-foot">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button disabled={!isJson} loading={retry.isPending} onClick={submit}>
            {work('node.retry')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
