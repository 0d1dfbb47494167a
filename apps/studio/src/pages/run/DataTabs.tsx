import type { NodeDetail } from './NodeSidePanel.js';
import { CopyButton, JsonView } from '@heddle/ui';
import { Group, Text } from '@mantine/core';
import { useWorkText } from '../../i18n/work.js';

/** What the current attempt got. */
export function InputTab({ detail }: { detail: NodeDetail }) {
  const t = useWorkText();
  return <JsonView value={detail.input} label={t('tab.input')} />;
}

/** What the node returned. */
export function OutputTab({ detail }: { detail: NodeDetail }) {
  const t = useWorkText();
  return <JsonView value={detail.output} label={t('tab.output')} />;
}

/** A node's error with code, message, facts and stack. */
export function ErrorView({ error }: { error: NonNullable<NodeDetail['error']> }) {
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
        <CopyButton value={JSON.stringify(error, null, 2)} />
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
export function ErrorTab({ detail }: { detail: NodeDetail }) {
  const t = useWorkText();
  if (!detail.error) {
    return (
      <Text size="sm" c="dimmed">
        {t('node.noError')}
      </Text>
    );
  }
  return <ErrorView error={detail.error} />;
}
