import type { GraphNode, Join } from '@heddle/graph';
import type { Problem } from '@heddle/kernel';
import { NumberInput, Select, Stack } from '@mantine/core';
import { DurationInput } from '../forms/DurationInput.js';
import { useEditorText } from '../i18n/index.js';
import { useSession } from '../session-context.js';
import type { ChangeNode } from './NodePanel.js';
import { problemsAt } from './problem-paths.js';
import { RetryFields } from './RetryFields.js';

const JOINS = ['any', 'all', 'first', 'n-of-m'] as const;

function joinOf(kind: Join['kind'], n: number): Join {
  return kind === 'n-of-m' ? { kind, n } : { kind };
}

interface ControlTabProps {
  node: GraphNode;
  problems: readonly Problem[];
  change: ChangeNode;
}

/** When a node starts, how often it is tried, and how long it may take. */
export function ControlTab({ node, problems, change }: ControlTabProps) {
  const t = useEditorText();
  const { isReadOnly } = useSession();
  const at = problemsAt(problems, '');
  const join: Join = node.join ?? { kind: 'any' };
  const n = join.kind === 'n-of-m' ? join.n : 1;
  const set: ChangeNode = (changes, _label, field) => change(changes, t('edit.control'), field);
  return (
    <Stack gap="md">
      <Stack gap={6}>
        <Select
          label={t('join.label')}
          description={t(`join.hint.${join.kind}`)}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          allowDeselect={false}
          disabled={isReadOnly}
          data={JOINS.map((kind) => ({ value: kind, label: t(`join.${kind}`) }))}
          value={join.kind}
          onChange={(kind) => {
            const next = JOINS.find((entry) => entry === kind) ?? 'any';
            set({ join: next === 'any' ? null : joinOf(next, n) }, '', 'join');
          }}
          error={at('/join').join(' ') || undefined}
        />
        {join.kind === 'n-of-m' ? (
          <NumberInput
            label={t('join.n')}
            min={1}
            allowDecimal={false}
            value={join.n}
            readOnly={isReadOnly}
            onChange={(value) =>
              set({ join: { kind: 'n-of-m', n: Math.max(1, Number(value) || 1) } }, '', 'join')
            }
          />
        ) : null}
      </Stack>
      <RetryFields
        retry={node.retry}
        isReadOnly={isReadOnly}
        problem={at('/retry/retryOn').join(' ') || undefined}
        onChange={(retry) => set({ retry: retry ?? null }, '', 'retry')}
      />
      <DurationInput
        label={t('limits.timeout')}
        placeholder={t('limits.none')}
        value={node.timeoutMs}
        isReadOnly={isReadOnly}
        onChange={(timeoutMs) => set({ timeoutMs: timeoutMs || null }, '', 'timeoutMs')}
      />
      <DurationInput
        label={t('limits.deadline')}
        placeholder={t('limits.none')}
        value={node.deadlineMs}
        isReadOnly={isReadOnly}
        error={at('/deadlineMs').join(' ') || undefined}
        onChange={(deadlineMs) => set({ deadlineMs: deadlineMs || null }, '', 'deadlineMs')}
      />
    </Stack>
  );
}
