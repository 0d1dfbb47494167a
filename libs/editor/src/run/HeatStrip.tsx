import { STATE_TOKENS } from '@heddle/ui';
import { useEditorText } from '../i18n/index.js';
import type { ChildCountsView } from './source.js';

/** Parts of the strip, in order, with the state whose colour they have. */
const PARTS = [
  ['succeeded', 'succeeded'],
  ['failed', 'failed'],
  ['canceled', 'canceled'],
  ['active', 'running'],
] as const;

/** How the child runs of a node stand, as a thin stacked bar. */
export function HeatStrip({ counts }: { counts: ChildCountsView }) {
  const t = useEditorText();
  const { succeeded, failed, canceled, active } = counts;
  const all = Math.max(1, counts.total ?? counts.started);
  const words = t('run.childrenTip', { succeeded, failed, canceled, active });
  return (
    <span className="h-heat" role="img" aria-label={words} title={words}>
      {PARTS.filter(([name]) => counts[name] > 0).map(([name, state]) => (
        <span
          key={name}
          data-part={name}
          style={{
            width: `${(100 * counts[name]) / all}%`,
            background: STATE_TOKENS[state].color,
          }}
        />
      ))}
    </span>
  );
}
