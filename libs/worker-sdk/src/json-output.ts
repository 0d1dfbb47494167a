import { JobError, NonRetryableError } from './errors.js';

/** How deep the place of a value that is no JSON is looked for. */
const DEPTH_MAX = 100;

/**
 * A value as JSON text; `undefined` counts as null, dates and the like by their `toJSON`.
 * @throws {NonRetryableError} with code `BAD_OUTPUT`, naming the place, for what JSON cannot hold: functions, symbols, BigInt, NaN,
 * infinities, maps, sets and cycles. Leaving them out silently would lose data.
 */
export function toJsonText(what: string, value: unknown): string {
  try {
    return JSON.stringify(value, refuseForeign) ?? 'null';
  } catch (error) {
    const place = findForeign(value, what, new Set(), 0);
    const reason = place ?? `${what} cannot be written as JSON (${(error as Error).message})`;
    throw new NonRetryableError(`${reason}. Return plain JSON.`, { code: 'BAD_OUTPUT' });
  }
}

function refuseForeign(_key: string, value: unknown): unknown {
  if (foreignKind(value) !== null) throw new JobError('not JSON');
  return value;
}

/** What is wrong with one value by itself; null for JSON. */
function foreignKind(value: unknown): string | null {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value === 'bigint') return 'a BigInt';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (value instanceof Map) return 'a Map';
  if (value instanceof Set) return 'a Set';
  return null;
}

/** One sentence with the first place that is no JSON, e.g. `output.items[3] is a BigInt`. */
function findForeign(
  value: unknown,
  path: string,
  above: Set<object>,
  depth: number,
): string | null {
  const kind = foreignKind(value);
  if (kind !== null) return `${path} is ${kind}`;
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return null;
  if (above.has(value)) return `${path} refers back to an object that contains it`;
  above.add(value);
  for (const [key, child] of Object.entries(value)) {
    const found = findForeign(
      child,
      Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`,
      above,
      depth + 1,
    );
    if (found) return found;
  }
  above.delete(value);
  return null;
}
