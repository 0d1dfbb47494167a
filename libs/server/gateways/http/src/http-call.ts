import { fetch, type Dispatcher } from 'undici';
import { HTTP_RESULT_SCOPE, compileExpression, evaluate } from '@heddle/expression';
import { isJsonObject, messageOf, type Json, type JsonObject } from '@heddle/kernel';
import type { NodeError } from '@heddle/engine';

/** Largest response body that is read. */
const BODY_BYTES_MAX = 900_000;
/** Characters of a body shown in a failure. */
const EXCERPT_LENGTH = 500;

/** @see RFC 9110, sections 5.1 and 5.5 */
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Input of the executor `heddle.http`, as the `http` node type plans it. */
export interface HttpInput {
  method: string;
  url: string;
  headers: Record<string, string>;
  query: Record<string, string>;
  body: Json;
  /** CEL over status, headers and body. Null: any status from 200 to 299. */
  successWhen: string | null;
  timeoutMs: number;
}

/** What one call gave, or why it failed. */
export type HttpOutcome =
  { ok: true; output: Json; status: number } | { ok: false; error: NodeError };

/** Checks an input that may have been edited by hand. @returns a sentence on what is wrong, or the input. */
export function parseHttpInput(input: Json): HttpInput | string {
  if (!isJsonObject(input)) return 'The input must be an object with method and url.';
  const {
    method = 'GET',
    url,
    headers,
    query,
    body = null,
    successWhen = null,
    timeoutMs = 30_000,
  } = input;
  if (typeof method !== 'string' || !/^[A-Za-z]{1,20}$/.test(method))
    return 'method must be an HTTP method, e.g. "GET".';
  if (typeof url !== 'string' || !URL.canParse(url) || !/^https?:/i.test(url))
    return 'url must be an absolute http or https address.';
  const { username, password } = new URL(url);
  if (username || password)
    return 'url must not hold a user name or a password: errors and logs show it. Send them in the header authorization.';
  if (successWhen !== null && typeof successWhen !== 'string')
    return 'successWhen must be an expression or null.';
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 1 && timeoutMs <= 3_600_000))
    return 'timeoutMs must be 1 to 3600000.';
  const texts = { headers: toTexts(headers), query: toTexts(query) };
  if (!texts.headers || !texts.query)
    return 'headers and query must be objects whose values are texts, numbers or booleans.';
  const badHeader = Object.entries(texts.headers).find(
    ([name, value]) => !HEADER_NAME.test(name) || !HEADER_VALUE.test(value),
  );
  // The value stays untold: it may be a secret.
  if (badHeader)
    return `The header ${JSON.stringify(badHeader[0])} cannot be sent: a value has no line breaks and no characters beyond U+00FF, a name only letters, digits and some signs.`;
  return {
    method: method.toUpperCase(),
    url,
    headers: texts.headers,
    query: texts.query,
    body,
    successWhen,
    timeoutMs,
  };
}

function toTexts(value: Json | undefined): Record<string, string> | null {
  if (value === undefined || value === null) return {};
  if (!isJsonObject(value)) return null;
  const texts: Record<string, string> = {};
  for (const [name, text] of Object.entries(value)) {
    if (text === null) continue;
    if (typeof text === 'object') return null;
    texts[name] = String(text);
  }
  return texts;
}

/** Makes one call. Never throws: whatever goes wrong is the attempt's failure. */
export async function callHttp(
  input: HttpInput,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<HttpOutcome> {
  const timeout = AbortSignal.timeout(input.timeoutMs);
  try {
    const response = await fetch(addressOf(input), {
      method: input.method,
      headers: headersOf(input),
      body: bodyOf(input),
      dispatcher,
      signal: AbortSignal.any([signal, timeout]),
    });
    const text = await readText(response.body);
    const headers = Object.fromEntries(response.headers.entries());
    return judge(
      input,
      { status: response.status, headers, body: parseBody(text, headers['content-type']) },
      text,
    );
  } catch (error) {
    if (timeout.aborted)
      return failure('TIMEOUT', `No complete answer within ${input.timeoutMs} ms.`);
    if (error instanceof BodyTooLargeError) return failure('TOO_LARGE', error.message, true);
    const cause = (error as { cause?: unknown }).cause ?? error;
    const isRefused = (cause as Error).name === 'AddressRefusedError';
    return failure(
      isRefused ? 'ADDRESS_REFUSED' : 'HTTP_FAILED',
      `${input.method} ${hostOf(input.url)}: ${messageOf(cause)}`,
      isRefused,
    );
  }
}

function addressOf({ url, query }: HttpInput): string {
  const address = new URL(url);
  for (const [name, value] of Object.entries(query)) address.searchParams.append(name, value);
  return address.href;
}

function headersOf({ headers, body }: HttpInput): Record<string, string> {
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  const typeOfBody = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  const type: Record<string, string> =
    hasType || body === null ? {} : { 'content-type': typeOfBody };
  return { 'user-agent': 'heddle', ...type, ...headers };
}

function bodyOf({ body, method }: HttpInput): string | undefined {
  if (body === null || method === 'GET' || method === 'HEAD') return undefined;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

class BodyTooLargeError extends Error {}

async function readText(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  if (!body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX)
      throw new BodyTooLargeError(`The answer is larger than ${BODY_BYTES_MAX} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseBody(text: string, contentType: string | undefined): Json {
  if (!/[/+]json\b/.test(contentType ?? '')) return text === '' ? null : text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function judge(
  input: HttpInput,
  result: { status: number; headers: JsonObject; body: Json },
  text: string,
): HttpOutcome {
  let isSuccess = result.status >= 200 && result.status <= 299;
  if (input.successWhen !== null) {
    const compiled = compileExpression(input.successWhen, HTTP_RESULT_SCOPE);
    if (!compiled.ok)
      return failure('EXPRESSION_FAILED', `successWhen: ${compiled.problem.message}`, true);
    try {
      isSuccess = evaluate(compiled.expression, result) === true;
    } catch (error) {
      return failure('EXPRESSION_FAILED', `successWhen: ${messageOf(error)}`, true);
    }
  }
  if (isSuccess) return { ok: true, output: result, status: result.status };
  const details = { status: result.status, body: text.slice(0, EXCERPT_LENGTH) };
  const why = input.successWhen === null ? '' : ' and successWhen was not true';
  return {
    ok: false,
    error: {
      code: 'HTTP_STATUS',
      message: `${input.method} ${hostOf(input.url)} answered ${result.status}${why}.`,
      details,
    },
  };
}

/** Address without its query and credentials, which may hold secrets. */
function hostOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function failure(code: string, message: string, isFinal = false): HttpOutcome {
  return { ok: false, error: { code, message, ...(isFinal ? { isFinal } : {}) } };
}
