import {
  BadInputError,
  isJsonObject,
  messageOf,
  parseId,
  type Json,
  type JsonObject,
} from '@heddle/kernel';
import {
  LOG_MESSAGE_BYTES_MAX,
  type WireFailure,
  type WireLogLine,
  type WireProgress,
  type WireResult,
  type WireTaskRef,
} from '@heddle/protocol';
import type { TaskRef, TaskResult, WorkerLogLine } from '@heddle/server-dispatch';

/** Most entries of one repeated field of one message. */
const BATCH_SIZE_MAX = 10_000;
/** Longest error message and stack, in characters. */
const ERROR_TEXT_MAX = 16_384;
/** Largest `details` of a failure, in bytes. */
const DETAILS_BYTES_MAX = 16_384;
const ERROR_CODE = /^[A-Z][A-Z0-9_]{0,63}$/;

const LEVELS = {
  LOG_LEVEL_UNSPECIFIED: 'info',
  LOG_LEVEL_DEBUG: 'debug',
  LOG_LEVEL_INFO: 'info',
  LOG_LEVEL_WARN: 'warn',
  LOG_LEVEL_ERROR: 'error',
} as const satisfies Record<WireLogLine['level'], WorkerLogLine['level']>;

/** @throws {BadInputError} when a batch is longer than one message may be. */
export function checkBatch<T>(what: string, entries: T[]): T[] {
  if (entries.length <= BATCH_SIZE_MAX) return entries;
  throw new BadInputError(
    `One message holds ${entries.length} ${what}; at most ${BATCH_SIZE_MAX} are allowed. Send them in several messages.`,
  );
}

/** A reference to a task. @throws {BadInputError} when it names none. */
export function decodeRef(ref: WireTaskRef | null): TaskRef {
  if (!ref)
    throw new BadInputError('A task reference is missing: "task" must hold task_id and fence.');
  return { taskId: parseId('task', ref.taskId), fence: ref.fence };
}

/**
 * A result. An output that cannot be read fails the task, so that the person who waits for it learns why; a result
 * that names no task or no outcome is a fault of the client.
 */
export function decodeResult(result: WireResult): TaskResult {
  const ref = decodeRef(result.task);
  switch (result.outcome) {
    case 'success':
      return { ...ref, outcome: decodeSuccess(result.success) };
    case 'failure':
      return { ...ref, outcome: { kind: 'failed', error: decodeFailure(result.failure) } };
    case 'canceled':
      return { ...ref, outcome: { kind: 'canceled' } };
    case undefined:
      throw new BadInputError(
        `The result of task ${ref.taskId} has no outcome: set success, failure or canceled.`,
      );
  }
}

function decodeSuccess(success: {
  output: Uint8Array;
  contextAppend: Uint8Array;
}): TaskResult['outcome'] {
  try {
    const output = parseJson('output', success.output) ?? null;
    const append = parseJson('context_append', success.contextAppend) ?? null;
    if (append !== null && !isJsonObject(append))
      throw new BadInputError('context_append must be a JSON object.');
    return { kind: 'succeeded', output, contextAppend: append };
  } catch (error) {
    if (!(error instanceof BadInputError)) throw error;
    return { kind: 'failed', error: { code: 'BAD_OUTPUT', message: error.message, isFinal: true } };
  }
}

function decodeFailure(
  failure: WireFailure,
): Extract<TaskResult['outcome'], { kind: 'failed' }>['error'] {
  return {
    code: ERROR_CODE.test(failure.code) ? failure.code : 'JOB_FAILED',
    message:
      storable(failure.message).slice(0, ERROR_TEXT_MAX) || 'The job failed without a message.',
    ...decodeDetails(failure.details),
    ...(failure.stack ? { stack: storable(failure.stack).slice(0, ERROR_TEXT_MAX) } : {}),
    ...(failure.isFinal ? { isFinal: true } : {}),
  };
}

/** Details are a help for people: unreadable or too large ones are replaced by a remark, the failure itself stands. */
function decodeDetails(bytes: Uint8Array): { details?: Json } {
  if (bytes.length > DETAILS_BYTES_MAX)
    return {
      details: `(${bytes.length} bytes of details left out; at most ${DETAILS_BYTES_MAX} are kept)`,
    };
  try {
    const details = parseJson('details', bytes);
    return details === undefined ? {} : { details };
  } catch (error) {
    return { details: `(${messageOf(error)})` };
  }
}

/** A log line. Fields that are no JSON object are dropped; a message that is too long is cut. */
export function decodeLogLine(line: WireLogLine): WorkerLogLine {
  return {
    taskId: parseId('task', line.taskId),
    atMs: Number(line.atMs),
    seq: line.seq,
    level: LEVELS[line.level] ?? 'info',
    message: cut(storable(line.message)),
    fields: decodeFields(line.fields),
  };
}

function decodeFields(bytes: Uint8Array): JsonObject | null {
  if (bytes.length === 0 || bytes.length > LOG_MESSAGE_BYTES_MAX) return null;
  try {
    const fields = parseJson('fields', bytes);
    return isJsonObject(fields) ? fields : null;
  } catch {
    return null;
  }
}

/** Progress of one task, with the percentage between 0 and 100. */
export function decodeProgress(
  progress: WireProgress,
): TaskRef & { percent: number; message: string } {
  const percent = Number.isFinite(progress.percent) ? progress.percent : 0;
  return {
    ...decodeRef(progress.task),
    percent: Math.min(100, Math.max(0, percent)),
    message: storable(progress.message).slice(0, 500),
  };
}

/** JSON from bytes; undefined when there are none. @throws {BadInputError} naming the field and the reason. */
export function parseJson(field: string, bytes: Uint8Array): Json | undefined {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json;
  } catch (error) {
    throw new BadInputError(`${field} is not JSON in UTF-8: ${messageOf(error)}`);
  }
}

/** PostgreSQL's text cannot hold the character 0. */
function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}

/** Cuts a message to its bound in bytes, on a character boundary. */
function cut(message: string): string {
  if (message.length * 3 <= LOG_MESSAGE_BYTES_MAX) return message;
  const bytes = Buffer.from(message);
  if (bytes.length <= LOG_MESSAGE_BYTES_MAX) return message;
  return (
    bytes
      .subarray(0, LOG_MESSAGE_BYTES_MAX)
      .toString('utf8')
      .replace(/\uFFFD+$/, '') + '…'
  );
}
