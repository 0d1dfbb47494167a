import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import {
  createErrorHandler,
  type ErrorSchema,
  type FormContextType,
  getDefaultFormState,
  type RJSFSchema,
  type RJSFValidationError,
  toErrorSchema,
  unwrapErrorHandler,
  type ValidationData,
  validationDataMerge,
  type ValidatorType,
} from '@rjsf/utils';

/**
 * JSON Schema validation for forms by an interpreter. The usual validator compiles schemas to code, which the page's
 * content security policy forbids.
 */
export function createFormValidator(): ValidatorType {
  return {
    validateFormData,
    isValid,
    rawValidation: ((schema: RJSFSchema, formData?: unknown) => ({
      errors: errorsOf(schema, formData),
    })) as ValidatorType['rawValidation'],
  };
}

/** Keywords that only say that something below them failed. */
const CONTAINERS: ReadonlySet<string> = new Set([
  'properties',
  'items',
  'additionalProperties',
  'allOf',
  'anyOf',
  'oneOf',
  '$ref',
  'then',
  'else',
  'if',
  'prefixItems',
]);

function errorsOf(schema: RJSFSchema, formData: unknown): RJSFValidationError[] {
  const result = new Validator(schema as Schema, '2020-12', false).validate(formData ?? null);
  if (result.valid) return [];
  const leaves = result.errors.filter((error) => !CONTAINERS.has(error.keyword));
  return (leaves.length > 0 ? leaves : result.errors).map(toFormError);
}

function toFormError(error: OutputUnit): RJSFValidationError {
  const missing = error.keyword === 'required' ? /"([^"]+)"/.exec(error.error)?.[1] : undefined;
  const pointer = error.instanceLocation.replace(/^#/, '');
  const path = missing === undefined ? pointer : `${pointer}/${missing}`;
  const property = path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return {
    name: error.keyword,
    message: error.error,
    property: `.${property.join('.')}`,
    stack: `${path} ${error.error}`,
    schemaPath: error.keywordLocation,
  };
}

function isValid(schema: RJSFSchema, formData: unknown, rootSchema: RJSFSchema): boolean {
  try {
    const { $defs, definitions } = rootSchema;
    const whole = {
      ...($defs ? { $defs } : {}),
      ...(definitions ? { definitions } : {}),
      ...schema,
    };
    return new Validator(whole as Schema, '2020-12', true).validate(formData ?? null).valid;
  } catch (error) {
    // An unresolvable `$ref` of a person's schema: no branch of it can be chosen.
    if (error instanceof Error) return false;
    throw error;
  }
}

// Five positions, because the form library calls it so.
function validateFormData(
  ...args: Parameters<ValidatorType['validateFormData']>
): ValidationData<unknown> {
  const [formData, schema, customValidate, transformErrors, uiSchema] = args;
  const found = errorsOf(schema, formData);
  const errors = transformErrors ? transformErrors(found, uiSchema) : found;
  const data: ValidationData<unknown> = {
    errors,
    errorSchema: toErrorSchema(errors) as ErrorSchema<unknown>,
  };
  if (!customValidate) return data;
  const state: unknown = getDefaultFormState<unknown, RJSFSchema, FormContextType>(
    formValidator,
    schema,
    formData,
    schema,
    true,
  );
  const handler = customValidate(state, createErrorHandler(state), uiSchema);
  return validationDataMerge(data, unwrapErrorHandler(handler));
}

/** The validator of every form on the page. */
export const formValidator: ValidatorType = createFormValidator();
