import { CirclePause, Copy, UserRoundCheck } from 'lucide-react';
import { useEditorText } from '../i18n/index.js';
import type { NodePaint, NodeRunView } from './source.js';

/** Small marks at the upper edge of a card: held, decided by hand, reused from another run. */
export function CardMarks({ run }: { run: NodeRunView }) {
  const t = useEditorText();
  const { hold, by, reusedFrom } = run;
  const isMarked = by?.action === 'mark' || by?.action === 'skip' || by?.action === 'decide';
  if (!hold && !reusedFrom && !isMarked) return null;
  const heldBy = hold ? t('run.heldBy', { who: hold.by }) : '';
  const markedBy = isMarked ? t('run.markedBy', { who: by.name }) : '';
  return (
    <span className="h-card-marks">
      {hold ? (
        <span className="h-card-mark" data-mark="hold" title={withReason(heldBy, hold.reason)}>
          <CirclePause size={11} aria-hidden />
          {heldBy}
        </span>
      ) : null}
      {reusedFrom ? (
        <span
          className="h-card-mark"
          data-mark="reused"
          title={t('run.reusedTip', { id: reusedFrom.runId })}
        >
          <Copy size={10} aria-hidden />
          {t('run.reused', { id: reusedFrom.runId })}
        </span>
      ) : null}
      {isMarked ? (
        <span className="h-card-mark" data-mark="by" title={withReason(markedBy, by.reason)}>
          <UserRoundCheck size={11} aria-hidden />
          {markedBy}
        </span>
      ) : null}
    </span>
  );
}

function withReason(words: string, reason: string | null): string {
  return reason ? `${words} — ${reason}` : words;
}

/** What a rerun would do to a node, in the card's line of state. */
export function PaintStrip({ paint }: { paint: NodePaint }) {
  const t = useEditorText();
  return (
    <span
      className="h-card-run h-card-paint"
      title={paint.isCertain ? undefined : t('run.paint.uncertain')}
    >
      <span className="h-paint-swatch" data-effect={paint.effect} aria-hidden />
      <span>
        {t(`run.paint.${paint.effect}`)}
        {paint.isCertain ? '' : ' ?'}
      </span>
    </span>
  );
}
