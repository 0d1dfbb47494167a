import { Duration, formatDuration, StateIcon, useNow, useStateLabel } from '@heddle/ui';
import { useEditorText } from '../i18n/index.js';
import { reasonOnCard, useReasonText } from './reasons.js';
import {
  type ChildCountsView,
  type NodeRunView,
  stateName,
  type WaitReasonView,
} from './source.js';

function Countdown({ dueAt }: { dueAt: string }) {
  const t = useEditorText();
  const now = useNow();
  return (
    <span className="h-tabular">
      {t('run.dueIn', { time: formatDuration(Date.parse(dueAt) - now) })}
    </span>
  );
}

function ChildProgress({ counts }: { counts: ChildCountsView }) {
  const t = useEditorText();
  const done = counts.succeeded + counts.failed + counts.canceled;
  return (
    <span className="h-tabular">
      {counts.total === null
        ? t('run.childrenOpen', { done, active: counts.active })
        : t('run.children', { done, total: counts.total })}
    </span>
  );
}

interface RunStripProps {
  run: NodeRunView;
  reasons: readonly WaitReasonView[];
}

/** State, reason, attempts and time of a node run, in one line of its card. */
export function RunStrip({ run, reasons }: RunStripProps) {
  const t = useEditorText();
  const label = useStateLabel();
  const reasonText = useReasonText();
  const state = stateName(run.state);
  const told = reasonOnCard(reasons, run.key);
  return (
    <span
      className="h-card-run"
      data-state={state}
      title={reasons.map((reason) => reason.message).join('\n') || undefined}
    >
      <StateIcon state={state} size={12} />
      <span>{told ? reasonText(told) : label('node', state)}</span>
      {run.attempt > 1 ? (
        <span className="h-tabular" title={t('run.attemptTip', { count: run.attempt })}>
          {t('run.attempt', { count: run.attempt })}
        </span>
      ) : null}
      <span className="h-card-time">
        {run.children ? (
          <ChildProgress counts={run.children} />
        ) : state === 'waiting' && run.dueAt ? (
          <Countdown dueAt={run.dueAt} />
        ) : told ? null : (
          <Duration from={run.startedAt} to={run.endedAt} />
        )}
      </span>
    </span>
  );
}
