import { GRAPH_LIMITS } from '@heddle/graph';

/** Units from the largest to the smallest, in milliseconds. */
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

const PART = /^\s*(\d+(?:\.\d+)?)\s*(ms|min|sec|s|m|h|d)?/i;
const UNIT_ALIASES: Readonly<Record<string, string>> = { m: 'min', sec: 's' };

/** Outcome of {@link parseDuration}. */
export type ParsedDuration = { ok: true; ms: number } | { ok: false; reason: 'syntax' | 'range' };

/** Reads `90s`, `1min 30s`, `2h`, `500ms`; a bare number is seconds. At most 366 days. */
export function parseDuration(text: string): ParsedDuration {
  let rest = text.trim();
  if (rest === '') return { ok: false, reason: 'syntax' };
  let ms = 0;
  while (rest !== '') {
    const part = PART.exec(rest);
    if (!part) return { ok: false, reason: 'syntax' };
    const written = (part[2] ?? 's').toLowerCase();
    const unit = UNITS.find(([name]) => name === (UNIT_ALIASES[written] ?? written));
    ms += Number(part[1]) * (unit?.[1] ?? 1_000);
    rest = rest.slice(part[0].length).trim();
  }
  const whole = Math.round(ms);
  if (whole > GRAPH_LIMITS.durationMsMax) return { ok: false, reason: 'range' };
  return { ok: true, ms: whole };
}

/** A duration as a person would write it; {@link parseDuration} reads it back without loss. */
export function writeDuration(ms: number): string {
  if (ms === 0) return '0s';
  const parts: string[] = [];
  let rest = ms;
  for (const [name, size] of UNITS) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count}${name}`);
    rest -= count * size;
  }
  return parts.join(' ');
}

/** Reads a list such as `1s, 10s, 1min`. Null when an entry cannot be read or there is none. */
export function parseDurations(text: string): number[] | null {
  const parsed = text.split(',').map(parseDuration);
  const values = parsed.flatMap((entry) => (entry.ok ? [entry.ms] : []));
  return values.length === parsed.length && values.length > 0 ? values : null;
}
