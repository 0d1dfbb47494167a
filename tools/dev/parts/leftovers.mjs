import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DATA_DIR } from './places.mjs';

const FILE = join(DATA_DIR, 'processes.json');
/** Longest wait for a process to end before it is killed. */
const END_MS_MAX = 5_000;
const POLL_MS = 50;

/** Notes the processes of this start, so that the next one finds them should this one be killed. */
export function noteProcesses(children) {
  mkdirSync(DATA_DIR, { recursive: true });
  writeFileSync(FILE, JSON.stringify({ starter: process.pid, children }));
}

/** Ends server and workers that a killed start left behind: they hold the ports. Returns how many there were. */
export async function endLeftovers() {
  if (!existsSync(FILE)) return 0;
  const noted = readNote();
  if (
    !noted ||
    (noted.starter !== process.pid && runs({ pid: noted.starter, script: 'start.mjs' }))
  )
    return 0;
  const left = noted.children.filter(runs);
  for (const { pid } of left) signal(pid, 'SIGTERM');
  const deadline = Date.now() + END_MS_MAX;
  while (left.some(runs) && Date.now() < deadline) await delay(POLL_MS);
  for (const child of left.filter(runs)) signal(child.pid, 'SIGKILL');
  while (left.some(runs) && Date.now() < deadline + END_MS_MAX) await delay(POLL_MS);
  return left.length;
}

function readNote() {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'));
  } catch {
    // Half written when the machine went down: then nothing of it runs any more.
    return null;
  }
}

/** Whether the process still runs and is the one that was noted: numbers are given out again. */
function runs({ pid, script }) {
  try {
    process.kill(pid, 0);
    return commandOf(pid).includes(script);
  } catch {
    return false;
  }
}

/** The command line of a process. Small Linux images have no `ps`, so /proc is read there. */
function commandOf(pid) {
  if (process.platform === 'linux') {
    // A zombie has an empty command line: it holds nothing any more.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  }
  return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}
