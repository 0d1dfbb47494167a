import { readFile, stat } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { LauncherError } from './launcher-error.js';

/** Who the PostgreSQL processes run as. Empty: the user of this process. */
export interface ServerUser {
  uid?: number;
  gid?: number;
}

/** PostgreSQL refuses to run as root, so root lends it one of these. */
const STAND_INS = ['postgres', '_postgres', 'nobody'];

/** Whether this process is root on a system that knows users. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * The user for a data directory: its owner when root finds one, else `postgres` or `nobody` for root, else the current user.
 * @throws {LauncherError} when the directory belongs to somebody else, or root finds no user to lend.
 */
export async function serverUserFor(dataDirectory: string | null): Promise<ServerUser> {
  const uid = process.getuid?.();
  if (uid === undefined) return {};
  const owner = dataDirectory === null ? null : await stat(dataDirectory);
  if (uid !== 0) {
    if (owner && owner.uid !== uid)
      throw new LauncherError(
        `The database directory ${dataDirectory} belongs to the user with id ${owner.uid}, but Heddle runs as ${uid}: ` +
          `start it as the same user as before, or run "sudo chown -R ${uid} ${dataDirectory}".`,
      );
    return {};
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return standIn();
}

/** Whether the user can run, read or enter a path; asks the system by running a shell as that user. */
export function userCan(user: ServerUser, flag: 'r' | 'w' | 'x', path: string): boolean {
  const test = spawnSync('/bin/sh', ['-c', `test -${flag} "$1"`, 'sh', path], {
    ...user,
    cwd: '/',
  });
  return test.status === 0;
}

async function standIn(): Promise<ServerUser> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of STAND_INS) {
    const entry = lines.find((fields) => fields[0] === name);
    if (entry) return { uid: Number(entry[2]) >>> 0, gid: Number(entry[3]) >>> 0 };
  }
  throw new LauncherError(
    'PostgreSQL does not run as root, and this machine has no user "postgres" or "nobody" to lend it: start Heddle as an ordinary user.',
  );
}
