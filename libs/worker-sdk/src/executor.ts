import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { Json, JsonSchema } from '@heddle/kernel';
import { NonRetryableError } from './errors.js';
import type { JobContext } from './job-context.js';

/** The work: its return value is the output, a throw is a failure. Must heed `ctx.signal` when it takes long. */
export type RunJob<Input, Output> = (input: Input, ctx: JobContext) => Output | Promise<Output>;

/** An executor with a description and a checked input. */
export interface ExecutorOptions<Input, Output> {
  /** Shown in the editor. */
  description?: string;
  /** JSON Schema (draft 2020-12 or 07). Input that does not match fails the task with `BAD_INPUT`, without a retry. */
  inputSchema?: JsonSchema;
  run: RunJob<Input, Output>;
}

/** A named function that workers offer. Made by {@link executor}, handed to `worker({ executors })`. */
export interface Executor<Input = never, Output = unknown> {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema | null;
  readonly run: RunJob<Input, Output>;
  /** @throws {NonRetryableError} with code `BAD_INPUT` when the input does not match the schema. */
  checkInput(input: Json): void;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_.:/-]{0,127}$/;

/** Input problems named in one error; the rest is counted. */
const PROBLEMS_MAX = 10;

/**
 * Defines a job that workflows can use, by name.
 * @throws {TypeError} for a bad name or a schema that does not compile.
 */
export function executor<Input = Json, Output = unknown>(
  name: string,
  definition: RunJob<Input, Output> | ExecutorOptions<Input, Output>,
): Executor<Input, Output> {
  if (!NAME.test(name))
    throw new TypeError(
      `"${name}" is no executor name: it begins with a letter, goes on with letters, digits and _ . : / -, and has at most 128 characters.`,
    );
  const options = typeof definition === 'function' ? { run: definition } : definition;
  return {
    name,
    description: options.description ?? '',
    inputSchema: options.inputSchema ?? null,
    run: options.run,
    checkInput: options.inputSchema ? inputCheck(name, options.inputSchema) : () => undefined,
  };
}

function inputCheck(name: string, schema: JsonSchema): (input: Json) => void {
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
  // Naming an older draft would make Ajv look for that draft's rules; what schemas use of it means the same in 2020-12.
  const { $schema: _draft, ...rules } = schema;
  let validate: ReturnType<typeof ajv.compile>;
  try {
    validate = ajv.compile(rules);
  } catch (error) {
    throw new TypeError(
      `The input schema of executor ${name} does not compile: ${(error as Error).message}`,
    );
  }
  return (input) => {
    if (validate(input)) return;
    const problems = (validate.errors ?? []).map(describe);
    const shown = problems.slice(0, PROBLEMS_MAX).join('; ');
    const more =
      problems.length > PROBLEMS_MAX ? `; and ${problems.length - PROBLEMS_MAX} more` : '';
    throw new NonRetryableError(
      `The input of ${name} does not match its schema: ${shown}${more}.`,
      {
        code: 'BAD_INPUT',
        details: { problems: problems.slice(0, PROBLEMS_MAX) },
      },
    );
  };
}

function describe({ instancePath, message, params }: ErrorObject): string {
  const extra = 'additionalProperty' in params ? ` ("${String(params.additionalProperty)}")` : '';
  const allowed = 'allowedValues' in params ? `: ${JSON.stringify(params.allowedValues)}` : '';
  return `${instancePath || 'the input'} ${message ?? 'is wrong'}${extra}${allowed}`;
}
