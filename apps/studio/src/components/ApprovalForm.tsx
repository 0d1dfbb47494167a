import { defaultsOf, InputForm } from '@heddle/editor';
import { isJsonObject, type Json } from '@heddle/kernel';
import {
  ApprovalCount,
  type ApprovalDecision,
  type ApprovalFieldsFragment,
  Approvals,
  DecideApproval,
  NodeRunDetail,
  useApiMutation,
} from '@heddle/studio-data';
import { ErrorNote, RelativeTime } from '@heddle/ui';
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Check, X } from 'lucide-react';
import { useState } from 'react';
import { useRepairText } from '../i18n/repair.js';
import { inputProblemsOf } from './input-problems.js';

interface ApprovalFormProps {
  runId: string;
  approval: ApprovalFieldsFragment;
  onDecided?: () => void;
}

/** Who may decide, since when it waits, and when it expires. */
export function ApprovalFacts({ approval }: { approval: ApprovalFieldsFragment }) {
  const t = useRepairText();
  const { assignees, requestedAt, expiresAt } = approval;
  return (
    <Text size="xs" c="dimmed" component="div">
      {t('approval.asked')} <RelativeTime at={requestedAt} />
      {expiresAt ? (
        <>
          {' · '}
          {t('approval.expires')} <RelativeTime at={expiresAt} />
        </>
      ) : null}
      {' · '}
      {assignees.length > 0 ? assignees.join(', ') : t('approval.anybody')}
    </Text>
  );
}

/** The form of an approval, made of its schema, with the two ways to decide. */
export function ApprovalForm({ runId, approval, onDecided }: ApprovalFormProps) {
  const t = useRepairText();
  const schema = isJsonObject(approval.form) ? approval.form : null;
  const [values, setValues] = useState<Json | undefined>(() => defaultsOf(schema) ?? {});
  const [comment, setComment] = useState('');
  const [isJson, setIsJson] = useState(true);
  const decide = useApiMutation(DecideApproval, [Approvals, ApprovalCount, NodeRunDetail]);
  const submit = (decision: ApprovalDecision): void =>
    void decide
      .mutateAsync({
        runId,
        nodeKey: approval.nodeKey,
        decision,
        ...(schema ? { values: values ?? null } : {}),
        ...(comment.trim() ? { comment: comment.trim() } : {}),
      })
      .then(() => {
        notifications.show({ message: t(`approval.${decision}`, { title: approval.title }) });
        onDecided?.();
      })
      // The refusal is shown below the form.
      .catch(() => undefined);
  const isDisabled = !approval.canDecide || !isJson;
  return (
    <Stack gap="sm" data-testid="approval-form">
      {approval.description ? (
        <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
          {approval.description}
        </Text>
      ) : null}
      {schema ? (
        <InputForm
          schema={schema}
          value={values}
          onChange={(next) => {
            setValues(next);
            // What was refused is about to be another thing.
            if (decide.error) decide.reset();
          }}
          label={t('approval.values')}
          problems={decide.error ? inputProblemsOf(decide.error) : []}
          onValidity={setIsJson}
        />
      ) : null}
      <Textarea
        label={t('approval.comment')}
        value={comment}
        autosize
        minRows={2}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      {decide.error ? <ErrorNote error={decide.error} /> : null}
      {approval.canDecide ? null : (
        <Text size="xs" c="dimmed">
          {t('approval.notYours')}
        </Text>
      )}
      <Group gap="xs">
        <Button
          leftSection={<Check size={14} />}
          disabled={isDisabled}
          loading={decide.isPending && decide.variables?.decision === 'approved'}
          onClick={() => submit('approved')}
        >
          {t('approval.approve')}
        </Button>
        <Button
          variant="default"
          leftSection={<X size={14} />}
          disabled={isDisabled}
          loading={decide.isPending && decide.variables?.decision === 'rejected'}
          onClick={() => submit('rejected')}
        >
          {t('approval.reject')}
        </Button>
      </Group>
    </Stack>
  );
}
