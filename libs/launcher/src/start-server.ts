import { spawn, type ChildProcess } from 'node:child_process';
import { chown, mkdir, mkdtemp, open, rename, stat, type FileHandle } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@heddle/kernel';
import type { Binaries } from './binaries.js';
import { waitUntilReady, type Address } from './connection.js';
import { serverEnvironment } from './data-directory.js';
import { explainFailure } from './explain-failure.js';
import { fileError } from './launcher-error.js';
import type { RunningServer } from './running-server.js';
import type { ServerUser } from './server-user.js';

/** Part of the socket's name; no TCP port is opened on Unix. */
const SOCKET_PORT = 5432;
/** Longest path of a Unix socket that every kernel takes, in bytes. */
const SOCKET_PATH_BYTES_MAX = 107;
/** Longest wait for backends of a killed server: they end once they notice, which is when their statement ends. */
const LINGER_MS_MAX = 30_000;
const RETRY_MS = 200;
/** A longer log is put aside at the next start. */
const LOG_BYTES_MAX = 10_000_000;
/** How much of the log is read to explain a failure. */
const LOG_TAIL_BYTES = 20_000;

/** What a start needs. */
export interface StartOptions {
  binaries: Binaries;
  directory: string;
  user: ServerUser;
  logFile: string;
  /** Null: a Unix socket, which needs none. Else the server listens on a port of this machine. */
  password: string | null;
}

/**
 * Starts a server, detached, and waits until it takes connections.
 * @throws {LauncherError} with the cause from its log.
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const address = await addressFor(options);
  const deadline = Date.now() + LINGER_MS_MAX;
  for (;;) {
    const attempt = await tryStart(options, address);
    if (typeof attempt !== 'string') return attempt;
    // Until the backends of a killed server notice, they hold its shared memory.
    const isLingering = /pre-existing shared memory block/.test(attempt);
    if (!isLingering || Date.now() > deadline) throw explainFailure(attempt, options.directory);
    await delay(RETRY_MS);
  }
}

/** One start; a string is what PostgreSQL wrote before it ended. */
async function tryStart(options: StartOptions, address: Address): Promise<RunningServer | string> {
  const { binaries, directory, user, logFile } = options;
  const log = await openLog(logFile, user);
  const logStart = (await log.stat()).size;
  const program = join(binaries.directory, 'postgres');
  const child = spawn(program, ['-D', directory, ...listenArguments(address)], {
    ...user,
    cwd: '/',
    detached: true,
    env: serverEnvironment(),
    stdio: ['ignore', log.fd, log.fd],
  });
  const ending = watch(child);
  await log.close();
  try {
    await waitUntilReady(address, directory, () => ending.hasEnded);
  } catch (error) {
    if (!ending.hasEnded) throw error;
    return ending.error ?? (await logSince(logFile, logStart));
  }
  child.unref();
  return { pid: child.pid as number, address };
}

function listenArguments({ port, socketDirectory }: Address): string[] {
  const host = socketDirectory === '' ? '127.0.0.1' : '';
  return ['-h', host, '-k', socketDirectory, '-p', String(port)];
}

/** The socket lies in the data directory, which only its user can enter, or in a short temporary one when its path is too long. */
async function addressFor({ directory, user, password }: StartOptions): Promise<Address> {
  if (password !== null) return { port: await freePort(), socketDirectory: '', password };
  if (fits(directory)) return { port: SOCKET_PORT, socketDirectory: directory, password };
  const root = fits(join(tmpdir(), 'heddle-123456')) ? tmpdir() : '/tmp';
  const socketDirectory = await mkdtemp(join(root, 'heddle-')).catch((error) => {
    throw fileError('create a directory for the database socket in', root, error);
  });
  if (user.uid !== undefined) await chown(socketDirectory, user.uid, user.gid ?? user.uid);
  return { port: SOCKET_PORT, socketDirectory, password };
}

function fits(directory: string): boolean {
  return Buffer.byteLength(join(directory, `.s.PGSQL.${SOCKET_PORT}`)) <= SOCKET_PATH_BYTES_MAX;
}

/** A port of this machine that nobody uses at the moment. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Whether the child has ended, and the error when it could not even begin. */
function watch(child: ChildProcess): { hasEnded: boolean; error: string | null } {
  const ending = { hasEnded: false, error: null as string | null };
  child.once('exit', () => (ending.hasEnded = true));
  child.once('error', (error) => {
    ending.hasEnded = true;
    ending.error = messageOf(error);
  });
  return ending;
}

async function openLog(path: string, user: ServerUser): Promise<FileHandle> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const size = await stat(path).then(
      (file) => file.size,
      () => 0,
    );
    if (size > LOG_BYTES_MAX) await rename(path, `${path}.1`);
    const log = await open(path, 'a', 0o640);
    // So that the same user can go on with it when root started the database first.
    if (user.uid !== undefined) await log.chown(user.uid, user.gid ?? user.uid);
    return log;
  } catch (error) {
    throw fileError('write the database log', path, error);
  }
}

/** What was written to the log from a position on, at most its tail. */
async function logSince(path: string, start: number): Promise<string> {
  const log = await open(path, 'r');
  try {
    const { size } = await log.stat();
    const from = Math.max(start, size - LOG_TAIL_BYTES);
    const buffer = Buffer.alloc(Math.max(0, size - from));
    await log.read(buffer, 0, buffer.length, from);
    return buffer.toString('utf8');
  } finally {
    await log.close();
  }
}
