import { type GraphDocument, indexOf } from '@heddle/graph';
import type { RunView } from '@heddle/studio-data';
import { Button } from '@mantine/core';
import { CircleX } from 'lucide-react';
import { useWorkText } from '../../i18n/work.js';

interface FailureBannerProps {
  view: RunView;
  graph: GraphDocument;
  selectedKey: string | undefined;
  onGoTo: (key: string) => void;
}

/** Names what failed and leads there. Caught failures of a run that goes on are shown on the canvas only. */
export function FailureBanner({ view, graph, selectedKey, onGoTo }: FailureBannerProps) {
  const t = useWorkText();
  const failed = [...view.nodes.values()].filter((node) => node.state === 'failed');
  if (view.state !== 'failed' && failed.length === 0) return null;
  if (view.state === 'succeeded') return null;
  const first = failed.find((node) => node.key === view.error?.nodeKey) ?? failed[0];
  const name = first ? indexOf(graph).nodes.get(first.key)?.name || first.key : '';
  return (
    <div className="h-failure" role="alert">
      <CircleX size={15} aria-hidden />
      <span className="h-failure-text">
        <strong>
          {first
            ? t('runPage.failedNodes', { count: failed.length, name })
            : t('runPage.runFailed', { message: view.error?.message ?? '' })}
        </strong>
        {first?.error ? ` — ${first.error.message}` : ''}
      </span>
      {first && first.key !== selectedKey ? (
        <Button size="compact-xs" color="red" variant="light" onClick={() => onGoTo(first.key)}>
          {t('runPage.goToNode')}
        </Button>
      ) : null}
    </div>
  );
}
