import type { Json, JsonObject, JsonSchema } from '@heddle/kernel';
import { escapePointer, hasExpressions } from '@heddle/expression';

/** A value that does not fit a schema: where, and what is allowed. */
export interface SchemaProblem {
  /** JSON pointer from the checked value. */
  path: string;
  message: string;
}

/** Problems reported for one value; more would not help anybody. */
const PROBLEMS_MAX = 100;

/**
 * Checks a value against one of Heddle's own schemas: the document's and the node types'. An
 * interpreter of the keywords those use, so that it runs where generated code is forbidden (the
 * browser's content security policy) and says what is allowed in words. Strings with `${{ }}` at a
 * place of format `template` are accepted whatever else the schema asks of the string. Not for
 * schemas of users: see `checkInput`.
 */
export function checkSchema(schema: JsonSchema, value: Json, path = ''): SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  check(schema, value, path, problems);
  return problems.slice(0, PROBLEMS_MAX);
}

function check(schema: JsonSchema, value: Json, path: string, problems: SchemaProblem[]): void {
  if (problems.length >= PROBLEMS_MAX) return;
  const variants = (schema['oneOf'] ?? schema['anyOf']) as JsonSchema[] | undefined;
  if (variants) {
    checkVariants(variants, value, path, problems);
    return;
  }
  const message = typeMessage(schema, value) ?? enumMessage(schema, value);
  if (message) {
    problems.push({ path, message });
    return;
  }
  if (typeof value === 'string') checkString(schema, value, path, problems);
  else if (typeof value === 'number') checkNumber(schema, value, path, problems);
  else if (Array.isArray(value)) checkArray(schema, value, path, problems);
  else if (typeof value === 'object' && value !== null) checkObject(schema, value, path, problems);
}

/**
 * Picks the variant that is meant (its constant property or its type fits) and reports its problems
 * only.
 */
function checkVariants(
  variants: JsonSchema[],
  value: Json,
  path: string,
  problems: SchemaProblem[],
): void {
  const meant = variants.filter((variant) => isMeant(variant, value));
  if (meant.length === 0) {
    const tag = variants.map(tagOf).find((found) => found !== null);
    const allowed = variants.map(describe).join(' or ');
    const place = tag ? `${path}/${tag.name}` : path;
    problems.push({ path: place, message: `Must be ${allowed}.` });
    return;
  }
  const results = meant.map((variant) => checkSchema(variant, value, path));
  if (results.some((result) => result.length === 0)) return;
  problems.push(...(results[0] as SchemaProblem[]));
}

function isMeant(variant: JsonSchema, value: Json): boolean {
  if (typeMessage(variant, value) !== null) return false;
  const tag = tagOf(variant);
  if (!tag) return true;
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? value[tag.name] === tag.value
    : false;
}

/** The property of a variant that has a constant value, such as `kind`. */
function tagOf(variant: JsonSchema): { name: string; value: Json } | null {
  for (const [name, property] of Object.entries((variant['properties'] ?? {}) as JsonObject)) {
    const value = (property as JsonObject)['const'];
    if (value !== undefined) return { name, value };
  }
  return null;
}

function describe(variant: JsonSchema): string {
  const tag = tagOf(variant);
  if (tag) return JSON.stringify(tag.value);
  return variant['format'] === 'template' ? 'a template' : typeWords(variant);
}

function typeWords(schema: JsonSchema): string {
  return ([schema['type']].flat() as string[])
    .map((type) => (/^[aeio]/.test(type) ? `an ${type}` : `a ${type}`))
    .join(' or ');
}

function typeMessage(schema: JsonSchema, value: Json): string | null {
  const { type } = schema;
  if (type === undefined) return null;
  const allowed = [type].flat() as string[];
  if (allowed.some((name) => isOfType(name, value))) return null;
  return `Must be ${typeWords(schema)}, got ${kindOf(value)}.`;
}

function isOfType(type: string, value: Json): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'null') return value === null;
  if (type === 'object') return kindOf(value) === 'object';
  return typeof value === type;
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function enumMessage(schema: JsonSchema, value: Json): string | null {
  const allowed = schema['const'] !== undefined ? [schema['const']] : schema['enum'];
  if (!Array.isArray(allowed) || allowed.includes(value)) return null;
  return `Must be one of ${allowed.map((item) => JSON.stringify(item)).join(', ')}.`;
}

function checkString(
  schema: JsonSchema,
  value: string,
  path: string,
  problems: SchemaProblem[],
): void {
  if (schema['format'] === 'template' && hasExpressions(value)) return;
  const minLength = (schema['minLength'] ?? 0) as number;
  const maxLength = (schema['maxLength'] ?? Infinity) as number;
  if (value.length < minLength) {
    problems.push({
      path,
      message: value === '' ? 'Must not be empty.' : `Too short: at least ${minLength} characters.`,
    });
  } else if (value.length > maxLength) {
    problems.push({
      path,
      message: `Too long: ${value.length} of at most ${maxLength} characters.`,
    });
  } else if (typeof schema['pattern'] === 'string' && !new RegExp(schema['pattern']).test(value)) {
    const words = (schema['patternMessage'] as string | undefined) ?? `match ${schema['pattern']}`;
    problems.push({ path, message: `${JSON.stringify(value.slice(0, 80))} must ${words}.` });
  }
}

function checkNumber(
  schema: JsonSchema,
  value: number,
  path: string,
  problems: SchemaProblem[],
): void {
  const minimum = (schema['minimum'] ?? -Infinity) as number;
  const maximum = (schema['maximum'] ?? Infinity) as number;
  if (value >= minimum && value <= maximum) return;
  const allowed = maximum === Infinity ? `at least ${minimum}` : `from ${minimum} to ${maximum}`;
  problems.push({ path, message: `Must be ${allowed}, got ${value}.` });
}

function checkArray(
  schema: JsonSchema,
  value: Json[],
  path: string,
  problems: SchemaProblem[],
): void {
  const minItems = (schema['minItems'] ?? 0) as number;
  const maxItems = (schema['maxItems'] ?? Infinity) as number;
  if (value.length < minItems)
    problems.push({ path, message: `Needs at least ${minItems} items.` });
  if (value.length > maxItems) {
    problems.push({ path, message: `${value.length} items; at most ${maxItems} are allowed.` });
    return;
  }
  const items = schema['items'] as JsonSchema | undefined;
  if (items) value.forEach((item, i) => check(items, item, `${path}/${i}`, problems));
}

function checkObject(
  schema: JsonSchema,
  value: JsonObject,
  path: string,
  problems: SchemaProblem[],
): void {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  for (const name of (schema['required'] ?? []) as string[]) {
    if (Object.hasOwn(value, name)) continue;
    problems.push({ path: `${path}/${escapePointer(name)}`, message: `"${name}" is missing.` });
  }
  const rest = schema['additionalProperties'];
  for (const [name, item] of Object.entries(value)) {
    const place = `${path}/${escapePointer(name)}`;
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property) check(property, item, place, problems);
    else if (rest === false)
      problems.push({ path: place, message: `"${name.slice(0, 80)}" is not known here.` });
    else if (typeof rest === 'object' && rest !== null)
      check(rest as JsonSchema, item, place, problems);
  }
}
