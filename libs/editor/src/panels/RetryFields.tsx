import { type Backoff, GRAPH_LIMITS, type RetryPolicy } from '@heddle/graph';
import { formatDuration } from '@heddle/ui';
import {
  Group,
  Input,
  NumberInput,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core';
import { useState } from 'react';
import { CodeField } from '../code/CodeField.js';
import { RETRY_CODE_SCOPE } from '../code/scope.js';
import { parseDurations, writeDuration } from '../forms/duration.js';
import { DurationInput } from '../forms/DurationInput.js';
import { useEditorText } from '../i18n/index.js';
import { previewRetry } from './retry-preview.js';

const KINDS = ['fixed', 'linear', 'exponential', 'list'] as const;
const DEFAULT_DELAY_MS = 1_000;
const DEFAULT_POLICY: RetryPolicy = {
  attempts: 3,
  backoff: { kind: 'exponential', delayMs: DEFAULT_DELAY_MS },
};

interface RetryFieldsProps {
  retry: RetryPolicy | undefined;
  isReadOnly: boolean;
  problem: string | undefined;
  onChange: (retry: RetryPolicy | undefined) => void;
}

/** The same delay in another kind of backoff. */
function backoffOf(kind: Backoff['kind'], from: Backoff): Backoff {
  const delayMs = from.kind === 'list' ? (from.delaysMs[0] ?? DEFAULT_DELAY_MS) : from.delayMs;
  if (kind === 'list') return { kind, delaysMs: [delayMs, delayMs * 10] };
  return { kind, delayMs };
}

function DelaysInput({
  value,
  isReadOnly,
  onChange,
}: {
  value: number[];
  isReadOnly: boolean;
  onChange: (delaysMs: number[]) => void;
}) {
  const t = useEditorText();
  const [text, setText] = useState(() => value.map(writeDuration).join(', '));
  return (
    <TextInput
      label={t('retry.delays')}
      description={t('retry.delaysHint')}
      value={text}
      readOnly={isReadOnly}
      error={parseDurations(text) ? undefined : t('duration.invalid')}
      onChange={(event) => {
        setText(event.currentTarget.value);
        const delaysMs = parseDurations(event.currentTarget.value);
        if (delaysMs) onChange(delaysMs);
      }}
    />
  );
}

interface BackoffFieldsProps {
  backoff: Backoff;
  isReadOnly: boolean;
  onChange: (backoff: Backoff) => void;
}

function BackoffFields({ backoff, isReadOnly, onChange }: BackoffFieldsProps) {
  const t = useEditorText();
  if (backoff.kind === 'list') {
    return (
      <DelaysInput
        value={backoff.delaysMs}
        isReadOnly={isReadOnly}
        onChange={(delaysMs) => onChange({ kind: 'list', delaysMs })}
      />
    );
  }
  const hasCap = backoff.kind !== 'fixed';
  return (
    <Group grow align="flex-start" gap="xs">
      <DurationInput
        label={t('retry.delay')}
        value={backoff.delayMs}
        isReadOnly={isReadOnly}
        onChange={(delayMs) => onChange({ ...backoff, delayMs: delayMs ?? 0 })}
      />
      {backoff.kind === 'exponential' ? (
        <NumberInput
          label={t('retry.factor')}
          min={1}
          max={10}
          step={0.5}
          value={backoff.factor ?? 2}
          readOnly={isReadOnly}
          onChange={(factor) =>
            onChange({ ...backoff, factor: Math.min(10, Math.max(1, Number(factor) || 2)) })
          }
        />
      ) : null}
      {hasCap ? (
        <DurationInput
          label={t('retry.cap')}
          placeholder={t('limits.none')}
          value={backoff.capMs}
          isReadOnly={isReadOnly}
          onChange={(capMs) => {
            const { capMs: _old, ...rest } = backoff;
            onChange(capMs === undefined ? rest : { ...rest, capMs });
          }}
        />
      ) : null}
    </Group>
  );
}

function Preview({ retry }: { retry: RetryPolicy }) {
  const t = useEditorText();
  const { starts, hasMore, totalMs } = previewRetry(retry);
  if (starts.length === 0) return null;
  return (
    <div className="h-retry-preview">
      <Text size="xs" c="dimmed">
        {t('retry.preview')}
      </Text>
      <Group gap={4} mt={2}>
        {starts.map(({ latestMs, earliestMs }, index) => (
          <span key={index} className="h-retry-time h-tabular">
            +{earliestMs === latestMs ? '' : `${formatDuration(earliestMs)} – `}
            {formatDuration(latestMs)}
          </span>
        ))}
        {hasMore ? <span className="h-retry-time">…</span> : null}
      </Group>
      <Text size="xs" c="dimmed" mt={2}>
        {t('retry.total', { time: formatDuration(totalMs) })}
      </Text>
    </div>
  );
}

/** The retry policy of a node, with the times at which the attempts would really start. */
export function RetryFields({ retry, isReadOnly, problem, onChange }: RetryFieldsProps) {
  const t = useEditorText();
  const toggle = (
    <Switch
      size="xs"
      label={t('retry.label')}
      checked={retry !== undefined}
      disabled={isReadOnly}
      onChange={(event) => onChange(event.currentTarget.checked ? DEFAULT_POLICY : undefined)}
    />
  );
  if (!retry) return toggle;
  const set = (changes: Partial<RetryPolicy>): void => onChange({ ...retry, ...changes });
  return (
    <Stack gap="xs" className="h-fieldset">
      {toggle}
      <NumberInput
        label={t('retry.attempts')}
        min={1}
        max={GRAPH_LIMITS.attemptsMax}
        allowDecimal={false}
        value={retry.attempts}
        readOnly={isReadOnly}
        onChange={(attempts) =>
          set({ attempts: Math.min(GRAPH_LIMITS.attemptsMax, Math.max(1, Number(attempts) || 1)) })
        }
      />
      <Input.Wrapper size="xs" label={t('retry.backoff')} labelElement="div">
        <SegmentedControl
          fullWidth
          size="xs"
          disabled={isReadOnly}
          value={retry.backoff.kind}
          data={KINDS.map((kind) => ({ value: kind, label: t(`retry.${kind}`) }))}
          onChange={(kind) => set({ backoff: backoffOf(kind, retry.backoff) })}
        />
      </Input.Wrapper>
      <BackoffFields
        backoff={retry.backoff}
        isReadOnly={isReadOnly}
        onChange={(backoff) => set({ backoff })}
      />
      <NumberInput
        label={t('retry.jitter')}
        description={t('retry.jitterHint')}
        min={0}
        max={1}
        step={0.1}
        value={retry.jitter ?? 0}
        readOnly={isReadOnly}
        onChange={(jitter) => {
          const { jitter: _old, ...rest } = retry;
          const share = Math.min(1, Math.max(0, Number(jitter) || 0));
          onChange(share === 0 ? rest : { ...rest, jitter: share });
        }}
      />
      <Preview retry={retry} />
      <Input.Wrapper
        size="xs"
        labelElement="div"
        label={t('retry.on')}
        description={t('retry.onHint')}
        error={problem}
      >
        <CodeField
          mode="cel"
          value={retry.retryOn ?? ''}
          scope={RETRY_CODE_SCOPE}
          label={t('retry.on')}
          isReadOnly={isReadOnly}
          onChange={(text) => {
            const { retryOn: _old, ...rest } = retry;
            onChange(text.trim() === '' ? rest : { ...rest, retryOn: text });
          }}
        />
      </Input.Wrapper>
    </Stack>
  );
}
