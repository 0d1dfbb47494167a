import type { JsonObject } from './json.js';

/** Every code a Heddle refusal can carry. Transports map each of them exactly once. */
export const ERROR_CODES = [
  'BAD_INPUT',
  'VALIDATION_FAILED',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'ILLEGAL_ACTION',
  'LEASE_LOST',
  'TOO_LARGE',
  'TOO_MANY_REQUESTS',
  'UNAVAILABLE',
] as const;

/** One of {@link ERROR_CODES}. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * A refusal: something asked for cannot be done, and the caller can know why.
 * Not for bugs (use `assert`) and not for a job's own failure (that is data in the attempt).
 * `message` gives the value, the allowed range and what to do; it never holds a secret.
 */
export class HeddleError<C extends ErrorCode = ErrorCode> extends Error {
  constructor(
    readonly code: C,
    message: string,
    /** Machine-readable facts for the caller: positions, ids, limits. */
    readonly details: JsonObject = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The thing named does not exist, or not in a namespace the caller can see. */
export class NotFoundError extends HeddleError<'NOT_FOUND'> {
  constructor(what: string, id: string) {
    super('NOT_FOUND', `There is no ${what} ${id}, or you are not a member of its namespace.`, {
      what,
      id,
    });
  }
}

/** A value from outside is malformed; `details.path` says where. */
export class BadInputError extends HeddleError<'BAD_INPUT'> {
  constructor(message: string, details: JsonObject = {}) {
    super('BAD_INPUT', message, details);
  }
}

/** A bug: a state that cannot be. Never caught in order to go on. */
export class AssertionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AssertionError';
  }
}

/** Throws {@link AssertionError} unless `condition` holds. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Makes a forgotten case of a union a compile error; at run time it is a bug. */
export function assertNever(value: never): never {
  throw new AssertionError(`Unexpected value: ${JSON.stringify(value)}`);
}

/** Text of any thrown thing. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
