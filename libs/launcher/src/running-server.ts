import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntilReady, type Address } from './connection.js';
import { LauncherError } from './launcher-error.js';
import { markDead, processState, readPidFile, type PidFile } from './pid-file.js';

/** Longest wait for a killed server to be reaped; with no init process to do it, it stays a zombie for ever. */
const ZOMBIE_MS_MAX = 5_000;
/** Longest wait for a server that is ending: it writes a last checkpoint. */
const STOP_MS_MAX = 60_000;
const POLL_MS = 40;

/** A server that takes connections. */
export interface RunningServer {
  pid: number;
  address: Address;
}

/**
 * The server that already runs on a directory, once it takes connections; null when a new one may be started. One that is
 * ending, or was killed and is not gone yet, is waited for.
 */
export async function findRunning(
  directory: string,
  password: string | null,
): Promise<RunningServer | null> {
  const since = Date.now();
  for (;;) {
    const file = await readPidFile(directory);
    const state = file ? processState(file.pid, directory) : 'gone';
    if (!file || state === 'gone') return null;
    const waitedMs = Date.now() - since;
    if (state === 'other' || (state === 'zombie' && waitedMs > ZOMBIE_MS_MAX)) {
      await markDead(directory);
      return null;
    }
    if (state === 'postgres' && isListening(file)) return adopt(file, directory, password);
    if (waitedMs > STOP_MS_MAX)
      throw new LauncherError(
        `The database process ${file.pid} of ${directory} neither runs nor ends: stop it with "kill -9 ${file.pid}" and start again.`,
      );
    await delay(POLL_MS);
  }
}

/** Ends a server: open transactions are rolled back, data is flushed. Resolves when its process is gone. */
export async function stopServer(server: RunningServer, directory: string): Promise<void> {
  if (processState(server.pid, directory) === 'postgres') process.kill(server.pid, 'SIGINT');
  const deadline = Date.now() + STOP_MS_MAX;
  while (processState(server.pid, directory) === 'postgres') {
    if (Date.now() > deadline)
      throw new LauncherError(
        `The database process ${server.pid} did not end within ${STOP_MS_MAX / 1000} s; it goes on ending by itself.`,
      );
    await delay(POLL_MS);
  }
  const { socketDirectory } = server.address;
  const isTemporary = socketDirectory !== '' && socketDirectory !== directory;
  if (isTemporary) await rm(socketDirectory, { recursive: true, force: true });
}

/** The port and the place are written before the status; a server that is ending takes no connections. */
function isListening(file: PidFile): boolean {
  return file.port > 0 && file.status !== '' && file.status !== 'stopping';
}

async function adopt(
  { pid, port, socketDirectory }: PidFile,
  directory: string,
  password: string | null,
): Promise<RunningServer> {
  const address = { port, socketDirectory, password };
  await waitUntilReady(address, directory, () => processState(pid, directory) !== 'postgres');
  return { pid, address };
}
