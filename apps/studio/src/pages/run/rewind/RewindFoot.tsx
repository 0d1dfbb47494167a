import {
  type LoadedRun,
  RerunFrom,
  RunHistory,
  Runs,
  type RunView,
  useApiMutation,
} from '@heddle/studio-data';
import { ErrorNote, isEnded } from '@heddle/ui';
import { TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { DialogFoot } from '../../../components/DialogFoot.js';
import { useRepairText } from '../../../i18n/repair.js';
import { countPaint, isAsked } from './rewind-draft.js';
import { RewindLegend } from './RewindOutcome.js';
import type { Rewind } from './use-rewind.js';

interface RewindFootProps {
  rewind: Rewind;
  snapshot: LoadedRun;
  view: RunView;
  onStarted: (runId: string) => void;
}

/** The one button that does it; it says what will happen. */
export function RewindFoot({ rewind, snapshot, view, onStarted }: RewindFootProps) {
  const t = useRepairText();
  const [reason, setReason] = useState('');
  const rerun = useApiMutation(RerunFrom, [Runs, RunHistory]);
  const { draft, preview, isPending } = rewind;
  const counts = countPaint(rewind.paint ?? new Map());
  const isForbidden = (preview?.problems ?? []).some(({ severity }) => severity === 'error');
  const isReady =
    draft !== null && isAsked(draft) && preview !== undefined && !isPending && !isForbidden;
  const submit = (): void =>
    void rerun
      .mutateAsync({ ...rewind.variables, ...(reason.trim() ? { reason: reason.trim() } : {}) })
      .then(({ rerunFrom }) => {
        notifications.show({
          message:
            rerunFrom.id === snapshot.id
              ? t('rewind.goesOn')
              : t('rewind.started', { id: rerunFrom.id }),
        });
        rewind.close();
        onStarted(rerunFrom.id);
      })
      // The refusal is shown above the button.
      .catch(() => undefined);
  return (
    <div className="h-rewind-foot">
      <RewindLegend rewind={rewind} />
      <TextInput
        size="xs"
        aria-label={t('reason.label')}
        placeholder={t('reason.label')}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {isEnded(view.state) ? null : <span className="h-rewind-note">{t('why.not.runActive')}</span>}
      {rerun.error ? <ErrorNote error={rerun.error} /> : null}
      <DialogFoot
        onClose={rewind.close}
        confirm={t('rewind.go', {
          again: t('rewind.goAgain', { count: counts.reexecuted }),
          reused: counts.reused,
        })}
        isDisabled={!isReady}
        isPending={rerun.isPending}
        onConfirm={submit}
      />
    </div>
  );
}
