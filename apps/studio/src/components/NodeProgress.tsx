import { Tooltip } from '@mantine/core';
import { NODE_STATES, STATE_TOKENS, useStateLabel } from '@heddle/ui';

/** States in the order in which the bar fills. */
const ORDER = [
  'succeeded',
  'skipped',
  'failed',
  'canceled',
  'running',
  'waiting',
  'queued',
  'pending',
] as const;

/** How many nodes are in each state, as a small stacked bar with the numbers in a tooltip. */
export function NodeProgress({ counts }: { counts: readonly { state: string; count: number }[] }) {
  const label = useStateLabel();
  const byState = new Map(counts.map((entry) => [entry.state, entry.count]));
  const total = counts.reduce((sum, entry) => sum + entry.count, 0);
  const ended =
    total - NODE_STATES.slice(0, 4).reduce((sum, state) => sum + (byState.get(state) ?? 0), 0);
  const words = ORDER.filter((state) => byState.get(state)).map(
    (state) => `${label('node', state)} ${byState.get(state)}`,
  );
  return (
    <Tooltip label={words.join(' · ')} disabled={total === 0}>
      <span style={{ display: 'inline-flex', alignItems: 'center', gap: 8 }}>
        <span className="h-progress" role="img" aria-label={words.join(', ')}>
          {ORDER.filter((state) => state !== 'pending' && byState.get(state)).map((state) => (
            <span
              key={state}
              style={{
                width: `${(100 * (byState.get(state) ?? 0)) / total}%`,
                background: STATE_TOKENS[state].color,
              }}
            />
          ))}
        </span>
        <span className="h-tabular" style={{ color: 'var(--h-text-dim)', fontSize: '0.75rem' }}>
          {ended}/{total}
        </span>
      </span>
    </Tooltip>
  );
}
