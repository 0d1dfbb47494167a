import type { ApiErrorCode } from '@heddle/studio-data';

/** The shared message of each error code; a new code without a message does not compile. */
export const ERROR_KEYS = {
  BAD_INPUT: 'error.BAD_INPUT',
  VALIDATION_FAILED: 'error.VALIDATION_FAILED',
  UNAUTHENTICATED: 'error.UNAUTHENTICATED',
  FORBIDDEN: 'error.FORBIDDEN',
  NOT_FOUND: 'error.NOT_FOUND',
  CONFLICT: 'error.CONFLICT',
  ILLEGAL_ACTION: 'error.ILLEGAL_ACTION',
  LEASE_LOST: 'error.LEASE_LOST',
  TOO_LARGE: 'error.TOO_LARGE',
  TOO_MANY_REQUESTS: 'error.TOO_MANY_REQUESTS',
  UNAVAILABLE: 'error.UNAVAILABLE',
  NETWORK: 'error.NETWORK',
  INTERNAL: 'error.INTERNAL',
} as const satisfies Record<ApiErrorCode, string>;
