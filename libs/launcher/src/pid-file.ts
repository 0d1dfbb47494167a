import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileError } from './launcher-error.js';

/** `postmaster.pid`, as PostgreSQL writes it while it runs. */
export interface PidFile {
  pid: number;
  port: number;
  /** Empty until the server listens, and when it listens on no socket. */
  socketDirectory: string;
  /** `starting`, `ready`, `standby`, `stopping`, or empty while it begins. */
  status: string;
}

/**
 * What the process named in a pid file is by now. `zombie`: killed, and not yet reaped by its parent.
 * `other`: the number was given to a process that has nothing to do with this directory.
 */
export type ProcessState = 'postgres' | 'zombie' | 'other' | 'gone';

/** The pid file of a data directory; null when there is none or it is not yet written. */
export async function readPidFile(directory: string): Promise<PidFile | null> {
  const path = join(directory, 'postmaster.pid');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw fileError('read', path, error);
  });
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return {
    pid,
    port: Number(lines[3] ?? 0),
    socketDirectory: lines[4] ?? '',
    status: lines[7] ?? '',
  };
}

/**
 * Makes PostgreSQL see that the server of this pid file is dead although its number is taken. The rest of the file stays:
 * it names the shared memory by which PostgreSQL finds out whether backends of that server still live.
 */
export async function markDead(directory: string): Promise<void> {
  const path = join(directory, 'postmaster.pid');
  const lines = (await readFile(path, 'utf8')).split('\n');
  // The number of a process that ended this instant belongs to nobody.
  lines[0] = String(spawnSync('true').pid);
  await writeFile(path, lines.join('\n'));
}

/** What runs under a process number, seen from a data directory. */
export function processState(pid: number, directory: string): ProcessState {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone';
  }
  return process.platform === 'linux' ? stateFromProc(pid, directory) : stateFromPs(pid);
}

function stateFromProc(pid: number, directory: string): ProcessState {
  const stat = readProc(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === null) return 'gone';
  // The state follows the command in parentheses, which may itself hold parentheses.
  if (/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))) return 'zombie';
  const program =
    readProc(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))?.split('\0')[0] ?? '';
  if (!isPostgres(program)) return 'other';
  const workingDirectory = readProc(() => readlinkSync(`/proc/${pid}/cwd`));
  return workingDirectory === null || [directory, '/'].includes(workingDirectory)
    ? 'postgres'
    : 'other';
}

function stateFromPs(pid: number): ProcessState {
  if (process.platform === 'win32') return 'postgres';
  const answer = spawnSync('ps', ['-o', 'state=,comm=', '-p', String(pid)], { encoding: 'utf8' });
  const [state, ...program] = (answer.stdout ?? '').trim().split(/\s+/);
  if (!state) return 'gone';
  if (state.startsWith('Z')) return 'zombie';
  return isPostgres(program.join(' ')) ? 'postgres' : 'other';
}

function isPostgres(program: string): boolean {
  return basename(program).startsWith('postgres');
}

/** Null when the process ended meanwhile or belongs to somebody else. */
function readProc(read: () => string): string | null {
  try {
    return read();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(code)) return null;
    throw error;
  }
}
