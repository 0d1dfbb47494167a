import { GraphQLError, type ExecutionResult } from 'graphql';
import { HeddleError, type ErrorCode } from '@heddle/kernel';

/** Every refusal's HTTP status, for transports that have one. */
export const HTTP_STATUS = {
  BAD_INPUT: 400,
  VALIDATION_FAILED: 422,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  ILLEGAL_ACTION: 409,
  LEASE_LOST: 409,
  TOO_LARGE: 413,
  TOO_MANY_REQUESTS: 429,
  UNAVAILABLE: 503,
} as const satisfies Record<ErrorCode, number>;

/** What a caller sees of an error: refusals with code and details, the caller's own GraphQL mistakes, and nothing of bugs. */
export function publicError(error: GraphQLError, report: (error: Error) => void): GraphQLError {
  const cause = error.originalError ?? null;
  const { nodes, source, positions, path } = error;
  const place = { nodes, source, positions, path };
  if (cause instanceof HeddleError)
    return new GraphQLError(cause.message, {
      ...place,
      extensions: {
        code: cause.code,
        details: cause.details,
        status: HTTP_STATUS[cause.code as ErrorCode],
      },
    });
  // Syntax and validation errors of the query itself have no cause, or one that GraphQL made.
  if (!cause || cause instanceof GraphQLError)
    return new GraphQLError(error.message, { ...place, extensions: { code: 'BAD_INPUT' } });
  report(cause);
  return new GraphQLError('The server failed at this. It is logged; trying again may help.', {
    ...place,
    extensions: { code: 'INTERNAL' },
  });
}

/** The body of an answer with errors: always status 200, as GraphQL clients expect it. */
export function formatErrors(
  execution: ExecutionResult & { data?: unknown },
  report: (error: Error) => void,
): { statusCode: number; response: ExecutionResult } {
  const errors = (execution.errors ?? []).map((error) => publicError(error, report));
  return { statusCode: 200, response: { data: execution.data ?? null, errors } };
}
