import type { JsonObject } from '@heddle/kernel';
import { jsonText, safeText, toColumns } from './columns.js';
import type { Database } from './database.js';
import {
  ADD_LOG_DROPS,
  GET_LOG_DROPS,
  INSERT_LOG_LINES,
  LOG_PAGE_NEWEST,
  LOG_PAGE_OLDEST,
  LOG_PARTITIONS,
} from './sql/task-log.sql.js';

/** Partitions made ahead of today. */
const DAYS_AHEAD = 2;
const DAY_MS = 24 * 3_600_000;

/** A line to write. */
export interface NewLogLine {
  runId: string;
  nodeKey: string;
  attempt: number;
  /** Epoch milliseconds. */
  atMs: number;
  /** 1 debug, 2 info, 3 warn, 4 error. */
  level: number;
  message: string;
  fields: JsonObject | null;
}

/** A line as read. */
export interface LogLineRow {
  id: string;
  attempt: number;
  at: Date;
  level: number;
  message: string;
  fields: JsonObject | null;
}

/** Which lines of one node run. Null: any. */
export interface LogQuery {
  runId: string;
  nodeKey: string;
  minLevel: number;
  search: string | null;
  attempt: number | null;
  after: string | null;
  before: string | null;
  limit: number;
}

/** Task logs in day partitions. */
export class LogStore {
  constructor(private readonly database: Database) {}

  /** @returns the cursors of the lines, in their order. */
  async append(lines: readonly NewLogLine[]): Promise<string[]> {
    if (lines.length === 0) return [];
    const columns = toColumns(lines, [
      ['bigint', (l) => l.runId],
      ['text', (l) => l.nodeKey],
      ['int', (l) => l.attempt],
      ['timestamptz', (l) => l.atMs],
      ['smallint', (l) => l.level],
      ['text', (l) => safeText(l.message)],
      ['json', (l) => jsonText(l.fields)],
    ]);
    const rows = await this.database.rows<{ id: string }>({
      ...INSERT_LOG_LINES,
      values: [dayOf(new Date()), ...columns],
    });
    return rows.map((row) => row.id);
  }

  async addDrops(
    drops: readonly { runId: string; nodeKey: string; count: number }[],
  ): Promise<void> {
    if (drops.length === 0) return;
    await this.database.rows({
      ...ADD_LOG_DROPS,
      values: toColumns(drops, [
        ['bigint', (d) => d.runId],
        ['text', (d) => d.nodeKey],
        ['bigint', (d) => d.count],
      ]),
    });
  }

  async droppedCount(runId: string, nodeKey: string): Promise<number> {
    const rows = await this.database.rows<{ count: number }>({
      ...GET_LOG_DROPS,
      values: [runId, nodeKey],
    });
    return rows[0]?.count ?? 0;
  }

  /** Lines in order of arrival. With `after` the first ones behind it, else the last ones (before `before`). */
  async page(query: LogQuery): Promise<LogLineRow[]> {
    const statement = query.after !== null ? LOG_PAGE_OLDEST : LOG_PAGE_NEWEST;
    const rows = await this.database.rows<LogLineRow>({
      ...statement,
      values: [
        query.runId,
        query.nodeKey,
        query.minLevel,
        query.search,
        query.attempt,
        query.after,
        query.before,
        query.limit,
      ],
    });
    return query.after !== null ? rows : rows.reverse();
  }

  /** Makes partitions from today on and drops those older than `retentionDays`. Safe on several servers at once. */
  async keepPartitions(now: Date, retentionDays: number): Promise<void> {
    for (let ahead = 0; ahead <= DAYS_AHEAD; ahead++)
      await this.#addPartition(new Date(now.getTime() + ahead * DAY_MS));
    const oldest = partitionOf(new Date(now.getTime() - retentionDays * DAY_MS));
    const partitions = await this.database.rows<{ name: string }>(LOG_PARTITIONS);
    for (const { name } of partitions)
      if (name < oldest) await this.database.rows({ text: `drop table if exists ${name}` });
  }

  async #addPartition(day: Date): Promise<void> {
    const next = new Date(day.getTime() + DAY_MS);
    // Names and days are made here, not given from outside. "if not exists" can still lose a race between two servers.
    const text = `create table if not exists ${partitionOf(day)} partition of task_log
      for values from ('${dayOf(day)}') to ('${dayOf(next)}')`;
    await this.database.rows({ text }).catch((error: { code?: string }) => {
      if (error.code !== '42P07' && error.code !== '23505') throw error;
    });
  }
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function partitionOf(date: Date): string {
  return `task_log_${dayOf(date).replaceAll('-', '')}`;
}
