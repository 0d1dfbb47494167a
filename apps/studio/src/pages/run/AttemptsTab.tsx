import { Accordion, Group, Text } from '@mantine/core';
import { currentLanguage, Duration, formatDateTime, JsonView, StateBadge } from '@heddle/ui';
import { useWorkText } from '../../i18n/work.js';
import { ErrorView } from './DataTabs.js';
import type { NodeDetail } from './NodeSidePanel.js';

/** Every attempt of the node, newest first; none is ever overwritten. */
export function AttemptsTab({ detail }: { detail: NodeDetail }) {
  const t = useWorkText();
  if (detail.attempts.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('attempt.none')}
      </Text>
    );
  }
  const attempts = [...detail.attempts].reverse();
  return (
    <Accordion
      variant="separated"
      chevronPosition="left"
      defaultValue={String(attempts[0]?.number)}
    >
      {attempts.map((attempt) => (
        <Accordion.Item key={attempt.number} value={String(attempt.number)}>
          <Accordion.Control>
            <Group gap={8}>
              <Text size="sm" fw={500}>
                {t('attempt.title', { number: attempt.number })}
              </Text>
              <StateBadge kind="node" state={attempt.state} />
              <Text size="xs" c="dimmed" span>
                <Duration from={attempt.startedAt} to={attempt.endedAt} />
              </Text>
            </Group>
            <Text size="xs" c="dimmed">
              {attempt.startedAt ? formatDateTime(attempt.startedAt, currentLanguage()) : ''}
              {attempt.worker ? ` · ${attempt.worker}` : ''}
              {attempt.by ? ` · ${t('attempt.by', { who: attempt.by })}` : ''}
            </Text>
          </Accordion.Control>
          <Accordion.Panel>
            {attempt.error ? <ErrorView error={attempt.error} /> : null}
            <JsonView value={attempt.input} label={t('tab.input')} />
            <JsonView value={attempt.output} label={t('tab.output')} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}
