import { execFile } from 'node:child_process';
import {
  appendFile, chmod, chown, lstat, mkdir, mkdtemp, readFile, readdir, realpath, rename, rm, statfs, symlink,
} from 'node:fs/promises'; // prettier-ignore
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.js';
import { explainFailure } from './explain-failure.js';
import { LauncherError, fileError } from './launcher-error.js';
import { isRoot, userCan, type ServerUser } from './server-user.js';

const run = promisify(execFile);

/** Name of the database role and of the database. */
export const DATABASE_NAME = 'heddle';

/** An empty cluster takes 40 MB and its first write-ahead log 16 MB more; below this, initdb would fail half-way. */
const FREE_BYTES_MIN = 100_000_000;

/** Where root keeps a cluster when the server user cannot enter the wanted place (a checkout below a 0700 home). */
const SHARED_PLACE = '/var/lib/heddle';

/** Majors of the clusters below `dataDir`, newest first. */
export async function existingMajors(dataDir: string): Promise<number[]> {
  const names = await readdir(dataDir).catch((error) => {
    throw fileError('read', dataDir, error);
  });
  const majors = names.map((name) => Number(/^pg(\d+)$/.exec(name)?.[1] ?? 0));
  return majors.filter((major) => major > 0).sort((a, b) => b - a);
}

/** Directory of the cluster of one major version, links resolved; null when there is none. */
export async function clusterDirectory(dataDir: string, major: number): Promise<string | null> {
  const path = join(dataDir, `pg${major}`);
  const entry = await lstat(path).catch(() => null);
  if (!entry) return null;
  const directory = await realpath(path).catch((error) => {
    throw fileError('open the database directory', path, error);
  });
  return directory;
}

/**
 * Checks that a cluster is one, of this major, and gives it to its user with the mode PostgreSQL asks for.
 * @throws {LauncherError} when it is damaged, unreadable or of another major.
 */
export async function adoptDirectory(
  directory: string,
  major: number,
  user: ServerUser,
): Promise<void> {
  const file = join(directory, 'PG_VERSION');
  const version = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      throw new LauncherError(
        `${directory} is no database directory (it has no PG_VERSION): move it away, and Heddle makes a new one.`,
      );
    throw fileError('read', file, error);
  });
  if (Number(version.trim()) !== major)
    throw new LauncherError(
      `${directory} holds data of PostgreSQL ${version.trim()}, not ${major}: move it to pg${version.trim()} beside it.`,
    );
  await giveTo(directory, user);
  await chmod(directory, 0o700);
}

/** As root, files that were copied as root go to the server user. */
async function giveTo(directory: string, user: ServerUser): Promise<void> {
  if (!isRoot() || user.uid === undefined) return;
  const { uid } = await lstat(directory);
  if (uid === 0) await run('chown', ['-R', `${user.uid}:${user.gid}`, directory]);
}

/** What a new cluster is made with. */
export interface NewCluster {
  dataDir: string;
  binaries: Binaries;
  user: ServerUser;
  /** False only for databases that tests throw away. */
  isDurable: boolean;
  /** File with the password of the role, for loopback connections; null: none. */
  passwordFile: string | null;
}

/** Makes a cluster: complete at its final place, or not there at all. Returns its directory. */
export async function createCluster(options: NewCluster): Promise<string> {
  const { dataDir, binaries, user } = options;
  await assertFreeSpace(dataDir);
  const name = `pg${binaries.major}`;
  const place = await placeFor(dataDir, user);
  const prefix = place === dataDir ? `${name}-new-` : `${name}-`;
  const unfinished = await mkdtemp(join(place, prefix)).catch((error) => {
    throw fileError('create the database directory in', place, error);
  });
  try {
    if (user.uid !== undefined) await chown(unfinished, user.uid, user.gid ?? user.uid);
    await initialize(unfinished, options);
    if (place === dataDir) {
      await rename(unfinished, join(dataDir, name));
      return join(dataDir, name);
    }
    await symlink(unfinished, join(dataDir, name));
    return unfinished;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/** `dataDir` itself, or a shared place when the server user cannot enter it. */
async function placeFor(dataDir: string, user: ServerUser): Promise<string> {
  if (!isRoot() || userCan(user, 'x', dataDir)) return dataDir;
  const { mode, uid } = await lstat(dataDir);
  if (uid === 0) {
    // Often only this directory is closed, and it is ours: others may pass through, not look around.
    await chmod(dataDir, (mode & 0o777) | 0o011);
    if (userCan(user, 'x', dataDir)) return dataDir;
    await chmod(dataDir, mode & 0o777);
  }
  await mkdir(SHARED_PLACE, { recursive: true, mode: 0o755 }).catch((error) => {
    throw fileError('create', SHARED_PLACE, error);
  });
  return SHARED_PLACE;
}

async function assertFreeSpace(dataDir: string): Promise<void> {
  const { bavail, bsize } = await statfs(dataDir);
  if (bavail * bsize >= FREE_BYTES_MIN) return;
  throw new LauncherError(
    `The disk of ${dataDir} has ${Math.floor((bavail * bsize) / 1e6)} MB free, and a new database needs ${FREE_BYTES_MIN / 1e6} MB: ` +
      'free some space or choose another place with HEDDLE_DATA_DIR.',
  );
}

async function initialize(directory: string, options: NewCluster): Promise<void> {
  const { binaries, user, isDurable, passwordFile } = options;
  // Byte order with Unicode letter case, the same on every machine; older servers know only the system's locales.
  const locale =
    binaries.major >= 17
      ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
      : ['--locale=C'];
  const args = [
    '-D', directory, '-U', DATABASE_NAME, '-E', 'UTF8', ...locale, '--data-checksums',
    // The socket lies in a 0700 directory, so whoever reaches it may come in.
    '--auth-local=trust', '--auth-host=scram-sha-256', ...(isDurable ? [] : ['--no-sync']),
    ...(passwordFile === null ? [] : [`--pwfile=${passwordFile}`]),
  ]; // prettier-ignore
  await run(join(binaries.directory, 'initdb'), args, {
    ...user,
    cwd: '/',
    env: serverEnvironment(),
  }).catch((error: Error & { stderr?: string; stdout?: string }) => {
    throw explainFailure(`${error.stdout ?? ''}\n${error.stderr ?? error.message}`, directory);
  });
  await appendFile(join(directory, 'postgresql.conf'), settings(isDurable)).catch((error) => {
    throw fileError('write', join(directory, 'postgresql.conf'), error);
  });
}

/** Environment of PostgreSQL programs: nothing of the caller's PG* variables, messages in English so that they can be explained. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, TMPDIR, SystemRoot } = process.env;
  return { PATH, TMPDIR, SystemRoot, LC_ALL: 'C', TZ: 'UTC' };
}

/** Settings of a new cluster; a person may edit them in its postgresql.conf afterwards. */
function settings(isDurable: boolean): string {
  const onOff = isDurable ? 'on' : 'off';
  return `
# Heddle: written when this cluster was made; change what you like.
listen_addresses = ''
max_connections = 100
shared_buffers = 128MB
# A commit that was acknowledged survives a power cut.
fsync = ${onOff}
synchronous_commit = ${onOff}
full_page_writes = ${onOff}
# Rare checkpoints: after each one the first change of a page logs the whole page. Recovery still ends well within a minute.
checkpoint_timeout = 15min
max_wal_size = 2GB
# pglz costs more CPU per page than the bytes are worth on a local disk.
wal_compression = off
# Statements here are short; compiling them costs more than it saves.
jit = off
random_page_cost = 1.1
# The task and timer tables turn over fast.
autovacuum_naptime = 20s
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
`;
}

/** Removes what an interrupted initdb left behind. */
export async function removeUnfinished(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir))
    if (/^pg\d+-new-/.test(name)) await rm(join(dataDir, name), { recursive: true, force: true });
}
