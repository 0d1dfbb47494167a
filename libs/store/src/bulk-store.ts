import type { JsonObject } from '@heddle/kernel';
import type { ActorRef } from '@heddle/engine';
import type { Database } from './database.js';
import { BulkOperationEntity } from './entities/run.entity.js';

/** Failures that are kept of one operation. */
export const BULK_FAILURES_MAX = 100;

/** What became of some runs of an operation. */
export interface BulkProgress {
  doneCount: number;
  failures: { runId: string; message: string }[];
}

/** Actions on many runs. */
export class BulkStore {
  constructor(private readonly database: Database) {}

  private get operations() {
    return this.database.source.getRepository(BulkOperationEntity);
  }

  async add(operation: {
    namespaceId: string;
    action: string;
    parameters: JsonObject;
    actor: ActorRef;
    reason: string | null;
    runIds: string[];
  }): Promise<BulkOperationEntity> {
    const state = operation.runIds.length > 0 ? 'running' : 'done';
    const now = new Date();
    const saved = this.operations.create({
      ...operation,
      state,
      failures: [],
      createdAt: now,
      endedAt: state === 'done' ? now : null,
    });
    const { identifiers } = await this.operations.insert(saved as never);
    return this.operations.findOneByOrFail({ id: String(identifiers[0]!['id']) });
  }

  find(id: string): Promise<BulkOperationEntity | null> {
    return this.operations.findOneBy({ id });
  }

  /** Newest first. */
  list(namespaceId: string, limit: number): Promise<BulkOperationEntity[]> {
    return this.operations.find({ where: { namespaceId }, order: { id: 'DESC' }, take: limit });
  }

  /** Takes up an operation nobody has worked on since an instant; only one server gets it. */
  async claim(workedBefore: Date): Promise<BulkOperationEntity | null> {
    const rows = await this.database.rows<{ id: string }>({
      text: `update bulk_operation set worked_at = now() where id = (
          select id from bulk_operation where state = 'running' and (worked_at is null or worked_at < $1)
          order by id limit 1 for update skip locked)
        returning id`,
      values: [workedBefore],
    });
    return rows[0] ? this.find(rows[0].id) : null;
  }

  /** Notes progress. @returns false when the operation was canceled meanwhile. */
  async advance(id: string, { doneCount, failures }: BulkProgress): Promise<boolean> {
    const rows = await this.database.rows<{ id: string }>({
      text: `update bulk_operation set done_count = $2, failed_count = failed_count + $3, worked_at = now(),
          failures = case when json_array_length(failures) >= $5 then failures
            else (failures::jsonb || $4::jsonb)::json end,
          state = case when $2 >= cardinality(run_ids) then 'done' else state end,
          ended_at = case when $2 >= cardinality(run_ids) then now() end
        where id = $1 and state = 'running' returning id`,
      values: [id, doneCount, failures.length, JSON.stringify(failures), BULK_FAILURES_MAX],
    });
    return rows.length > 0;
  }

  /** @returns false when it had ended already. */
  async cancel(id: string): Promise<boolean> {
    const rows = await this.database.rows<{ id: string }>({
      text: `update bulk_operation set state = 'canceled', ended_at = now() where id = $1 and state = 'running' returning id`,
      values: [id],
    });
    return rows.length > 0;
  }
}
