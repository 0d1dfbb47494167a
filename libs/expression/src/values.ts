import { setOwn, type Json, type JsonObject } from '@heddle/kernel';
import { evaluate, Optional } from '@marcbachmann/cel-js';
import { EXPRESSION_LIMITS } from './limits.js';

/**
 * Classes that cel-js does not export, taken from values of theirs: names do not survive a
 * minifier.
 */
const UnsignedInt = constructorOf('uint(1)');
const Type = constructorOf('type(1)');
const Duration = constructorOf('duration("1s")');

function constructorOf(source: string): unknown {
  return (evaluate(source) as object).constructor;
}

/** A value of an expression that JSON cannot hold; the message says which and why. */
export class NotJsonError extends Error {}

/** Characters of JSON text that may still be made; counted down. */
export interface SizeBudget {
  sizeLeft: number;
}

/**
 * A CEL value as JSON: integers become numbers, instants RFC 3339 text, durations text like `90s`,
 * types their name, an empty optional null. Values that are JSON already are returned as they are,
 * not copied. Its size is taken from `budget`: shared parts count every time, so a small value that
 * would print as gigabytes is refused.
 * @throws {NotJsonError} for integers beyond 2^53, infinite numbers, nesting beyond `jsonDepthMax`
 * and when the budget is used up.
 */
export function toJson(value: unknown, budget: SizeBudget, depth = 0): Json {
  if (depth > EXPRESSION_LIMITS.jsonDepthMax) {
    throw new NotJsonError(`The value is nested more than ${EXPRESSION_LIMITS.jsonDepthMax} deep.`);
  }
  take(budget, 4);
  switch (typeof value) {
    case 'string':
      take(budget, value.length);
      return value;
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new NotJsonError(`${value} is not a JSON number; check for a division by zero.`);
    case 'bigint':
      return integerToJson(value);
    case 'object':
      return value === null ? null : objectToJson(value, budget, depth);
    default:
      throw new NotJsonError(`A ${typeof value} is not a JSON value.`);
  }
}

function take(budget: SizeBudget, size: number): void {
  budget.sizeLeft -= size;
  if (budget.sizeLeft < 0) {
    const limit = EXPRESSION_LIMITS.resultSizeMax;
    throw new NotJsonError(`The value is larger than ${limit} characters as JSON.`);
  }
}

function integerToJson(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new NotJsonError(`${value} is beyond 2^53 and would lose digits; use string(…).`);
}

function objectToJson(value: object, budget: SizeBudget, depth: number): Json {
  if (Array.isArray(value)) return listToJson(value, budget, depth);
  if (value instanceof Date) return dateToJson(value);
  if (value instanceof Optional) {
    return value.hasValue() ? toJson(value.value(), budget, depth) : null;
  }
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Object.prototype || prototype === null) {
    return recordToJson(value as JsonObject, budget, depth);
  }
  if (value.constructor === UnsignedInt) return integerToJson((value as { value: bigint }).value);
  if (value.constructor === Type) return (value as { name: string }).name;
  if (value.constructor === Duration) return String(value);
  throw new NotJsonError(
    'The result is neither a number, text, boolean, list, map nor null; bytes have .base64() and .string().',
  );
}

function dateToJson(value: Date): string {
  if (Number.isNaN(value.getTime())) throw new NotJsonError('The instant is out of range.');
  return value.toISOString();
}

function listToJson(list: readonly unknown[], budget: SizeBudget, depth: number): Json[] {
  let copy: Json[] | null = null;
  for (let i = 0; i < list.length; i++) {
    const item = toJson(list[i], budget, depth + 1);
    if (item !== list[i]) copy ??= list.slice(0, i) as Json[];
    if (copy) copy[i] = item;
  }
  return copy ?? (list as Json[]);
}

function recordToJson(record: JsonObject, budget: SizeBudget, depth: number): JsonObject {
  let copy: JsonObject | null = null;
  for (const key of Object.keys(record)) {
    take(budget, key.length);
    const item = toJson(record[key], budget, depth + 1);
    if (item !== record[key]) copy ??= { ...record };
    if (copy) setOwn(copy, key, item);
  }
  return copy ?? record;
}
