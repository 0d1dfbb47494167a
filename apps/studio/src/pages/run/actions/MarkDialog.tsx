import { InputForm } from '@heddle/editor';
import type { Json } from '@heddle/kernel';
import {
  MarkNode,
  type MarkOutcome,
  NodeRunDetail,
  Runs,
  useApiMutation,
} from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { Input, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { DialogFoot } from '../../../components/DialogFoot.js';
import { useRepairText } from '../../../i18n/repair.js';

const OUTCOMES = ['succeeded', 'failed', 'skipped'] as const satisfies readonly MarkOutcome[];

interface MarkDialogProps {
  target: { runId: string; nodeKey: string };
  name: string;
  /** The run has ended: marking opens it again. */
  isRunOver: boolean;
  onClose: () => void;
}

/** Decides a node's state by hand, and says what each choice leads to. */
export function MarkDialog({ target, name, isRunOver, onClose }: MarkDialogProps) {
  const t = useRepairText();
  const [outcome, setOutcome] = useState<MarkOutcome>('succeeded');
  const [output, setOutput] = useState<Json | undefined>({});
  const [message, setMessage] = useState('');
  const [reason, setReason] = useState('');
  const [isJson, setIsJson] = useState(true);
  const mark = useApiMutation(MarkNode, [NodeRunDetail, Runs]);
  const needsMessage = outcome === 'failed' && message.trim() === '';
  const isBad = needsMessage || (outcome === 'succeeded' && !isJson);
  const submit = (): void =>
    void mark
      .mutateAsync({
        ...target,
        outcome,
        ...(outcome === 'succeeded' ? { output: output ?? null } : {}),
        ...(outcome === 'failed' ? { message: message.trim() } : {}),
        ...(reason.trim() ? { reason: reason.trim() } : {}),
      })
      .then(() => {
        notifications.show({ message: t(`mark.done.${outcome}`, { name }) });
        onClose();
      })
      // The refusal is shown below the form.
      .catch(() => undefined);
  return (
    <Modal opened onClose={onClose} title={t('mark.title', { name })} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBad) submit();
        }}
      >
        <Stack gap="sm">
          <Radio.Group
            label={t('mark.as')}
            value={outcome}
            onChange={(value) =>
              setOutcome(OUTCOMES.find((known) => known === value) ?? 'succeeded')
            }
          >
            <Stack gap={8} mt={6}>
              {OUTCOMES.map((known) => (
                <Radio
                  key={known}
                  value={known}
                  {...(known === 'succeeded' ? { 'data-autofocus': true } : {})}
                  label={t(`mark.${known}`)}
                  description={t(`mark.${known}.hint`)}
                />
              ))}
            </Stack>
          </Radio.Group>
          {outcome === 'succeeded' ? (
            <Input.Wrapper label={t('mark.output')} labelElement="div">
              <InputForm
                schema={null}
                value={output}
                onChange={setOutput}
                label={t('mark.output')}
                onValidity={setIsJson}
              />
            </Input.Wrapper>
          ) : null}
          {outcome === 'failed' ? (
            <TextInput
              label={t('mark.message')}
              value={message}
              onChange={(event) => setMessage(event.currentTarget.value)}
              required
            />
          ) : null}
          <TextInput
            label={t('reason.label')}
            description={isRunOver ? t('mark.reopens') : undefined}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          {mark.error ? <ErrorNote error={mark.error} /> : null}
          <DialogFoot
            onClose={onClose}
            confirm={t(`mark.submit.${outcome}`)}
            isDisabled={isBad}
            isPending={mark.isPending}
          />
        </Stack>
      </form>
    </Modal>
  );
}
