/** Euro amounts are whole cents, percentages whole basis points, rates whole ten-thousandths: no fraction is ever rounded twice. */
const RATE_SCALE = 10_000;

/**
 * Cents of a decimal like `12.5`, `12.50` or `12`; null when it is none, is negative, or has more than two decimals.
 */
export function parseCents(text: string): number | null {
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (!match) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** Ten-thousandths of a decimal like `0.9217`; null when it is none, is zero, or has more than four decimals. */
export function parseRate(text: string): number | null {
  const match = /^(\d{1,5})(?:\.(\d{1,4}))?$/.exec(text.trim());
  if (!match) return null;
  return Number(match[1]) * RATE_SCALE + Number((match[2] ?? '').padEnd(4, '0')) || null;
}

/** An amount at a rate in ten-thousandths, to whole cents, halves up. */
export function convert(cents: number, rate: number): number {
  return divideHalfUp(cents * rate, RATE_SCALE);
}

/** A share of an amount in basis points (1900 is 19 %), to whole cents, halves up. */
export function shareOf(cents: number, basisPoints: number): number {
  return divideHalfUp(cents * basisPoints, 10_000);
}

/** `1234` as `12.34`. */
export function formatCents(cents: number): string {
  const sign = cents < 0 ? '-' : '';
  const whole = Math.floor(Math.abs(cents) / 100);
  return `${sign}${whole}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;
}

function divideHalfUp(dividend: number, divisor: number): number {
  if (!Number.isSafeInteger(dividend))
    throw new RangeError(`${dividend} is too large for exact arithmetic.`);
  return Math.floor((dividend + divisor / 2) / divisor);
}
