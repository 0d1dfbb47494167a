import type { JsonObject } from '@heddle/kernel';
import type { Database } from './database.js';
import { RUN_PARTITIONED_TABLES, RUN_PARTITION_SIZE } from './partitions.js';

/** Days that ended runs are kept; null: for ever. */
export interface RetentionRule {
  succeededDays: number | null;
  failedDays: number | null;
  canceledDays: number | null;
}

/** What is kept when nobody has said otherwise. */
export const RETENTION_DEFAULT: RetentionRule = {
  succeededDays: 30,
  failedDays: 90,
  canceledDays: 30,
};

/** Removes what has been kept long enough. Works in small steps that take no lock which new work needs. */
export class HousekeepingStore {
  constructor(private readonly database: Database) {}

  /** Runs `work` unless another server does so at this moment. */
  async alone(work: () => Promise<void>): Promise<boolean> {
    return this.database.transaction(async (sql) => {
      const rows = await sql.rows<{ ok: boolean }>({
        text: 'select pg_try_advisory_xact_lock($1) as ok',
        values: [HOUSEKEEPING_LOCK],
      });
      if (rows[0]!.ok) await work();
      return rows[0]!.ok;
    });
  }

  /**
   * Ended runs of their own whose time is over, in id order after one. A run that was repeated is kept as long as the one that
   * repeats it: its outputs may be what that one refers to.
   */
  async expiredRuns(
    after: string,
    now: number,
    limit: number,
  ): Promise<{ ids: string[]; last: string | null }> {
    const rows = await this.database.rows<{ id: string; is_expired: boolean }>({
      text: EXPIRED_RUNS,
      values: [after, new Date(now), limit, JSON.stringify(RETENTION_DEFAULT)],
    });
    return {
      ids: rows.flatMap((row) => (row.is_expired ? row.id : [])),
      last: rows.length === limit ? rows.at(-1)!.id : null,
    };
  }

  /** Removes runs with their child runs and all their rows. A run that was reopened meanwhile stays. */
  async deleteRuns(ids: readonly string[]): Promise<number> {
    return this.database.transaction(async (sql) => {
      const rows = await sql.rows<{ id: string }>({ text: LOCK_TREES, values: [ids] });
      const trees = rows.map((row) => row.id);
      if (trees.length === 0) return 0;
      for (const table of [...RUN_PARTITIONED_TABLES, 'timer', 'task', 'task_log_drop'])
        await sql.rows({
          text: `delete from ${table} where run_id = any($1::bigint[])`,
          values: [trees],
        });
      await sql.rows({ text: 'delete from run where id = any($1::bigint[])', values: [trees] });
      return trees.length;
    });
  }

  /**
   * Drops partitions that no run needs any more. Detaching one concurrently waits for whoever reads it and keeps nobody from
   * writing to the others.
   * @see https://www.postgresql.org/docs/15/sql-altertable.html, DETACH PARTITION CONCURRENTLY
   */
  async dropEmptyPartitions(): Promise<string[]> {
    const rows = await this.database.rows<{ number: number }>({ text: PARTITIONS_BEHIND });
    const dropped: string[] = [];
    for (const { number } of rows) {
      const [from, to] = [number * RUN_PARTITION_SIZE, (number + 1) * RUN_PARTITION_SIZE];
      const left = await this.database.rows({
        text: 'select 1 from run where id >= $1 and id < $2 limit 1',
        values: [from, to],
      });
      if (left.length > 0) continue;
      // The history goes last: as long as it is there, what a stopped server left half done is found again.
      for (const table of [...RUN_PARTITIONED_TABLES].sort((x) => (x === 'run_history' ? 1 : -1))) {
        await this.#dropPartition(table, `${table}_${number}`);
        dropped.push(`${table}_${number}`);
      }
    }
    return dropped;
  }

  async #dropPartition(table: string, name: string): Promise<void> {
    const rows = await this.database.rows<{ is_pending: boolean }>({
      text: `select i.inhdetachpending as is_pending from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where c.relname = $1`,
      values: [name],
    });
    if (rows.length > 0)
      await this.database.rows({
        text: `alter table ${table} detach partition ${name} ${rows[0]!.is_pending ? 'finalize' : 'concurrently'}`,
      });
    await this.database.rows({ text: `drop table if exists ${name}` });
  }

  async setRetention(
    place: { table: 'namespace' | 'workflow'; id: string },
    rule: RetentionRule | null,
  ): Promise<void> {
    await this.database.rows({
      text: `update ${place.table} set retention = $2::json where id = $1`,
      values: [place.id, rule && JSON.stringify(rule)],
    });
  }

  /** The namespace's rule; the default when it has none. */
  async retention(namespaceId: string): Promise<RetentionRule> {
    const rows = await this.database.rows<{ retention: JsonObject | null }>({
      text: 'select retention from namespace where id = $1',
      values: [namespaceId],
    });
    return (rows[0]?.retention as RetentionRule | null | undefined) ?? RETENTION_DEFAULT;
  }
}

/** An arbitrary constant of ours. */
const HOUSEKEEPING_LOCK = 8_420_003;

/** Days of a rule come as JSON numbers; a rule without the field, or with null, keeps for ever. */
const EXPIRED_RUNS = `
  select r.id, coalesce(r.ended_at < $2::timestamptz - make_interval(days =>
      (coalesce(w.retention, n.retention, $4::json) ->> (r.state || 'Days'))::int)
      and not exists (select 1 from run again where again.rerun_of = r.id), false) as is_expired
  from run r join workflow w on w.id = r.workflow_id join namespace n on n.id = r.namespace_id
  where r.id > $1 and r.parent_run_id is null and r.ended_at is not null
  order by r.id limit $3`;

/** Parameter: ids of runs of their own. Result: they and their child runs, locked, if they are over. */
const LOCK_TREES = `
  with recursive tree as (
    select id from run where id = any($1::bigint[]) and ended_at is not null
    union all
    select child.id from run child join tree on child.parent_run_id = tree.id)
  select id from run where id in (select id from tree) order by id for update`;

/** Numbers of partitions before the one in use. */
const PARTITIONS_BEHIND = `
  select number from (
    select replace(c.relname, 'run_history_', '')::int as number
    from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
    where p.relname = 'run_history' and c.relname ~ '^run_history_[0-9]+$') p
  where (number + 1) * ${RUN_PARTITION_SIZE}::bigint <= (select coalesce(max(id), 0) from run) order by number`;
