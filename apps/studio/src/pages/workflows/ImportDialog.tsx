import { Button, FileButton, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { CreateWorkflow, useApiMutation, WorkflowNames, Workflows } from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { layoutGraph, layoutInputOf } from '@heddle/editor';
import { type GraphDocument, moveNodes } from '@heddle/graph';
import type { Json } from '@heddle/kernel';
import { NODE_TYPES } from '@heddle/nodes';
import { useNavigate } from '@tanstack/react-router';
import { FileUp } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { useText } from '../../i18n/index.js';
import { useNamespace } from '../../session.js';
import { ImportSummary } from './ImportSummary.js';
import { type JobChoice, JobChoiceFields, useJobChoice } from './JobChoiceFields.js';
import { type ImportReading, readImport } from './read-import.js';

/** Longer texts are not shown in the text field: they would stall it. */
const SHOWN_TEXT_MAX = 200_000;

/** Imported tasks have no places of their own: they are laid out before the first look. */
function arranged({
  kind,
  graph,
}: {
  kind: 'graph' | 'wfCommons';
  graph: GraphDocument;
}): GraphDocument {
  if (kind === 'graph') return graph;
  const moved = moveNodes(graph, { positions: layoutGraph(layoutInputOf(NODE_TYPES, graph)) });
  return moved.ok ? moved.graph : graph;
}

function useReading(text: string, choice: JobChoice): ImportReading {
  const { group, executor, secondsScale } = choice;
  const deferred = useDeferredValue(text);
  return useMemo(
    () => readImport(deferred, { group, executor, secondsScale }),
    [deferred, group, executor, secondsScale],
  );
}

/** Reads a graph or a WfCommons file, shows what is in it, and makes a workflow of it. */
export default function ImportDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const namespace = useNamespace();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [name, setName] = useState('');
  const [choice, setChoice] = useJobChoice(namespace);
  const reading = useReading(text, choice);
  const create = useApiMutation(CreateWorkflow, [Workflows, WorkflowNames]);
  const isReady = reading.kind === 'graph' || reading.kind === 'wfCommons';
  const title = name || (reading.kind === 'wfCommons' ? reading.name : '');

  const take = async (file: File | null): Promise<void> => {
    if (!file) return;
    setText(await file.text());
    setName(file.name.replace(/\.(wf)?json$/i, ''));
  };
  const submit = (): void => {
    if (!isReady) return;
    create.mutate(
      { namespace, input: { name: title.trim(), graph: arranged(reading) as unknown as Json } },
      {
        onSuccess: ({ createWorkflow }) =>
          void navigate({
            to: '/n/$namespace/workflows/$workflowId',
            params: { namespace, workflowId: createWorkflow.id },
          }),
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title={t('import.title')} size="lg">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('import.hint')}
        </Text>
        <Group>
          <FileButton accept=".json,application/json" onChange={(file) => void take(file)}>
            {(props) => (
              <Button {...props} variant="default" leftSection={<FileUp size={14} />}>
                {t('import.drop')}
              </Button>
            )}
          </FileButton>
        </Group>
        <Textarea
          aria-label={t('import.paste')}
          placeholder={t('import.paste')}
          value={text.length > SHOWN_TEXT_MAX ? `${text.slice(0, SHOWN_TEXT_MAX)}…` : text}
          readOnly={text.length > SHOWN_TEXT_MAX}
          onChange={(event) => setText(event.currentTarget.value)}
          autosize
          minRows={5}
          maxRows={10}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        <ImportSummary reading={reading} />
        {reading.kind === 'wfCommons' ? (
          <JobChoiceFields namespace={namespace} value={choice} onChange={setChoice} />
        ) : null}
        <TextInput
          label={t('import.name')}
          value={title}
          onChange={(event) => setName(event.currentTarget.value)}
          required
        />
        {create.error ? <ErrorNote error={create.error} /> : null}
        <Group justify="flex-end" className="h-dialog-foot">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button
            onClick={submit}
            disabled={!isReady || title.trim() === ''}
            loading={create.isPending}
          >
            {t('import.submit')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
