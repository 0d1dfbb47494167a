import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LauncherError, fileError } from './launcher-error.js';

/** Longest wait for another launcher: it may be waiting for a crash recovery itself. */
const LOCK_MS_MAX = 90_000;
const POLL_MS = 50;

/** Runs `work` while no other launcher works on the same data directory. A lock whose owner died is taken over. */
export async function withStartLock<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  const path = join(dataDir, 'launcher.lock');
  const deadline = Date.now() + LOCK_MS_MAX;
  while (!(await tryLock(path))) {
    if (Date.now() > deadline)
      throw new LauncherError(
        `Another start of Heddle has been working on ${dataDir} for over ${LOCK_MS_MAX / 1000} s: end it, or remove ${path}.`,
      );
    await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryLock(path: string): Promise<boolean> {
  // Linking a complete file means that nobody ever sees a lock without its owner.
  const ticket = `${path}.${process.pid}-${randomUUID()}`;
  try {
    await writeFile(ticket, String(process.pid));
    await link(ticket, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileError('write', path, error);
  } finally {
    await rm(ticket, { force: true });
  }
  const owner = Number(await readFile(path, 'utf8').catch(() => ''));
  if (owner > 0 && !isAlive(owner)) await rm(path, { force: true });
  return false;
}

/** Whether a process with this number exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
