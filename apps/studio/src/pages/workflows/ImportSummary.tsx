import { Alert, List, Text } from '@mantine/core';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { useText } from '../../i18n/index.js';
import type { ImportReading } from './read-import.js';

const PROBLEMS_SHOWN_MAX = 6;

/** What was found in an imported text: its size, or what is wrong with it. */
export function ImportSummary({ reading }: { reading: ImportReading }) {
  const t = useText();
  if (reading.kind === 'empty') return null;
  if (reading.kind === 'notJson') {
    return (
      <Alert color="red" icon={<CircleAlert size={16} />} p="xs">
        {t('import.notJson', { message: reading.message })}
      </Alert>
    );
  }
  if (reading.kind === 'problems') {
    return (
      <Alert
        color="red"
        icon={<CircleAlert size={16} />}
        p="xs"
        title={t('import.problems', { count: reading.problems.length })}
      >
        <List size="xs">
          {reading.problems.slice(0, PROBLEMS_SHOWN_MAX).map((problem, index) => (
            <List.Item key={index}>
              <span className="h-mono">{problem.nodeKey ?? problem.path}</span> {problem.message}
            </List.Item>
          ))}
        </List>
      </Alert>
    );
  }
  return (
    <Alert color="green" icon={<CircleCheck size={16} />} p="xs">
      <Text size="sm">
        {t(reading.kind === 'graph' ? 'import.isGraph' : 'import.isWfCommons')} ·{' '}
        {t('import.summary', {
          nodes: reading.graph.nodes.length,
          edges: reading.graph.edges.length,
        })}
      </Text>
    </Alert>
  );
}
