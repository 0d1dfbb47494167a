import type { Json } from '@heddle/kernel';
import { EXPRESSION_LIMITS } from './limits.js';

/**
 * Size of a value as JSON text, in characters (escapes not counted), or null when it exceeds `sizeMax` or is nested
 * more than `jsonDepthMax` deep. Looks at no more than that takes, so it is safe for anything from outside.
 */
export function sizeWithin(value: Json, sizeMax: number): number | null {
  const left = leftAfter(value, sizeMax, 0);
  return left < 0 ? null : sizeMax - left;
}

/** Characters left of `left` after the value; negative when it does not fit. */
function leftAfter(value: Json, left: number, depth: number): number {
  if (typeof value === 'string') return left - value.length - 2;
  if (typeof value !== 'object' || value === null) return left - String(value).length;
  if (depth >= EXPRESSION_LIMITS.jsonDepthMax) return -1;
  let rest = left - 2;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && rest >= 0; i++) {
      rest = leftAfter(value[i] as Json, rest - 1, depth + 1);
    }
    return rest;
  }
  for (const key of Object.keys(value)) {
    if (rest < 0) break;
    rest = leftAfter(value[key] as Json, rest - key.length - 4, depth + 1);
  }
  return rest;
}
