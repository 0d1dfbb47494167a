import { HeddleError, messageOf } from '@heddle/kernel';

/** Why there is no database: one sentence for the person who typed the command. */
export class LauncherError extends HeddleError<'UNAVAILABLE'> {
  constructor(message: string, options?: { cause?: unknown }) {
    super('UNAVAILABLE', message, {}, options);
  }
}

/** Turns a failed file operation into a sentence that names the path and the way out. */
export function fileError(doing: string, path: string, error: unknown): LauncherError {
  const code = (error as NodeJS.ErrnoException).code;
  const reasons: Record<string, string> = {
    EACCES:
      'permission is denied; start Heddle as the user who owns it, or choose another place with HEDDLE_DATA_DIR',
    EPERM:
      'permission is denied; start Heddle as the user who owns it, or choose another place with HEDDLE_DATA_DIR',
    EROFS: 'the file system is read-only; choose another place with HEDDLE_DATA_DIR',
    ENOSPC: 'the disk is full; free some space and start again',
    EDQUOT: 'the disk quota is used up; free some space and start again',
    ENOTDIR:
      'a part of the path is a file and not a directory; move it away or set HEDDLE_DATA_DIR',
    EEXIST: 'a file with that name is in the way; move it away or set HEDDLE_DATA_DIR',
  };
  const reason = (code && reasons[code]) ?? messageOf(error);
  return new LauncherError(`Cannot ${doing} ${path}: ${reason}.`, { cause: error });
}
