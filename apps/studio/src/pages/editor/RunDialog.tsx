import { defaultsOf, InputForm } from '@heddle/editor';
import type { Json, Problem } from '@heddle/kernel';
import {
  HeddleApiError,
  request,
  StartRun,
  type StartRunMutationVariables,
} from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { inputProblemsOf } from '../../components/input-problems.js';
import { useText } from '../../i18n/index.js';
import { useWorkText } from '../../i18n/work.js';
import { rememberInput, recallInput } from './last-input.js';
import type { EditorDialogProps } from './shared.js';

type Target = 'draft' | 'published';

function useStart({ workflow, saver }: Pick<EditorDialogProps, 'workflow' | 'saver'>) {
  const work = useWorkText();
  const navigate = useNavigate();
  // One key per opening of the dialog: a double click or a repeated request starts one run.
  const [idempotencyKey] = useState(
    () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`,
  );
  return useMutation<string, HeddleApiError, { target: Target; input: Json | undefined }>({
    mutationFn: async ({ target, input }) => {
      const variables: StartRunMutationVariables = { workflowId: workflow.id, idempotencyKey };
      if (input !== undefined) variables.input = input;
      if (target === 'draft') {
        const state = await saver.flush();
        if (state.kind !== 'saved')
          throw new HeddleApiError('CONFLICT', work(`save.${state.kind}`));
        variables.useDraft = true;
      }
      rememberInput(workflow.id, input);
      return (await request(StartRun, variables)).startRun.id;
    },
    onSuccess: (runId) =>
      void navigate({
        to: '/n/$namespace/runs/$runId',
        params: { namespace: workflow.namespace.name, runId },
      }),
  });
}

/** Asks for the input, by a form made from the input schema, and starts a run. */
export function RunDialog({ workflow, document, saver, meta, onClose }: EditorDialogProps) {
  const t = useText();
  const work = useWorkText();
  const { graph } = document.state.getState();
  const [target, setTarget] = useState<Target>('draft');
  const [input, setInput] = useState<Json | undefined>(
    () => recallInput(workflow.id) ?? defaultsOf(graph.inputSchema) ?? {},
  );
  const [isJson, setIsJson] = useState(true);
  const start = useStart({ workflow, saver });
  const problems: Problem[] = start.error ? inputProblemsOf(start.error) : [];
  return (
    <Modal opened onClose={onClose} title={work('run.title', { name: workflow.name })} size="lg">
      <Stack gap="sm">
        {meta.publishedVersion === null ? null : (
          <Radio.Group
            size="xs"
            label={work('run.what')}
            value={target}
            onChange={(value) => setTarget(value === 'draft' ? 'draft' : 'published')}
          >
            <Group mt={6}>
              <Radio size="xs" value="draft" label={work('run.draft')} />
              <Radio
                size="xs"
                value="published"
                label={work('run.published', { number: meta.publishedVersion })}
              />
            </Group>
          </Radio.Group>
        )}
        <div>
          <Text size="xs" fw={500}>
            {work('run.input')}
          </Text>
          <Text size="xs" c="dimmed" mb={6}>
            {work('run.inputHint')}
          </Text>
          <InputForm
            schema={graph.inputSchema ?? null}
            value={input}
            onChange={setInput}
            label={work('run.input')}
            problems={problems}
            onValidity={setIsJson}
          />
        </div>
        {start.error ? <ErrorNote error={start.error} /> : null}
        <Group justify="flex-end" className="h-dialog-foot">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button
            loading={start.isPending}
            disabled={!isJson}
            title={isJson ? undefined : work('run.notJson')}
            onClick={() => start.mutate({ target, input })}
          >
            {work('run.start')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
