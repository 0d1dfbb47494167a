import type { Environment } from '@marcbachmann/cel-js';
import { EXPRESSION_LIMITS } from './limits.js';
import { setOwn, type Json, type JsonObject } from '@heddle/kernel';
import { toJson } from './values.js';

/**
 * One function beside those of CEL: its signature, what it does, and how. Handlers are pure and
 * total up to a thrown `Error`.
 */
interface FunctionSpec {
  signature: string;
  description: string;
  run: (...args: never[]) => unknown;
}

const text: FunctionSpec[] = [
  {
    signature: 'json(dyn): string',
    description: 'The value as JSON text.',
    run: (value: unknown) => JSON.stringify(wholeJson(value)),
  },
  {
    signature: 'parseJson(string): dyn',
    description: 'The value of a JSON text.',
    run: (source: string) => parseJson(source),
  },
  {
    signature: 'string.replace(string, string): string',
    description: 'Every occurrence replaced.',
    run: (value: string, from: string, to: string) => replaceAll(value, from, to),
  },
  {
    signature: 'urlEncode(string): string',
    description: 'Percent-encoded for a URL component.',
    run: (value: string) => encodeURIComponent(value),
  },
];

const numbers: FunctionSpec[] = [
  ...perNumber('abs', 'Distance from 0.', (n) => Math.abs(n)),
  ...perNumber('floor', 'Largest whole number not above it.', (n) => Math.floor(n)),
  ...perNumber('ceil', 'Smallest whole number not below it.', (n) => Math.ceil(n)),
  ...perNumber('round', 'Nearest whole number, halves up.', (n) => Math.round(n)),
  {
    signature: 'round(double, int): double',
    description: 'Rounded to so many decimal places, 0 to 15.',
    run: (value: number, places: bigint) => roundTo(value, Number(places)),
  },
];

const lists: FunctionSpec[] = [
  {
    signature: 'range(int): list<int>',
    description: '[0, 1, … n - 1], at most 10,000 long.',
    run: (count: bigint) => range(Number(count)),
  },
  {
    signature: 'range(double): list<int>',
    description: '[0, 1, … n - 1], at most 10,000 long.',
    run: (count: number) => range(count),
  },
  {
    signature: 'sum(list): double',
    description: 'Sum of the numbers; 0 for an empty list.',
    run: (list: unknown[]) => list.reduce<number>((sum, item) => sum + numberIn(item), 0),
  },
  {
    signature: 'min(list): double',
    description: 'Smallest number of the list.',
    run: (list: unknown[]) => extreme(list, (a, b) => Math.min(a, b)),
  },
  {
    signature: 'max(list): double',
    description: 'Largest number of the list.',
    run: (list: unknown[]) => extreme(list, (a, b) => Math.max(a, b)),
  },
  {
    signature: 'list.sort(): list<dyn>',
    description: 'Ascending; all numbers or all texts.',
    run: (list: unknown[]) => sorted(list),
  },
  {
    signature: 'list.distinct(): list<dyn>',
    description: 'Without repetitions, in the order of first occurrence.',
    run: (list: unknown[]) => distinct(list),
  },
  {
    signature: 'list.flatten(): list<dyn>',
    description: 'Lists in the list replaced by their elements, one level.',
    run: (list: unknown[]) => list.flat(1),
  },
  {
    signature: 'list.first(): dyn',
    description: 'First element.',
    run: (list: unknown[]) => elementAt(list, 0),
  },
  {
    signature: 'list.last(): dyn',
    description: 'Last element.',
    run: (list: unknown[]) => elementAt(list, list.length - 1),
  },
];

const maps: FunctionSpec[] = [
  {
    signature: 'keys(map): list<string>',
    description: 'The keys, in their order.',
    run: (map: object) => Object.keys(map),
  },
  {
    signature: 'values(map): list<dyn>',
    description: 'The values, in the order of the keys.',
    run: (map: object) => Object.values(map),
  },
  {
    signature: 'merge(map, map): map<string, dyn>',
    description: 'Both maps; the second one wins on equal keys.',
    run: (left: JsonObject, right: JsonObject) => merge(left, right),
  },
  {
    signature: 'coalesce(dyn, dyn): dyn',
    description: 'The first value, or the second when the first is null.',
    run: (value: unknown, fallback: unknown) => value ?? fallback,
  },
  {
    signature: 'epochMs(google.protobuf.Timestamp): int',
    description: 'Milliseconds since 1970-01-01T00:00:00Z.',
    run: (instant: Date) => BigInt(instant.getTime()),
  },
];

/** Arithmetic between JSON numbers (doubles) and literals (ints), which CEL leaves out. */
const ARITHMETIC: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => divide(a, b),
  '%': (a, b) => remainder(a, b),
};

/** Adds Heddle's functions and mixed arithmetic to an environment. */
export function registerFunctions(env: Environment): void {
  for (const { signature, description, run } of [...text, ...numbers, ...lists, ...maps]) {
    env.registerFunction(signature, { handler: run as never, description, async: false } as never);
  }
  for (const [operator, run] of Object.entries(ARITHMETIC)) {
    const mixed = (a: number | bigint, b: number | bigint) => run(Number(a), Number(b));
    env.registerOperator(`double ${operator} int: double`, mixed);
    env.registerOperator(`int ${operator} double: double`, mixed);
  }
  env.registerOperator('double % double: double', ARITHMETIC['%'] as never);
}

function perNumber(name: string, description: string, run: (n: number) => number): FunctionSpec[] {
  return [
    { signature: `${name}(double): double`, description, run },
    {
      signature: `${name}(int): int`,
      description,
      run: (n: bigint) => (name === 'abs' && n < 0n ? -n : n),
    },
  ];
}

function divide(a: number, b: number): number {
  if (b === 0) throw new Error('division by zero');
  return a / b;
}

function remainder(a: number, b: number): number {
  if (b === 0) throw new Error('modulo by zero');
  return a % b;
}

/** A value as JSON on its own, under the bound of a whole result. */
function wholeJson(value: unknown): Json {
  return toJson(value, { sizeLeft: EXPRESSION_LIMITS.resultSizeMax });
}

function parseJson(source: string): Json {
  try {
    return wholeJson(JSON.parse(source));
  } catch (error) {
    throw new Error(`parseJson(): ${error instanceof Error ? error.message : 'not JSON'}`);
  }
}

function replaceAll(value: string, from: string, to: string): string {
  if (from === '') return value;
  const parts = value.split(from);
  const length = value.length + (parts.length - 1) * (to.length - from.length);
  if (length > EXPRESSION_LIMITS.valueSizeMax) throw new Error('replace(): the text is too long');
  return parts.join(to);
}

function roundTo(value: number, places: number): number {
  if (places < 0 || places > 15) throw new Error(`round(): places must be 0 to 15, got ${places}`);
  const shifted = Math.round(Number(`${value}e${places}`));
  // Numbers already written with an exponent (1e21) have no decimal places to round.
  return Number.isNaN(shifted) ? value : Number(`${shifted}e-${places}`);
}

function range(count: number): bigint[] {
  if (!Number.isInteger(count) || count < 0 || count > EXPRESSION_LIMITS.rangeMax) {
    throw new Error(`range(): needs a whole number from 0 to ${EXPRESSION_LIMITS.rangeMax}`);
  }
  return Array.from({ length: count }, (_, i) => BigInt(i));
}

function numberIn(item: unknown): number {
  if (typeof item === 'number' || typeof item === 'bigint') return Number(item);
  throw new Error(`the list must hold numbers only, got a ${item === null ? 'null' : typeof item}`);
}

function extreme(list: unknown[], pick: (a: number, b: number) => number): number {
  if (list.length === 0) throw new Error('the list is empty');
  return list.map(numberIn).reduce(pick);
}

function sorted(list: unknown[]): unknown[] {
  const isText = typeof list[0] === 'string';
  for (const item of list) {
    const fits = isText ? typeof item === 'string' : ['number', 'bigint'].includes(typeof item);
    if (!fits) throw new Error('sort(): the list must hold numbers only, or texts only');
  }
  // Code-unit order: the same on every machine, unlike a locale's.
  return [...(list as string[])].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function distinct(list: unknown[]): unknown[] {
  const seen = new Set<string>();
  return list.filter((item) => {
    const key = JSON.stringify(wholeJson(item));
    return seen.has(key) ? false : (seen.add(key), true);
  });
}

function elementAt(list: unknown[], index: number): unknown {
  if (list.length === 0) throw new Error('the list is empty');
  return list[index];
}

function merge(left: JsonObject, right: JsonObject): JsonObject {
  const merged: JsonObject = {};
  for (const source of [left, right]) {
    for (const [key, value] of Object.entries(source)) setOwn(merged, key, value);
  }
  return merged;
}
