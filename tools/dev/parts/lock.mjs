import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from './main.mjs';
import { ROOT } from './places.mjs';

const DIRECTORY = join(ROOT, '.heddle');
const FILE = join(DIRECTORY, 'work.lock');
/** Longest wait for another command of this checkout to install and build. */
const WAIT_MS_MAX = 15 * 60_000;
const POLL_MS = 200;

/** Runs `work` while no other command installs or builds in this checkout. A lock whose owner died is taken over. */
export async function exclusively(work) {
  mkdirSync(DIRECTORY, { recursive: true });
  const deadline = Date.now() + WAIT_MS_MAX;
  while (!tryLock()) {
    if (Date.now() > deadline)
      throw new Problem(
        `Another command has been installing or building here for too long: end it, or remove ${FILE}.`,
      );
    await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(FILE, { force: true });
  }
}

/** Linking a complete file means that nobody ever sees a lock without its owner. */
function tryLock() {
  const ticket = `${FILE}.${process.pid}`;
  try {
    writeFileSync(ticket, String(process.pid));
    linkSync(ticket, FILE);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(ticket, { force: true });
  }
  if (!isAlive(ownerOf())) rmSync(FILE, { force: true });
  return false;
}

function ownerOf() {
  try {
    return Number(readFileSync(FILE, 'utf8'));
  } catch {
    // Released meanwhile.
    return process.pid;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}
