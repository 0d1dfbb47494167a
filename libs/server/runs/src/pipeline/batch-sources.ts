import { Inject, Injectable } from '@nestjs/common';
import { Database, RunPartitions, WorkflowStore, type Sql } from '@heddle/store';
import { SqlBatchSource } from './batch-source.js';
import { CompiledGraphs } from './compiled-graphs.js';

/** What batches of this server read from and write to. */
@Injectable()
export class BatchSources {
  readonly #partitions: RunPartitions;

  constructor(
    @Inject(Database) readonly database: Database,
    @Inject(WorkflowStore) private readonly workflows: WorkflowStore,
    private readonly graphs: CompiledGraphs,
  ) {
    this.#partitions = new RunPartitions(database);
  }

  /** Reads by `sql`: the pool, or one transaction. */
  source(sql: Sql = this.database): SqlBatchSource {
    return new SqlBatchSource(sql, this.graphs, this.workflows);
  }

  /** Makes sure that rows of new runs have a place. */
  ensurePartitions(newRunIds: readonly string[]): Promise<void> {
    return this.#partitions.ensure(newRunIds);
  }
}
