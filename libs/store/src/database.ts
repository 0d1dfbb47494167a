import 'reflect-metadata';
import { Pool, types, type PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { HeddleError, messageOf } from '@heddle/kernel';
import { ENTITIES } from './entities/index.js';
import { makePartitions } from './partitions.js';
import { MIGRATIONS } from './migrations/index.js';

/** Connections of one server for statements outside TypeORM, the pipeline's aside. */
const POOL_SIZE_MAX = 12;
/** The pipeline has one commit in flight, and reads for the next batch beside it. */
const PIPELINE_POOL_SIZE_MAX = 3;
/**
 * The pipeline's statements are prepared once and must be fast at every size of their tables: one plan for all parameters (planning
 * a batch anew each time takes longer than its commit), and always by index. A plan made while a table was small would read
 * all of it later.
 * @see https://www.postgresql.org/docs/15/runtime-config-query.html
 */
const PIPELINE_OPTIONS =
  '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off';
/** How long a caller waits for a free connection before it is told that the database is not available. */
const CONNECT_TIMEOUT_MS = 10_000;
/** A statement without an answer for so long is given up with its connection; nothing of ours takes this long. */
const QUERY_TIMEOUT_MS = 60_000;
/** Two servers that migrate at the same moment take turns under this advisory lock (an arbitrary constant of ours). */
const MIGRATION_LOCK = 8_420_001;

// `json` columns are parsed by the reader that wants them as text or value; this is the driver's default, named here
// because the stores rely on it.
types.setTypeParser(types.builtins.JSON, (text) => JSON.parse(text) as unknown);

/** One statement with its values. A `name` makes it a prepared statement of the connection. */
export interface Statement {
  name?: string;
  text: string;
  values?: unknown[];
}

/** What runs statements: the pool, or one transaction. */
export interface Sql {
  rows<Row>(statement: Statement): Promise<Row[]>;
}

function newPool(url: string, max: number, options?: string): Pool {
  const pool = new Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    query_timeout: QUERY_TIMEOUT_MS,
    ...(options ? { options } : {}),
  });
  // A connection that dies while idle (a restarted database) must not end the process; the next use opens another.
  pool.on('error', () => undefined);
  return pool;
}

/** Statements and transactions on a pool. */
export class PooledSql implements Sql {
  constructor(readonly pool: Pool) {}

  async rows<Row>(statement: Statement): Promise<Row[]> {
    return (await this.pool.query(statement)).rows as Row[];
  }

  /** Runs `work` in one transaction; any throw rolls it back and is passed on. */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    // While checked out, a connection that dies reports it here too; without a listener that would end the process.
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    try {
      await client.query('begin');
      const result = await work(sqlOf(client));
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch((e: Error) => (broken = e));
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }
}

/** The connection to PostgreSQL: a pool for hand-written SQL and TypeORM's data source for plain records. */
export class Database extends PooledSql {
  private constructor(
    pool: Pool,
    readonly source: DataSource,
    /** Connections of their own for the pipeline, which nobody else can use up. */
    readonly pipeline: PooledSql,
  ) {
    super(pool);
  }

  /**
   * @param url `postgres://…`; a unix socket directory goes into the `host` query parameter.
   * @throws {HeddleError} `UNAVAILABLE` when no connection can be made; the message says why, without the password.
   */
  static async open(url: string): Promise<Database> {
    const pool = newPool(url, POOL_SIZE_MAX);
    const pipeline = newPool(url, PIPELINE_POOL_SIZE_MAX, PIPELINE_OPTIONS);
    const source = new DataSource({
      type: 'postgres',
      url,
      entities: ENTITIES,
      migrations: MIGRATIONS,
      migrationsTransactionMode: 'each',
      extra: { max: 6, connectionTimeoutMillis: CONNECT_TIMEOUT_MS },
      poolErrorHandler: () => undefined,
      installExtensions: false,
    });
    try {
      await source.initialize();
    } catch (error) {
      await Promise.all([pool.end(), pipeline.end()]);
      throw new HeddleError(
        'UNAVAILABLE',
        `No connection to PostgreSQL: ${messageOf(error)}. Check DATABASE_URL, and that the database is running.`,
      );
    }
    return new Database(pool, source, new PooledSql(pipeline));
  }

  /** Brings the schema up to date. Safe to call from several servers at once. */
  async migrate(): Promise<number> {
    const client = await this.pool.connect();
    try {
      await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
      const count = (await this.source.runMigrations()).length;
      await makePartitions(this, 1);
      return count;
    } finally {
      await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
      client.release();
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.pipeline.pool.end(), this.source.destroy()]);
  }
}

function sqlOf(client: PoolClient): Sql {
  return {
    rows: async <Row>(statement: Statement) => (await client.query(statement)).rows as Row[],
  };
}

/** Opens, migrates and closes again. @returns how many migrations ran. */
export async function migrate(url: string): Promise<number> {
  const database = await Database.open(url);
  try {
    return await database.migrate();
  } finally {
    await database.close();
  }
}

/**
 * True for errors that pass: the connection is gone, the database restarts, is full, or broke a deadlock. The same
 * transaction may be tried again.
 * @see https://www.postgresql.org/docs/15/errcodes-appendix.html
 */
export function isTransient(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string') return /^(08|53|57P0|40)/.test(code) || SOCKET_ERRORS.has(code);
  return /Connection terminated|timeout exceeded when trying to connect|Query read timeout|connection error and is not queryable/.test(
    messageOf(error),
  );
}

const SOCKET_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT']);

/** True when a unique constraint or index of this name refused the statement. */
export function isUniqueViolation(error: unknown, constraint: string): boolean {
  const e = error as { code?: unknown; constraint?: unknown; driverError?: unknown } | null;
  if (e?.driverError) return isUniqueViolation(e.driverError, constraint);
  return e?.code === '23505' && e.constraint === constraint;
}

/**
 * True when a batch collided with another server's: the step of a run, or an idempotency key, is taken. The runs have to be
 * read again.
 */
export function isStepConflict(error: unknown): boolean {
  const e = error as { code?: unknown; constraint?: unknown } | null;
  // The constraint of a partition carries the partition's name.
  return (
    e?.code === '23505' &&
    /^(run_history_.*pkey|pk_run_history|uq_run_workflow_id_idempotency_key)$/.test(
      String(e.constraint),
    )
  );
}

/**
 * True when a text holds U+0000, which PostgreSQL's `text` cannot: nothing can be stored or found under it.
 * @see https://www.postgresql.org/docs/15/errcodes-appendix.html 22021
 */
export function isUnstorableText(error: unknown): boolean {
  const e = error as { code?: unknown; driverError?: unknown } | null;
  return e?.code === '22021' || (e?.driverError !== undefined && isUnstorableText(e.driverError));
}
