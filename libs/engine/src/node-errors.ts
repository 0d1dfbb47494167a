import { sizeWithin, type ExpressionError } from '@heddle/expression';
import type { Json } from '@heddle/kernel';
import { ENGINE_LIMITS } from './limits.js';
import type { NodeError } from './node-type.js';

/**
 * An expression failure as a node's error: final, because the same values give the same failure.
 */
export function expressionFailure(error: ExpressionError): NodeError {
  const { start, end } = error.range;
  const place = error.path === '' ? '' : `${error.path}: `;
  const excerpt = error.source.slice(start, Math.min(end, start + 60));
  const at = excerpt === '' ? '' : ` (at ${start}–${end}: ${excerpt})`;
  return {
    code: 'EXPRESSION_FAILED',
    message: `${place}${error.message}${at}`,
    details: { path: error.path, range: { start, end }, reason: error.code },
    isFinal: true,
  };
}

/** The error of a node that was canceled. */
export function cancellation(message: string): NodeError {
  return { code: 'CANCELED', message };
}

/** An error as a worker sent it, cut to its bounds; an oversized `details` is left out. */
export function boundedError(error: NodeError): NodeError {
  const { errorCodeLengthMax, errorMessageLengthMax, errorStackLengthMax, errorDetailsSizeMax } =
    ENGINE_LIMITS;
  const bounded: NodeError = {
    code: error.code.slice(0, errorCodeLengthMax) || 'FAILED',
    message: error.message.slice(0, errorMessageLengthMax),
  };
  if (error.details !== undefined && sizeWithin(error.details, errorDetailsSizeMax) !== null) {
    bounded.details = error.details;
  }
  if (error.stack !== undefined) bounded.stack = error.stack.slice(0, errorStackLengthMax);
  if (error.isFinal) bounded.isFinal = true;
  return bounded;
}

/** What expressions see of an error: no stack. */
export function errorView(error: NodeError | null): Json {
  if (!error) return null;
  return { code: error.code, message: error.message, details: error.details ?? null };
}
