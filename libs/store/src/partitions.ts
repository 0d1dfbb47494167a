import type { Database } from './database.js';

/** Run ids of one partition. With ten nodes a run, a partition has some two million node runs. */
export const RUN_PARTITION_SIZE = 200_000;
/** Partitions that exist beyond the one in use. */
const PARTITIONS_AHEAD = 2;
/** Tables that are partitioned by run id. */
export const RUN_PARTITIONED_TABLES = ['node_run', 'attempt', 'run_history', 'payload'] as const;
/** Servers that make partitions at the same moment take turns under this advisory lock (an arbitrary constant of ours). */
const PARTITION_LOCK = 8_420_002;

/** Partition number of a run id. */
export function partitionOf(runId: string | number): number {
  return Math.floor(Number(runId) / RUN_PARTITION_SIZE);
}

/** Makes partitions before the first run needs them. */
export class RunPartitions {
  /** Partitions up to this number are known to exist. */
  #made = -1;

  constructor(private readonly database: Database) {}

  /** Makes sure that rows of these runs have a place; usually there is nothing to do. */
  async ensure(runIds: readonly string[]): Promise<void> {
    let last = -1;
    for (const id of runIds) last = Math.max(last, partitionOf(id));
    if (last <= this.#made - PARTITIONS_AHEAD + 1) return;
    await makePartitions(this.database, last + PARTITIONS_AHEAD);
    this.#made = last + PARTITIONS_AHEAD;
  }
}

/**
 * Makes all missing partitions from the one of the last run to `last`. A partition is made as a table and then attached, for
 * that takes a lock which does not keep anybody from writing.
 * @see https://www.postgresql.org/docs/15/ddl-partitioning.html, section 5.11.2.2
 */
export async function makePartitions(database: Database, last: number): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.rows({ text: 'select pg_advisory_xact_lock($1)', values: [PARTITION_LOCK] });
    const known = new Set(
      (
        await sql.rows<{ name: string }>({
          text: `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid`,
        })
      ).map((row) => row.name),
    );
    const first = partitionOf(
      (await sql.rows<{ id: string }>({ text: 'select coalesce(max(id), 0) as id from run' }))[0]!
        .id,
    );
    for (let number = first; number <= last; number++) {
      for (const table of RUN_PARTITIONED_TABLES) {
        const name = `${table}_${number}`;
        if (known.has(name)) continue;
        const [from, to] = [number * RUN_PARTITION_SIZE, (number + 1) * RUN_PARTITION_SIZE];
        // Numbers and names of ours: nothing here comes from outside.
        await sql.rows({
          text: `create table ${name} (like ${table} including defaults including constraints including indexes)`,
        });
        await sql.rows({
          text: `alter table ${table} attach partition ${name} for values from (${from}) to (${to})`,
        });
      }
    }
  });
}
