import { isJsonObject, messageOf, type Json, type JsonObject } from '@heddle/kernel';

/** Longest wait for one answer. */
const ANSWER_MS_MAX = 60_000;
/** Problems quoted in the message of an error; all of them are in `details`. */
const PROBLEMS_SHOWN_MAX = 5;

/** Where the server is, and who asks. */
export interface ApiOptions {
  /** Address of the server, e.g. `http://localhost:8420`. */
  url: string;
  /** API key, from the Settings page or `createApiKey`. */
  apiKey: string;
}

/** A request that was refused or did not get through; the message is one sentence for a person. */
export class ApiError extends Error {
  constructor(
    /** The server's code, e.g. `NOT_FOUND`; `NETWORK` when no answer came, `INTERNAL` when it was no GraphQL answer. */
    readonly code: string,
    message: string,
    readonly details: JsonObject = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'ApiError';
  }
}

/** The GraphQL API of one server. */
export class HeddleApi {
  private readonly endpoint: string;

  constructor(private readonly options: ApiOptions) {
    this.endpoint = `${options.url.replace(/\/+$/, '')}/graphql`;
  }

  /**
   * Sends one operation and returns its data.
   * @throws {ApiError} the first error of the answer, or why there is none.
   */
  async request<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const response = await fetch(this.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${this.options.apiKey}`,
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    }).catch((error: unknown) => {
      throw new ApiError(
        'NETWORK',
        `No answer from ${this.options.url}: ${causeOf(error)}.`,
        {},
        { cause: error },
      );
    });
    const text = await response.text();
    const answer = parse(text);
    const first = Array.isArray(answer.errors) ? answer.errors[0] : undefined;
    if (isJsonObject(first)) throw errorOf(first);
    if (isJsonObject(answer.data)) return answer.data as Data;
    throw new ApiError(
      'INTERNAL',
      `${this.options.url} answered with status ${response.status}, but not with GraphQL data: is it a Heddle server?`,
    );
  }
}

function parse(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

function errorOf(error: JsonObject): ApiError {
  const extensions = isJsonObject(error.extensions) ? error.extensions : {};
  const details = isJsonObject(extensions.details) ? extensions.details : {};
  const code = typeof extensions.code === 'string' ? extensions.code : 'INTERNAL';
  const message = typeof error.message === 'string' ? error.message : 'The request was refused.';
  return new ApiError(code, message + problemsOf(details, message), details);
}

/** The problems of a graph or an input, as lines below a message that does not say them already. */
function problemsOf(details: JsonObject, message: string): string {
  if (!Array.isArray(details.problems)) return '';
  const problems = details.problems.filter(isJsonObject);
  if (problems.length === 1 && message.includes(String(problems[0]?.message))) return '';
  const lines = problems.map((problem) => {
    const place = `${String(problem.nodeKey ?? problem.edgeId ?? '')}${String(problem.path ?? '')}`;
    return `\n  ${place === '' ? '' : `${place}: `}${String(problem.message)}`;
  });
  const hidden = lines.length - PROBLEMS_SHOWN_MAX;
  return (
    lines.slice(0, PROBLEMS_SHOWN_MAX).join('') + (hidden > 0 ? `\n  … and ${hidden} more` : '')
  );
}

/** fetch hides the reason ("connection refused") in the cause. */
function causeOf(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause;
  const code = (cause as { code?: unknown } | undefined)?.code;
  if (code === 'ECONNREFUSED') return 'nothing listens there; is the server running';
  if (code === 'ENOTFOUND') return 'its host name is unknown';
  if ((error as Error).name === 'TimeoutError')
    return `it did not come within ${ANSWER_MS_MAX / 1000} s`;
  return messageOf(cause ?? error);
}
