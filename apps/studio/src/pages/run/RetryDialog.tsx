import { InputForm } from '@heddle/editor';
import { isJsonObject, type Json, type JsonSchema } from '@heddle/kernel';
import {
  NodeInput,
  NodeRunDetail,
  RetryNode,
  type LoadedRun,
  Runs,
  useApiMutation,
  useApiQuery,
} from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { DialogFoot } from '../../components/DialogFoot.js';
import { inputProblemsOf } from '../../components/input-problems.js';
import { QueryGate } from '../../components/QueryGate.js';
import { useWorkText } from '../../i18n/work.js';
import { useExecutorOffers } from '../editor/use-executor-offers.js';
import { changedPaths } from './json-diff.js';

interface RetryDialogProps {
  target: { runId: string; nodeKey: string };
  name: string;
  snapshot: LoadedRun;
  onClose: () => void;
}

/** The schema that a connected worker gave for the executor of a job node. */
function useInputSchema({ snapshot, target }: RetryDialogProps): JsonSchema | null {
  const offers = useExecutorOffers(snapshot.namespace.name);
  const graph = snapshot.graph;
  const nodes = isJsonObject(graph) && Array.isArray(graph['nodes']) ? graph['nodes'] : [];
  const node = nodes.find((entry) => isJsonObject(entry) && entry['key'] === target.nodeKey);
  const config = isJsonObject(node) && isJsonObject(node['config']) ? node['config'] : {};
  if (!isJsonObject(node) || node['type'] !== 'job') return null;
  const offer = offers.find(
    (entry) => entry.group === config['group'] && entry.name === config['executor'],
  );
  return offer?.inputSchema ?? null;
}

/** Edits the input of a node's next attempt; says what differs from the last one. */
export function RetryDialog(props: RetryDialogProps) {
  const { target, name, onClose } = props;
  const work = useWorkText();
  const before = useApiQuery(NodeInput, { runId: target.runId, key: target.nodeKey });
  return (
    <Modal opened onClose={onClose} title={work('node.retryTitle', { name })} size="lg">
      <QueryGate query={before}>
        {({ run }) => <RetryForm {...props} before={run?.nodeRun?.input ?? undefined} />}
      </QueryGate>
    </Modal>
  );
}

function RetryForm(props: RetryDialogProps & { before: Json | undefined }) {
  const { target, before, name, onClose } = props;
  const work = useWorkText();
  const schema = useInputSchema(props);
  const [input, setInput] = useState(before);
  const [reason, setReason] = useState('');
  const [isJson, setIsJson] = useState(true);
  const retry = useApiMutation(RetryNode, [NodeRunDetail, NodeInput, Runs]);
  const changes = changedPaths(before, input);
  const submit = (): void =>
    void retry
      .mutateAsync({
        ...target,
        useInput: true,
        input: input ?? null,
        ...(reason.trim() ? { reason: reason.trim() } : {}),
      })
      .then(() => {
        notifications.show({ message: work('node.retried', { name }) });
        onClose();
      })
      // The refusal is shown below the form.
      .catch(() => undefined);
  return (
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
      <DialogFoot
        onClose={onClose}
        confirm={work('node.retry')}
        isDisabled={!isJson}
        isPending={retry.isPending}
        onConfirm={submit}
      />
    </Stack>
  );
}
