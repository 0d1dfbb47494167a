import { type ErrorFieldsFragment, NodeInput, NodeOutput, useApiQuery } from '@heddle/studio-data';
import { CopyButton, JsonView } from '@heddle/ui';
import { Button, Group, Text } from '@mantine/core';
import { History } from 'lucide-react';
import { useEffect } from 'react';
import { QueryGate } from '../../components/QueryGate.js';
import { useRepairText } from '../../i18n/repair.js';
import { useWorkText } from '../../i18n/work.js';

interface DataTabProps {
  runId: string;
  nodeKey: string;
  /** Changes when the node run did: its data is asked for again. */
  stamp: string;
}

/** What the current attempt got; asked for when the tab is opened. */
export function InputTab({ runId, nodeKey, stamp }: DataTabProps) {
  const t = useWorkText();
  const query = useApiQuery(NodeInput, { runId, key: nodeKey });
  const { refetch } = query;
  useEffect(() => void refetch(), [refetch, stamp]);
  return (
    <QueryGate query={query}>
      {({ run }) => <JsonView value={run?.nodeRun?.input} label={t('tab.input')} />}
    </QueryGate>
  );
}

interface OutputTabProps extends DataTabProps {
  /** Prepares a rerun with another output; null: not possible now. */
  onChange: (() => void) | null;
}

/** What the node returned; asked for when the tab is opened. */
export function OutputTab({ runId, nodeKey, stamp, onChange }: OutputTabProps) {
  const t = useWorkText();
  const words = useRepairText();
  const query = useApiQuery(NodeOutput, { runId, key: nodeKey });
  const { refetch } = query;
  useEffect(() => void refetch(), [refetch, stamp]);
  return (
    <QueryGate query={query}>
      {({ run }) => (
        <>
          <JsonView value={run?.nodeRun?.output} label={t('tab.output')} />
          {onChange ? (
            <Button
              mt="md"
              size="compact-sm"
              fz="xs"
              variant="default"
              leftSection={<History size={13} />}
              onClick={onChange}
            >
              {words('rewind.changeOutput')}
            </Button>
          ) : null}
        </>
      )}
    </QueryGate>
  );
}

/** A node's error with code, message, facts and stack. */
export function ErrorView({ error }: { error: ErrorFieldsFragment }) {
  const t = useWorkText();
  return (
    <div>
      <Group gap={6} wrap="nowrap" align="flex-start">
        <Text size="sm" style={{ overflowWrap: 'anywhere', flex: 1 }}>
          <Text span fw={600} c="red" className="h-mono">
            {error.code}
          </Text>{' '}
          {error.message}
        </Text>
        <CopyButton value={() => JSON.stringify(error, null, 2)} />
      </Group>
      {error.details === null ? null : (
        <div style={{ marginTop: 12 }}>
          <JsonView value={error.details} label={t('node.details')} />
        </div>
      )}
      {error.stack ? (
        <>
          <Text size="xs" fw={600} c="dimmed" mt="md" mb={4}>
            {t('node.stack')}
          </Text>
          <pre className="h-stack">{error.stack}</pre>
        </>
      ) : null}
    </div>
  );
}

/** Why the last attempt failed. */
export function ErrorTab({ error }: { error: ErrorFieldsFragment | null }) {
  const t = useWorkText();
  if (!error) {
    return (
      <Text size="sm" c="dimmed">
        {t('node.noError')}
      </Text>
    );
  }
  return <ErrorView error={error} />;
}
