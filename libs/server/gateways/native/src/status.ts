import { status, type ServiceError } from '@grpc/grpc-js';
import { HeddleError, type ErrorCode } from '@heddle/kernel';

/** gRPC status of every refusal. */
const STATUS_OF = {
  BAD_INPUT: status.INVALID_ARGUMENT,
  VALIDATION_FAILED: status.INVALID_ARGUMENT,
  UNAUTHENTICATED: status.UNAUTHENTICATED,
  FORBIDDEN: status.PERMISSION_DENIED,
  NOT_FOUND: status.NOT_FOUND,
  CONFLICT: status.ABORTED,
  ILLEGAL_ACTION: status.FAILED_PRECONDITION,
  LEASE_LOST: status.FAILED_PRECONDITION,
  TOO_LARGE: status.RESOURCE_EXHAUSTED,
  TOO_MANY_REQUESTS: status.RESOURCE_EXHAUSTED,
  UNAVAILABLE: status.UNAVAILABLE,
} as const satisfies Record<ErrorCode, status>;

/** Why a stream ends: what gRPC sends to the worker. */
export type StreamEnd = Pick<ServiceError, 'code' | 'details'>;

/** The status for a thrown thing. What is no refusal is a fault of the server, and its text stays here. */
export function statusOf(error: unknown): StreamEnd {
  if (error instanceof HeddleError)
    return { code: STATUS_OF[error.code as ErrorCode], details: error.message };
  return {
    code: status.INTERNAL,
    details: 'The server failed to handle this message; see its log.',
  };
}
