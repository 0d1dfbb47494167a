import { messageOf, type JsonObject } from '@heddle/kernel';
import type { WireFailure, WireResult, WireTaskRef } from '@heddle/protocol';
import { JobError } from './errors.js';
import { toJsonText } from './json-output.js';

/** Longest message and stack that are sent, in characters. */
const TEXT_LENGTH_MAX = 16_000;
/** Largest `details`, in bytes; larger ones are left out with a remark. */
const DETAILS_BYTES_MAX = 16_384;
/** How many `cause`s of an error its stack names. */
const CAUSES_MAX = 5;
const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;
const NOTHING = Buffer.alloc(0);

/** What a job returned, ready to be sent; a failure when it cannot be. */
export function successOf(
  task: WireTaskRef,
  output: unknown,
  append: JsonObject | null,
  payloadBytesMax: number,
): WireResult {
  try {
    const bytes = Buffer.from(toJsonText('output', output));
    const context = append ? Buffer.from(toJsonText('context', append)) : NOTHING;
    const size = bytes.length + context.length;
    if (size > payloadBytesMax)
      return failureResult(task, {
        code: 'TOO_LARGE',
        message: `The output and the context have ${size} bytes as JSON; at most ${payloadBytesMax} are allowed. Store the data elsewhere and return its address.`,
        isFinal: true,
      });
    return { task, outcome: 'success', success: { output: bytes, contextAppend: context } };
  } catch (error) {
    return failureOf(task, error);
  }
}

/** What a job threw. */
export function failureOf(task: WireTaskRef, error: unknown): WireResult {
  const code = (error as { code?: unknown } | null)?.code;
  return failureResult(task, {
    code: typeof code === 'string' && CODE.test(code) ? code : 'JOB_FAILED',
    message: (messageOf(error) || 'The job failed without a message.').slice(0, TEXT_LENGTH_MAX),
    stack: stackOf(error).slice(0, TEXT_LENGTH_MAX),
    details: detailsOf(error),
    isFinal: error instanceof JobError && error.isFinal,
  });
}

function failureResult(
  task: WireTaskRef,
  failure: Pick<WireFailure, 'code' | 'message'> & Partial<WireFailure>,
): WireResult {
  return {
    task,
    outcome: 'failure',
    failure: { details: NOTHING, stack: '', isFinal: false, ...failure },
  };
}

function stackOf(error: unknown): string {
  const parts: string[] = [];
  for (let at = error; at instanceof Error && parts.length < CAUSES_MAX; at = at.cause)
    parts.push(at.stack ?? `${at.name}: ${at.message}`);
  return parts.join('\nCaused by: ');
}

function detailsOf(error: unknown): Buffer {
  const details = (error as { details?: unknown } | null)?.details;
  if (details === undefined || details === null) return NOTHING;
  try {
    const bytes = Buffer.from(toJsonText('details', details));
    if (bytes.length <= DETAILS_BYTES_MAX) return bytes;
    return Buffer.from(
      JSON.stringify(
        `(${bytes.length} bytes of details left out; at most ${DETAILS_BYTES_MAX} are kept)`,
      ),
    );
  } catch (bad) {
    return Buffer.from(JSON.stringify(`(${messageOf(bad)})`));
  }
}
