import { currentLanguage, formatDateTime, formatDuration, useNow } from '@heddle/ui';
import { Button, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { CirclePause } from 'lucide-react';
import { useRepairText } from '../../i18n/repair.js';
import { notifyError } from '../confirm.js';
import { type HoldTarget, useHold } from './use-hold.js';

/** A hold as lists and the live channel bring it. */
export interface ShownHold {
  scope: string;
  by: string;
  at: string;
  reason: string | null;
  until: string | null;
}

function TimeLeft({ until }: { until: string }) {
  const t = useRepairText();
  const now = useNow();
  return (
    <span className="h-tabular">
      {' · '}
      {t('hold.left', { time: formatDuration(Date.parse(until) - now) })}
    </span>
  );
}

/** Lets go of a hold, at once. */
export function ReleaseButton({ target }: { target: HoldTarget }) {
  const t = useRepairText();
  const { release, isPending } = useHold(target);
  const submit = (): void =>
    void release()
      .then(() => notifications.show({ message: t('hold.released') }))
      .catch(notifyError);
  return (
    <Button size="compact-xs" variant="light" color="yellow" loading={isPending} onClick={submit}>
      {t('hold.release')}
    </Button>
  );
}

interface HoldBadgeProps {
  hold: ShownHold;
  /** Where a release is sent; null: the viewer may not. */
  target: HoldTarget | null;
}

/** Who holds it, why and how long still; with the button that lets go. */
export function HoldBadge({ hold, target }: HoldBadgeProps) {
  const t = useRepairText();
  const scope = (['run', 'workflow', 'node'] as const).find((name) => name === hold.scope);
  const words = [
    scope ? t(`hold.scope.${scope}`) : '',
    formatDateTime(hold.at, currentLanguage()),
    hold.reason ?? '',
  ];
  return (
    <span className="h-hold" data-testid="hold">
      <Tooltip label={words.filter(Boolean).join(' · ')} multiline maw={360}>
        <span className="h-hold-words" tabIndex={0}>
          <CirclePause size={13} aria-hidden />
          <span>
            {t(hold.scope === 'workflow' ? 'hold.workflowBy' : 'hold.by', { who: hold.by })}
            {hold.reason ? ` — ${hold.reason}` : ''}
          </span>
          {hold.until ? <TimeLeft until={hold.until} /> : null}
        </span>
      </Tooltip>
      {target ? <ReleaseButton target={target} /> : null}
    </span>
  );
}
