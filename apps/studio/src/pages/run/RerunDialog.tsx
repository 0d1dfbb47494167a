import { InputForm } from '@heddle/editor';
import { isJsonObject, type Json } from '@heddle/kernel';
import { RerunRunWithInput, type LoadedRun, Runs, useApiMutation } from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { inputProblemsOf } from '../../components/input-problems.js';
import { useText } from '../../i18n/index.js';
import { useWorkText } from '../../i18n/work.js';

interface RerunDialogProps {
  snapshot: LoadedRun;
  onClose: () => void;
  onStarted: (runId: string) => void;
}

/** The old run's input to be edited, then a new run with it. */
export function RerunDialog({ snapshot, onClose, onStarted }: RerunDialogProps) {
  const t = useText();
  const work = useWorkText();
  const [input, setInput] = useState<Json | undefined>(snapshot.input ?? undefined);
  const [isJson, setIsJson] = useState(true);
  const rerun = useApiMutation(RerunRunWithInput, [Runs]);
  const graph = snapshot.graph;
  const schema =
    isJsonObject(graph) && isJsonObject(graph['inputSchema']) ? graph['inputSchema'] : null;
  const submit = (): void =>
    rerun.mutate(
      { id: snapshot.id, input: input ?? null },
      {
        onSuccess: (answer) => {
          onClose();
          onStarted(answer.rerunRun.id);
        },
      },
    );
  return (
    <Modal opened onClose={onClose} title={work('runPage.rerunTitle')} size="lg">
      <Stack gap="sm">
        <InputForm
          schema={schema}
          value={input}
          onChange={setInput}
          label={work('run.input')}
          problems={rerun.error ? inputProblemsOf(rerun.error) : []}
          onValidity={setIsJson}
        />
        {rerun.error ? <ErrorNote error={rerun.error} /> : null}
        <Group justify="flex-end" className="h-dialog-foot">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button disabled={!isJson} loading={rerun.isPending} onClick={submit}>
            {work('runPage.rerun')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
