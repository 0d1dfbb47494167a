import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { HeddleError, type Json, type JsonSchema } from '@heddle/kernel';

// The package is CommonJS: its default export is on `default` under NodeNext.
const addFormats = addFormatsModule.default;
const SCHEMAS_MAX = 200;
const INPUT_BYTES_MAX = 1_000_000;

/** Checks run inputs against the workflow's input schema. Compiled validators are kept, bounded. */
export class InputCheck {
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #ajv = addFormats(
    new Ajv2020({ allErrors: true, strict: false, allowUnionTypes: true }),
  );

  /** @throws {HeddleError} `VALIDATION_FAILED` with every problem's place, or `TOO_LARGE`. */
  check(schema: JsonSchema | undefined, input: Json): void {
    const size = JSON.stringify(input).length;
    if (size > INPUT_BYTES_MAX)
      throw new HeddleError(
        'TOO_LARGE',
        `The input has ${size} bytes; a run takes at most ${INPUT_BYTES_MAX}. Pass a reference to the data instead.`,
      );
    if (!schema) return;
    const validate = this.#validator(schema);
    if (validate(input)) return;
    const problems = (validate.errors ?? []).map((error) => ({
      code: 'INPUT_INVALID',
      message: `${error.instancePath || 'The input'} ${error.message ?? 'does not fit the schema'}`,
      severity: 'error',
      path: error.instancePath,
    }));
    throw new HeddleError(
      'VALIDATION_FAILED',
      `The input does not fit: ${problems[0]?.message ?? ''}.`,
      { problems },
    );
  }

  #validator(schema: JsonSchema): ValidateFunction {
    const key = JSON.stringify(schema);
    const known = this.#validators.get(key);
    if (known) return known;
    const validate = this.#ajv.compile(schema);
    this.#validators.set(key, validate);
    if (this.#validators.size > SCHEMAS_MAX)
      this.#validators.delete(this.#validators.keys().next().value!);
    return validate;
  }
}
