import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { messageOf } from '@heddle/kernel';
import { OLDEST_MAJOR } from './binaries.js';
import { DATABASE_NAME } from './data-directory.js';
import { LauncherError } from './launcher-error.js';

/** Longest wait for "ready to accept connections"; crash recovery replays at most `max_wal_size`. */
const READY_MS_MAX = 60_000;
const POLL_MS = 40;
/** Longest wait for the answer of one connection attempt. */
const CONNECT_MS_MAX = 10_000;

/** Where a server listens: a socket directory, or a port of this machine with a password. */
export interface Address {
  port: number;
  /** Empty: loopback. */
  socketDirectory: string;
  password: string | null;
}

/** Connection URL that libpq and `pg` read alike. */
export function urlOf(address: Address, database = DATABASE_NAME): string {
  if (address.socketDirectory === '')
    return `postgresql://${DATABASE_NAME}:${address.password ?? ''}@127.0.0.1:${address.port}/${database}`;
  // Both let the parameter win over the host in front of the path.
  return `postgresql://${DATABASE_NAME}@localhost:${address.port}/${database}?host=${encodeURIComponent(address.socketDirectory)}`;
}

/**
 * Waits until the server takes connections. `hasEnded` tells that waiting is in vain.
 * @throws {LauncherError} after a minute, or when it ended.
 */
export async function waitUntilReady(
  address: Address,
  directory: string,
  hasEnded: () => boolean,
): Promise<void> {
  const deadline = Date.now() + READY_MS_MAX;
  let last = 'no answer';
  while (!hasEnded()) {
    try {
      await query(urlOf(address, 'postgres'), 'select 1');
      return;
    } catch (error) {
      last = messageOf(error);
    }
    if (Date.now() > deadline)
      throw new LauncherError(
        `The database in ${directory} does not take connections after ${READY_MS_MAX / 1000} s (${last}): ` +
          'it may still be recovering from a crash; see its log, and start again in a while.',
      );
    await delay(POLL_MS);
  }
  throw new LauncherError(`The database in ${directory} ended while it was starting.`);
}

/** Creates Heddle's database in a new cluster; an existing one is left alone. */
export async function createDatabase(address: Address): Promise<void> {
  const url = urlOf(address, 'postgres');
  const { rowCount } = await query(
    url,
    `select from pg_database where datname = '${DATABASE_NAME}'`,
  );
  if (rowCount === 0) await query(url, `create database ${DATABASE_NAME}`);
}

/** One statement on a connection of its own. */
async function query(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS_MAX });
  // The server may end while the connection is idle; the next query tells.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Checks a database that somebody else runs: reachable, and new enough.
 * @throws {LauncherError} without the password that the URL may hold.
 */
export async function checkExternal(url: string): Promise<void> {
  const place = describe(url);
  const result = await query(url, 'show server_version_num').catch((error: { code?: string }) => {
    throw new LauncherError(
      `The database ${place} of DATABASE_URL cannot be used: ${reason(error)}.`,
      { cause: error },
    );
  });
  const { server_version_num: version } = result.rows[0] as { server_version_num: string };
  if (Number(version) >= OLDEST_MAJOR * 10_000) return;
  throw new LauncherError(
    `The database ${place} of DATABASE_URL is PostgreSQL ${Math.floor(Number(version) / 10_000)}; Heddle needs ${OLDEST_MAJOR} or newer.`,
  );
}

function describe(text: string): string {
  try {
    const url = new URL(text);
    if (!/^postgres(ql)?:$/.test(url.protocol)) throw new LauncherError(notAUrl(url.protocol));
    return `${url.pathname.slice(1) || '(no name)'} at ${url.searchParams.get('host') ?? url.host}`;
  } catch (error) {
    if (error instanceof LauncherError) throw error;
    throw new LauncherError(notAUrl('something else'));
  }
}

function notAUrl(found: string): string {
  return `DATABASE_URL must look like postgresql://user:password@host:5432/database, but it begins with ${found}.`;
}

function reason(error: { code?: string }): string {
  const reasons: Record<string, string> = {
    ECONNREFUSED: 'nothing listens there; start PostgreSQL or correct the address',
    ENOTFOUND: 'its host name is unknown; correct the address',
    EAI_AGAIN: 'its host name cannot be looked up; check the network',
    ETIMEDOUT: 'it does not answer; check the address and the firewall',
    ENOENT: 'there is no such socket; start PostgreSQL or correct the address',
    '3D000': 'that database does not exist; create it with "createdb"',
    '28P01': 'user name or password is wrong',
    '28000': 'the server does not let this user in; see its pg_hba.conf',
    '57P03': 'the server is starting up; try again in a while',
    '53300': 'the server has no connection left; raise max_connections',
  };
  return (error.code && reasons[error.code]) || messageOf(error) || 'it does not answer';
}
