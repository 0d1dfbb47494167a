import { ERROR_CODES, type ErrorCode, isJsonObject, type JsonObject } from '@heddle/kernel';
import type { TypedDocumentString } from './generated/operations.js';

/** A code of the API, or one of the two failures that never reached a resolver. */
export type ApiErrorCode = ErrorCode | 'NETWORK' | 'INTERNAL';

/** A refusal of the API, or a request that did not get through. */
export class HeddleApiError extends Error {
  constructor(
    readonly code: ApiErrorCode,
    message: string,
    /** Machine-readable facts from the server: positions, ids, limits. */
    readonly details: JsonObject = {},
  ) {
    super(message);
    this.name = 'HeddleApiError';
  }
}

/** The typed fetcher's way out; replaced in specs. */
export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

/** Address of the API on the page's own origin. */
export const GRAPHQL_PATH = '/graphql';

/**
 * Sends one operation and returns its data.
 * @throws {HeddleApiError} `NETWORK` when no answer came, `INTERNAL` when the answer was not GraphQL, else the server's code.
 */
export async function request<R, V>(
  document: TypedDocumentString<R, V>,
  variables: V,
  options: { fetch?: Fetch; signal?: AbortSignal } = {},
): Promise<R> {
  const send: Fetch = options.fetch ?? ((input, init) => fetch(input, init));
  const response = await send(GRAPHQL_PATH, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json', 'x-heddle-request': '1' },
    body: JSON.stringify({ query: document.toString(), variables }),
    signal: options.signal ?? null,
  }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new HeddleApiError('NETWORK', 'The server did not answer.');
  });
  return readAnswer<R>(response);
}

async function readAnswer<R>(response: Response): Promise<R> {
  const body: unknown = await response.json().catch(() => null);
  const answer = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const errors = Array.isArray(answer['errors']) ? (answer['errors'] as unknown[]) : [];
  if (errors.length > 0) throw errorOf(errors[0]);
  if (answer['data'] !== undefined && answer['data'] !== null) return answer['data'] as R;
  if (response.status === 502 || response.status === 503 || response.status === 504)
    throw new HeddleApiError('NETWORK', `The server is not up (HTTP ${response.status}).`);
  throw new HeddleApiError('INTERNAL', `The server answered HTTP ${response.status} without data.`);
}

function errorOf(raw: unknown): HeddleApiError {
  const error = isJsonObject(raw) ? raw : {};
  const extensions = isJsonObject(error['extensions']) ? error['extensions'] : {};
  const code = ERROR_CODES.find((known) => known === extensions['code']) ?? 'INTERNAL';
  const details = isJsonObject(extensions['details']) ? extensions['details'] : {};
  const message = typeof error['message'] === 'string' ? error['message'] : 'The request failed.';
  return new HeddleApiError(code, message, details);
}

/** Any thrown thing as an API error; what this code did not expect is `INTERNAL`. */
export function toApiError(error: unknown): HeddleApiError {
  if (error instanceof HeddleApiError) return error;
  return new HeddleApiError('INTERNAL', error instanceof Error ? error.message : String(error));
}
