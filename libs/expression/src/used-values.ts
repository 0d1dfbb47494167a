import { jsonSizeBytes, type Json, type JsonObject, setOwn } from '@heddle/kernel';
import type { Expression } from './expression.js';
import type { Scope } from './scope.js';

/** Most bytes of JSON that {@link usedValues} returns. */
export const USED_VALUES_SIZE_BYTES_MAX = 2_048;

/** Text kept of a value that is too long to show. */
const EXCERPT_LENGTH = 80;
/** Values larger than this are shown by their kind and size only. */
const SHOWN_SIZE_BYTES_MAX = 400;

/**
 * The values an expression looked at, by the path as written in canonical form
 * (`nodes.price.output.total`): what the run view shows beside a condition. Large values are
 * shortened, missing ones left out, and all together stay below {@link USED_VALUES_SIZE_BYTES_MAX}.
 */
export function usedValues(expression: Expression, scope: Scope): JsonObject {
  const values: JsonObject = {};
  let sizeBytes = 2;
  for (const { path } of expression.paths) {
    const name = pathName(path);
    if (name in values) continue;
    const found = lookUp(scope, path);
    if (found === undefined) continue;
    const value = excerpt(found as Json);
    sizeBytes += jsonSizeBytes(name) + jsonSizeBytes(value) + 2;
    if (sizeBytes > USED_VALUES_SIZE_BYTES_MAX) break;
    setOwn(values, name, value);
  }
  return values;
}

function pathName(path: readonly (string | number)[]): string {
  return path
    .map((key, i) => {
      if (typeof key === 'number') return `[${key}]`;
      if (!/^[A-Za-z_]\w*$/.test(key)) return `[${JSON.stringify(key)}]`;
      return i === 0 ? key : `.${key}`;
    })
    .join('');
}

function lookUp(scope: Scope, [variable, ...keys]: readonly (string | number)[]): unknown {
  // The scope's own variables may be getters of its class; below them everything is plain JSON.
  let value = scope[variable as string];
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

function excerpt(value: Json): Json {
  if (typeof value === 'string') {
    return value.length > EXCERPT_LENGTH * 2 ? `${value.slice(0, EXCERPT_LENGTH)}…` : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const count = Array.isArray(value) ? value.length : Object.keys(value).length;
  const kind = Array.isArray(value) ? `[${count} items]` : `{${count} keys}`;
  // A nested value may be huge although it has few members: look inside only when it can be small.
  if (count > 20) return kind;
  return isSmall(value, SHOWN_SIZE_BYTES_MAX) ? value : kind;
}

/** Whether a value has at most so many members and characters, looking at no more than that. */
function isSmall(value: Json, sizeMax: number): boolean {
  let size = 0;
  const open: Json[] = [value];
  while (open.length > 0) {
    const next = open.pop() as Json;
    size += typeof next === 'string' ? next.length + 2 : 4;
    if (size > sizeMax) return false;
    if (typeof next !== 'object' || next === null) continue;
    for (const [key, item] of Object.entries(next)) {
      size += Array.isArray(next) ? 1 : key.length + 3;
      if (size > sizeMax) return false;
      open.push(item);
    }
  }
  return true;
}
