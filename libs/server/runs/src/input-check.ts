import { checkInput, jsonValueProblem } from '@heddle/graph';
import { ENGINE_LIMITS } from '@heddle/engine';
import { BadInputError, HeddleError, type Json, type JsonSchema } from '@heddle/kernel';

/** Largest input of a run, in characters of JSON: what a job may get as well. */
const INPUT_SIZE_MAX = ENGINE_LIMITS.inputSizeMax;

/**
 * Checks a run's input against the workflow's input schema.
 * @throws {HeddleError} `VALIDATION_FAILED` with the problem's place, `TOO_LARGE`, or `BAD_INPUT` when nested too deeply.
 */
export function requireFit(schema: JsonSchema | undefined, input: Json): void {
  const unfit = jsonValueProblem(input, Infinity);
  if (unfit) throw new BadInputError(`The input cannot be taken. ${unfit.message}`);
  const size = JSON.stringify(input).length;
  if (size > INPUT_SIZE_MAX)
    throw new HeddleError(
      'TOO_LARGE',
      `The input has ${size} characters as JSON; a run takes at most ${INPUT_SIZE_MAX}. Pass a reference to the data instead.`,
    );
  if (!schema) return;
  const problems = checkInput(schema, input);
  if (problems.length === 0) return;
  throw new HeddleError('VALIDATION_FAILED', `The input does not fit: ${problems[0]!.message}`, {
    problems: problems.map(({ code, message, severity, path = '' }) => ({
      code,
      message,
      severity,
      path,
    })),
  });
}

/** Why a value does not fit a schema, in one sentence; null when it does. */
export function misfit(schema: JsonSchema | undefined, input: Json): string | null {
  return schema ? (checkInput(schema, input)[0]?.message ?? null) : null;
}
