import { GraphQLError, type ExecutionResult } from 'graphql';
import { HeddleError, type ErrorCode } from '@heddle/kernel';
import { isTransient, isUnstorableText } from '@heddle/store';

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

/** What Fastify and Mercurius throw for a request that is no proper GraphQL request. */
interface RequestError extends Error {
  code: string;
  statusCode: number;
  /** The query's own mistakes, for a query that does not parse or validate. */
  errors?: GraphQLError[];
}

function isRequestError(error: Error): error is RequestError {
  const { code, statusCode } = error as Partial<RequestError>;
  return typeof code === 'string' && /^(MER_|FST_)/.test(code) && (statusCode ?? 500) < 500;
}

/** What a caller sees of an error: refusals with code and details, the request's own mistakes, and nothing of bugs. */
export function publicErrors(error: GraphQLError, report: (error: Error) => void): GraphQLError[] {
  const cause = error.originalError ?? null;
  const { nodes, source, positions, path } = error;
  const place = { nodes, source, positions, path };
  if (cause instanceof HeddleError) return [refusal(cause, place)];
  if (cause && isRequestError(cause)) return (cause.errors ?? [error]).map(toBadInput);
  // Wrong values of variables have no cause, or one that GraphQL made.
  if (!cause || cause instanceof GraphQLError) return [toBadInput(error)];
  if (isUnstorableText(cause))
    return [toBadInput(new GraphQLError('A text here holds the character U+0000.', place))];
  if (isTransient(cause)) return [refusal(databaseAway(cause), place)];
  report(cause);
  const message = 'The server failed at this. It is logged; trying again may help.';
  return [new GraphQLError(message, { ...place, extensions: { code: 'INTERNAL' } })];
}

function refusal({ code, details, message }: HeddleError, place: object): GraphQLError {
  const extensions = { code, details, status: HTTP_STATUS[code as ErrorCode] };
  return new GraphQLError(message, { ...place, extensions });
}

function databaseAway(cause: Error): HeddleError {
  const message = 'The database does not answer at the moment. Try again shortly.';
  return new HeddleError('UNAVAILABLE', message, {}, { cause });
}

function toBadInput({
  message,
  nodes,
  source,
  positions,
  path,
  extensions,
}: GraphQLError): GraphQLError {
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    path,
    extensions: { ...extensions, code: 'BAD_INPUT' },
  });
}

/** The body of an answer with errors. Status 200 once a query was understood, as GraphQL clients expect it. */
export function formatErrors(
  execution: ExecutionResult & { data?: unknown },
  report: (error: Error) => void,
): { statusCode: number; response: ExecutionResult } {
  const thrown = execution.errors ?? [];
  const cause = thrown[0]?.originalError;
  return {
    statusCode: cause && isRequestError(cause) ? cause.statusCode : 200,
    response: {
      data: execution.data ?? null,
      errors: thrown.flatMap((error) => publicErrors(error, report)),
    },
  };
}
