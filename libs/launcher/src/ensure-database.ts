import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findBinaries, type Binaries } from './binaries.js';
import { checkExternal, createDatabase, urlOf } from './connection.js';
import {
  adoptDirectory,
  clusterDirectory,
  createCluster,
  existingMajors,
  removeUnfinished,
} from './data-directory.js';
import { LauncherError, fileError } from './launcher-error.js';
import { processState } from './pid-file.js';
import { findRunning, stopServer, type RunningServer } from './running-server.js';
import { serverUserFor, type ServerUser } from './server-user.js';
import { isAlive, withStartLock } from './start-lock.js';
import { startServer } from './start-server.js';

/** `external`: yours, by URL. `embedded`: the programs npm brought. `system`: an installed PostgreSQL. */
export type DatabaseKind = 'external' | 'embedded' | 'system';

/** Where the database is, or where one may be made. */
export interface EnsureDatabaseOptions {
  /** Directory for everything Heddle keeps; the cluster of major version N is `pgN` in it. Made when absent. */
  dataDir: string;
  /** A running database to use instead. Empty counts as absent. */
  databaseUrl?: string | undefined;
  /** False: commits may be lost in a crash. Only for databases that tests throw away. Default true. */
  isDurable?: boolean;
  /** Default: a Unix socket, and on Windows a loopback port with a password. */
  transport?: 'socket' | 'loopback';
  /** Directory with `bin/` to use instead of the npm package's; null: only the system's programs. */
  embeddedDirectory?: string | null;
}

/** A database that takes connections. */
export interface Database {
  url: string;
  kind: DatabaseKind;
  /** Log of the server; null for an external one. */
  logFile: string | null;
  /** Whether its process is alive; true for an external one, which nobody here looks after. */
  isRunning(): boolean;
  /**
   * Ends the server when this launcher started it, or found it left behind by a launcher that died; else does nothing.
   * Close connections first: open transactions are rolled back.
   */
  stop(): Promise<void>;
}

/**
 * Finds or starts the database: `databaseUrl`, a server that already runs on `dataDir`, or a new one with the programs of npm
 * or of the system. Safe to call from several processes at once.
 * @throws {LauncherError} one clear sentence.
 */
export async function ensureDatabase(options: EnsureDatabaseOptions): Promise<Database> {
  if (options.databaseUrl) {
    await checkExternal(options.databaseUrl);
    return {
      url: options.databaseUrl,
      kind: 'external',
      logFile: null,
      isRunning: () => true,
      stop: async () => {},
    };
  }
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true }).catch((error) => {
    throw fileError('create the data directory', dataDir, error);
  });
  return withStartLock(dataDir, () => launch({ ...options, dataDir }));
}

/** A cluster that is ready to be started. */
interface Cluster {
  directory: string;
  binaries: Binaries;
  user: ServerUser;
  password: string | null;
}

async function launch(options: EnsureDatabaseOptions): Promise<Database> {
  const { dataDir } = options;
  await removeUnfinished(dataDir);
  const cluster = await prepareCluster(options);
  const logFile = join(dataDir, 'logs', 'postgres.log');
  const running = await findRunning(cluster.directory, cluster.password);
  const server = running ?? (await startServer({ ...cluster, logFile }));
  await createDatabase(server.address);
  const isOurs = await claim(dataDir, server, !running);
  return {
    url: urlOf(server.address),
    kind: cluster.binaries.kind,
    logFile,
    isRunning: () => processState(server.pid, cluster.directory) === 'postgres',
    stop: async () => {
      if (isOurs) await stopServer(server, cluster.directory);
    },
  };
}

async function prepareCluster(options: EnsureDatabaseOptions): Promise<Cluster> {
  const { dataDir } = options;
  const majors = await existingMajors(dataDir);
  const newest = majors[0] === undefined ? null : await clusterDirectory(dataDir, majors[0]);
  const user = await serverUserFor(newest);
  const found = await findBinaries({
    user,
    copyTo: join(dataDir, 'programs'),
    embeddedDirectory: options.embeddedDirectory,
  });
  if (newest === null) return newCluster(options, found[0] as Binaries, user);
  const binaries = found.find((candidate) => majors.includes(candidate.major));
  if (!binaries) throw noProgramsFor(dataDir, majors[0] as number, found);
  const directory = (await clusterDirectory(dataDir, binaries.major)) as string;
  const owner = await serverUserFor(directory);
  await adoptDirectory(directory, binaries.major, owner);
  const password = await passwordFor(options, owner);
  return { directory, binaries, user: owner, password };
}

async function newCluster(
  options: EnsureDatabaseOptions,
  binaries: Binaries,
  user: ServerUser,
): Promise<Cluster> {
  const password = await passwordFor(options, user);
  const passwordFile = password === null ? null : passwordPath(options.dataDir);
  const isDurable = options.isDurable ?? true;
  const directory = await createCluster({
    dataDir: options.dataDir,
    binaries,
    user,
    isDurable,
    passwordFile,
  });
  return { directory, binaries, user, password };
}

function noProgramsFor(dataDir: string, major: number, found: Binaries[]): LauncherError {
  const majors = [...new Set(found.map((one) => one.major))].join(' and ');
  return new LauncherError(
    `The data in ${join(dataDir, `pg${major}`)} needs PostgreSQL ${major}, but only ${majors} can be run here: ` +
      `install PostgreSQL ${major}, or move that directory away to begin anew.`,
  );
}

function passwordPath(dataDir: string): string {
  return join(dataDir, 'database-password');
}

/** The password of loopback connections, made once; null with a socket. */
async function passwordFor(
  { dataDir, transport }: EnsureDatabaseOptions,
  user: ServerUser,
): Promise<string | null> {
  const usesLoopback = transport ? transport === 'loopback' : process.platform === 'win32';
  if (!usesLoopback) return null;
  const path = passwordPath(dataDir);
  const known = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw fileError('read', path, error);
  });
  if (known) return known;
  const password = randomBytes(24).toString('hex');
  await writeFile(path, password, { mode: 0o600 });
  if (user.uid !== undefined) await chown(path, user.uid, user.gid ?? user.uid);
  return password;
}

/**
 * Whether this process is the one that ends the server: it started it, or whoever did is gone. Kept in a file, so that a
 * server left behind by a crash is ended by the next one, and two processes do not end it under each other.
 */
async function claim(dataDir: string, server: RunningServer, isNew: boolean): Promise<boolean> {
  const path = join(dataDir, 'database-owner');
  const text = isNew ? '' : await readFile(path, 'utf8').catch(() => '');
  const [owner, serverPid] = text.split(' ').map(Number);
  const isOrphan = serverPid === server.pid && owner !== undefined && !isAlive(owner);
  if (!isNew && !isOrphan) return false;
  await writeFile(path, `${process.pid} ${server.pid}`);
  return true;
}
