import { NodeAttempts, type NodeAttemptsQuery, useApiQuery } from '@heddle/studio-data';
import { Accordion, Group, Text } from '@mantine/core';
import { currentLanguage, Duration, formatDateTime, JsonView, StateBadge } from '@heddle/ui';
import { useEffect } from 'react';
import { QueryGate } from '../../components/QueryGate.js';
import { useWorkText } from '../../i18n/work.js';
import { ErrorView } from './DataTabs.js';

type Attempt = NonNullable<NonNullable<NodeAttemptsQuery['run']>['nodeRun']>['attempts'][number];

interface AttemptsTabProps {
  runId: string;
  nodeKey: string;
  /** Changes when the node run did: its attempts are asked for again. */
  stamp: string;
}

/** Every attempt of the node, newest first; none is ever overwritten. */
export function AttemptsTab({ runId, nodeKey, stamp }: AttemptsTabProps) {
  const query = useApiQuery(NodeAttempts, { runId, key: nodeKey });
  const { refetch } = query;
  useEffect(() => void refetch(), [refetch, stamp]);
  return (
    <QueryGate query={query}>
      {({ run }) => <AttemptList oldestFirst={run?.nodeRun?.attempts ?? []} />}
    </QueryGate>
  );
}

function AttemptList({ oldestFirst }: { oldestFirst: readonly Attempt[] }) {
  const t = useWorkText();
  if (oldestFirst.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('attempt.none')}
      </Text>
    );
  }
  const attempts = [...oldestFirst].reverse();
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
