import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { linearPattern } from '@heddle/expression';
import { messageOf, type Json, type JsonSchema, type Problem } from '@heddle/kernel';
import { jsonValueProblem } from './json-value.js';

// The package is CommonJS: its default export is on `default` under NodeNext.
const addFormats = addFormatsModule.default;

/**
 * Size of a user's schema as JSON text: compiling is linear in it, and a form of that size is no
 * form.
 */
const SCHEMA_SIZE_BYTES_MAX = 64_000;
const PROBLEMS_MAX = 50;

/** Compiled schemas, kept as long as the schema object of the document. */
const validators = new WeakMap<JsonSchema, ValidateFunction | string>();

/**
 * What is wrong with the JSON Schema (draft 2020-12 or 07) of a run's input; empty when it can be
 * used. Paths start with `/inputSchema`.
 */
export function checkInputSchema(schema: JsonSchema): Problem[] {
  const validator = validatorOf(schema);
  if (typeof validator !== 'string') return [];
  return [{ code: 'INPUT_SCHEMA', message: validator, severity: 'error', path: '/inputSchema' }];
}

/**
 * What is wrong with a run's input; empty when it fits its schema. Paths are JSON pointers into the
 * input. A schema that cannot be used is a problem at `/inputSchema`.
 */
export function checkInput(schema: JsonSchema, input: Json): Problem[] {
  const validate = validatorOf(schema);
  if (typeof validate === 'string') return checkInputSchema(schema);
  if (validate(input)) return [];
  return (validate.errors ?? []).slice(0, PROBLEMS_MAX).map(inputProblem);
}

function inputProblem(error: ErrorObject): Problem {
  const missing: unknown = error.params['missingProperty'];
  const path =
    typeof missing === 'string' ? `${error.instancePath}/${missing}` : error.instancePath;
  const place = error.instancePath === '' ? 'The input' : error.instancePath;
  const allowed: unknown = error.params['allowedValues'];
  const values = Array.isArray(allowed)
    ? `: ${allowed.map((value) => JSON.stringify(value)).join(', ')}`
    : '';
  const message = `${place} ${error.message ?? 'does not fit'}${values}.`;
  return { code: 'INPUT', message, severity: 'error', path };
}

function validatorOf(schema: JsonSchema): ValidateFunction | string {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const made = compile(schema);
  validators.set(schema, made);
  return made;
}

/**
 * Ajv generates code from the schema, so the schema is bounded first; its patterns run on RE2, as a
 * user's pattern on the language's own engine can stall the process; and nothing is ever fetched
 * (`$ref` to elsewhere is an error).
 */
function compile(schema: JsonSchema): ValidateFunction | string {
  const unfit = jsonValueProblem(schema, SCHEMA_SIZE_BYTES_MAX);
  if (unfit) return unfit.message;
  const { $schema: _dialect, $id: _id, ...body } = schema;
  try {
    const regExp = Object.assign((pattern: string) => linearPattern(pattern), {
      code: 'linearPattern',
    });
    const ajv = new Ajv2020({
      strict: false,
      allErrors: false,
      logger: false,
      code: { regExp },
    });
    // The fast formats: some of the full ones are patterns that a long text stalls.
    return addFormats(ajv, { mode: 'fast' }).compile(body);
  } catch (error) {
    return `Not a usable JSON Schema: ${messageOf(error).slice(0, 300)}`;
  }
}
