import { CommanderError } from 'commander';
import { ApiError } from '@heddle/api-client';
import { HeddleError, messageOf } from '@heddle/kernel';

/** Exit codes of every command; scripts may rely on them. */
export const EXIT = {
  ok: 0,
  /** Something failed that has no code of its own. */
  failed: 1,
  /** The command line, a file or an input is wrong. */
  usage: 2,
  /** What was named does not exist. */
  notFound: 3,
  /** The API key is missing or may not do this. */
  denied: 4,
  /** No server or no database answers. */
  unavailable: 5,
  /** The followed run ended as failed. */
  runFailed: 10,
  /** The followed run was canceled. */
  runCanceled: 11,
} as const;

/** A mistake on the command line or in a file. */
export class UsageError extends Error {}

/** Ends the command with a code and nothing more to say. */
export class Exit extends Error {
  constructor(
    readonly code: number,
    message = '',
  ) {
    super(message);
  }
}

const CODES: Readonly<Record<string, number>> = {
  BAD_INPUT: EXIT.usage,
  VALIDATION_FAILED: EXIT.usage,
  UNAUTHENTICATED: EXIT.denied,
  FORBIDDEN: EXIT.denied,
  NOT_FOUND: EXIT.notFound,
  NETWORK: EXIT.unavailable,
  UNAVAILABLE: EXIT.unavailable,
};

/** The exit code for what a command threw. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Exit) return error.code;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof ApiError || error instanceof HeddleError)
    return CODES[error.code] ?? EXIT.failed;
  return EXIT.failed;
}

/** What to tell the person: one sentence, empty when commander or the command has told already. */
export function sentenceOf(error: unknown): string {
  if (error instanceof CommanderError) return '';
  if (error instanceof ApiError && error.code === 'UNAUTHENTICATED')
    return `${error.message} Set HEDDLE_API_KEY to a key from the Settings page of Studio.`;
  return messageOf(error);
}
