import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { i18n, uiMessages } from './i18n/public.js';
import { formatDateTime, formatDuration, formatRelative } from './time.js';
import { useNow } from './use-now.js';

/** Time between two instants; ticks while `to` is null. Nothing at all when it has not begun. */
export function Duration({
  from,
  to,
}: {
  from: string | null | undefined;
  to: string | null | undefined;
}) {
  const now = useNow(Boolean(from) && !to);
  if (!from) return null;
  const end = to ? Date.parse(to) : Math.max(now, Date.parse(from));
  return <span className="h-tabular">{formatDuration(end - Date.parse(from))}</span>;
}

/** "3 min ago", with the exact instant in a tooltip. */
export function RelativeTime({ at }: { at: string | null | undefined }) {
  const { i18n: current } = useTranslation(undefined, { i18n });
  const t = uiMessages.useText();
  const now = useNow();
  if (!at) return <span>—</span>;
  const exact = formatDateTime(at, current.language);
  return (
    <Tooltip label={exact}>
      <time dateTime={at} className="h-tabular">
        {formatRelative(Date.parse(at), now, current.language) ?? t('time.now')}
      </time>
    </Tooltip>
  );
}
