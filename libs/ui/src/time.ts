const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in two units at most: `340 ms`, `4.2 s`, `3 min 05 s`, `2 h 10 min`, `3 d 4 h`. Negative counts as 0. */
export function formatDuration(ms: number): string {
  const value = Math.max(0, ms);
  if (value < SECOND) return `${Math.round(value)} ms`;
  if (value < 10 * SECOND) return `${(Math.floor(value / 100) / 10).toFixed(1)} s`;
  if (value < MINUTE) return `${Math.floor(value / SECOND)} s`;
  if (value < HOUR) return pair(value, ['min', MINUTE], ['s', SECOND]);
  if (value < DAY) return pair(value, ['h', HOUR], ['min', MINUTE]);
  return pair(value, ['d', DAY], ['h', HOUR]);
}

type Unit = readonly [name: string, size: number];

function pair(value: number, [bigName, big]: Unit, [smallName, small]: Unit): string {
  const whole = Math.floor(value / big);
  const rest = Math.floor((value % big) / small);
  return rest === 0 ? `${whole} ${bigName}` : `${whole} ${bigName} ${rest} ${smallName}`;
}

const RELATIVE_UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
  ['second', SECOND],
];

/** How long ago (or until) an instant is, in words of the language. Null below 5 seconds: "now". */
export function formatRelative(at: number, now: number, language: string): string | null {
  const diff = at - now;
  if (Math.abs(diff) < 5 * SECOND) return null;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'always', style: 'short' });
  for (const [unit, size] of RELATIVE_UNITS) {
    if (Math.abs(diff) >= size) return format.format(Math.trunc(diff / size), unit);
  }
  return null;
}

/** Date and time of day in the browser's zone, to the second. */
export function formatDateTime(at: string | number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(
    new Date(at),
  );
}

/** Time of day with milliseconds, `14:03:22.118`, in the browser's zone. */
export function formatClock(at: string | number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}
