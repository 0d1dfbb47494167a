import { Duration, formatDuration, StateIcon, useNow, useStateLabel } from '@heddle/ui';
import { useEditorText } from '../i18n/index.js';
import { type NodeRunView, stateName } from './source.js';

function Countdown({ dueAt }: { dueAt: string }) {
  const t = useEditorText();
  const now = useNow();
  return (
    <span className="h-tabular">
      {t('run.dueIn', { time: formatDuration(Date.parse(dueAt) - now) })}
    </span>
  );
}

/** State, attempts and time of a node run, in one line of its card. */
export function RunStrip({ run }: { run: NodeRunView }) {
  const t = useEditorText();
  const label = useStateLabel();
  const state = stateName(run.state);
  return (
    <span className="h-card-run" data-state={state}>
      <StateIcon state={state} size={12} />
      <span>{label('node', state)}</span>
      {run.attempt > 1 ? (
        <span className="h-tabular" title={t('run.attemptTip', { count: run.attempt })}>
          {t('run.attempt', { count: run.attempt })}
        </span>
      ) : null}
      <span className="h-card-time">
        {state === 'waiting' && run.dueAt ? (
          <Countdown dueAt={run.dueAt} />
        ) : (
          <Duration from={run.startedAt} to={run.endedAt} />
        )}
      </span>
    </span>
  );
}
