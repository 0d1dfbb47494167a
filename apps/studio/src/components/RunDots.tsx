import { Tooltip } from '@mantine/core';
import { type RunStateName, StateIcon, useStateLabel } from '@heddle/ui';
import { Link } from '@tanstack/react-router';
import { useText } from '../i18n/index.js';

interface RunDotsProps {
  namespace: string;
  /** Newest first. */
  runs: readonly { id: string; state: RunStateName }[];
}

/** The latest runs as small state icons, oldest at the left; each leads to its run. */
export function RunDots({ namespace, runs }: RunDotsProps) {
  const t = useText();
  const label = useStateLabel();
  if (runs.length === 0)
    return <span style={{ color: 'var(--h-text-dim)' }}>{t('workflows.noRuns')}</span>;
  return (
    <span className="h-run-dots">
      {[...runs].reverse().map((run) => {
        const title = t('workflows.runTip', { id: run.id, state: label('run', run.state) });
        return (
          <Tooltip key={run.id} label={title}>
            <Link
              to="/n/$namespace/runs/$runId"
              params={{ namespace, runId: run.id }}
              aria-label={title}
            >
              <StateIcon state={run.state} size={15} />
            </Link>
          </Tooltip>
        );
      })}
    </span>
  );
}
