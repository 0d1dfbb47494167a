import { epochMs, safeText } from './columns.js';
import type { Database } from './database.js';
import type { WorkerEntity } from './entities/worker.entity.js';
import {
  DELETE_OLD_WORKERS,
  EXPIRED_TASKS,
  TASKS_LEASED_BEFORE,
  GET_WORKER,
  LIST_SERVING_WORKERS,
  LIST_WORKERS,
  MARK_LOST_WORKERS,
  RENEW_WORKERS,
  SET_WORKER_STATE,
  UPSERT_WORKER,
} from './sql/worker.sql.js';
import { TASK_FENCES } from './sql/task.sql.js';

/** What a worker said of itself. */
export interface WorkerRegistration {
  /** Null: built into a server. */
  namespaceId: string | null;
  group: string;
  name: string;
  processId: string;
  executors: WorkerEntity['executors'];
  slots: number;
  labels: Record<string, string>;
  sdk: string;
}

/** A worker as shown to people. Times are epoch milliseconds. */
export interface WorkerView extends WorkerRegistration {
  id: string;
  state: WorkerEntity['state'];
  slotsInUse: number;
  cpuLoad: number | null;
  memoryBytes: number | null;
  connectedAt: number;
  lastSeenAt: number;
}

/** A leased task whose worker let its lease run out. */
export interface ExpiredTask {
  id: string;
  runId: string;
  nodeKey: string;
  attempt: number;
  fence: number;
  worker: string;
  workerId: string;
}

/** Worker processes and their leases. */
export class WorkerStore {
  constructor(private readonly database: Database) {}

  /** Adds the worker, or renews the one of the same process. Times in epoch milliseconds. @returns its id. */
  async register(worker: WorkerRegistration, now: number, leaseUntil: number): Promise<string> {
    const rows = await this.database.rows<{ id: string }>({
      ...UPSERT_WORKER,
      values: [
        worker.namespaceId,
        worker.group,
        safeText(worker.name),
        safeText(worker.processId),
        JSON.stringify(worker.executors),
        worker.slots,
        JSON.stringify(worker.labels),
        safeText(worker.sdk),
        new Date(now),
        new Date(leaseUntil),
      ],
    });
    return rows[0]!.id;
  }

  /** Times in epoch milliseconds. @returns ids of those that somebody asked to drain. */
  async renew(
    workers: readonly { id: string; cpuLoad: number | null; memoryBytes: number | null }[],
    now: number,
    leaseUntil: number,
  ): Promise<string[]> {
    if (workers.length === 0) return [];
    const columns = [
      workers.map((w) => w.id),
      workers.map((w) => w.cpuLoad),
      workers.map((w) => w.memoryBytes),
    ];
    const rows = await this.database.rows<{ id: string; is_draining: boolean }>({
      ...RENEW_WORKERS,
      values: [...columns, new Date(now), new Date(leaseUntil)],
    });
    return rows.filter((row) => row.is_draining).map((row) => row.id);
  }

  async setState(id: string, state: WorkerEntity['state']): Promise<void> {
    await this.database.rows({ ...SET_WORKER_STATE, values: [id, state] });
  }

  /** Current fences of tasks, by task id, for those that still exist and are leased. */
  async fences(tasks: readonly { runId: string; id: string }[]): Promise<Map<string, number>> {
    const rows = await this.database.rows<{ id: string; fence: number }>({
      ...TASK_FENCES,
      values: [tasks.map((task) => task.runId), tasks.map((task) => task.id)],
    });
    return new Map(rows.map((row) => [row.id, row.fence]));
  }

  async expiredTasks(now: number, limit: number): Promise<ExpiredTask[]> {
    const values = [new Date(now), limit];
    return (await this.database.rows<LeaseRow>({ ...EXPIRED_TASKS, values })).map(toExpired);
  }

  /** Tasks that some workers have had since before an instant, epoch milliseconds. */
  async leasedBefore(workerIds: readonly string[], before: number): Promise<ExpiredTask[]> {
    if (workerIds.length === 0) return [];
    const values = [workerIds, new Date(before)];
    return (await this.database.rows<LeaseRow>({ ...TASKS_LEASED_BEFORE, values })).map(toExpired);
  }

  /** @returns namespaces of workers that are gone since the last call. */
  async markLost(now: number): Promise<string[]> {
    const rows = await this.database.rows<{ namespace_id: string | null }>({
      ...MARK_LOST_WORKERS,
      values: [new Date(now)],
    });
    return rows.flatMap((row) => row.namespace_id ?? []);
  }

  async forgetBefore(instant: number): Promise<void> {
    await this.database.rows({ ...DELETE_OLD_WORKERS, values: [new Date(instant)] });
  }

  async list(namespaceId: string): Promise<WorkerView[]> {
    return (await this.database.rows<WorkerRow>({ ...LIST_WORKERS, values: [namespaceId] })).map(
      toView,
    );
  }

  /** Workers that may serve a namespace: its own and the built-in ones. */
  async serving(namespaceId: string): Promise<WorkerView[]> {
    const statement = { ...LIST_SERVING_WORKERS, values: [namespaceId] };
    return (await this.database.rows<WorkerRow>(statement)).map(toView);
  }

  async find(id: string): Promise<WorkerView | null> {
    const rows = await this.database.rows<WorkerRow>({ ...GET_WORKER, values: [id] });
    return rows[0] ? toView(rows[0]) : null;
  }
}

interface WorkerRow {
  id: string;
  namespace_id: string | null;
  worker_group: string;
  name: string;
  process_id: string;
  state: WorkerEntity['state'];
  executors: WorkerEntity['executors'];
  slots: number;
  labels: Record<string, string>;
  sdk: string;
  cpu_load: number | null;
  memory_bytes: number | null;
  connected_at: Date;
  last_seen_at: Date;
  slots_in_use: number;
}

function toView(row: WorkerRow): WorkerView {
  return {
    id: row.id,
    namespaceId: row.namespace_id,
    group: row.worker_group,
    name: row.name,
    processId: row.process_id,
    state: row.state,
    executors: row.executors,
    slots: row.slots,
    slotsInUse: row.slots_in_use,
    labels: row.labels,
    sdk: row.sdk,
    cpuLoad: row.cpu_load,
    memoryBytes: row.memory_bytes,
    connectedAt: epochMs(row.connected_at)!,
    lastSeenAt: epochMs(row.last_seen_at)!,
  };
}

interface LeaseRow {
  id: string;
  run_id: string;
  node_key: string;
  attempt: number;
  fence: number;
  worker: string;
  worker_id: string;
}

function toExpired({ run_id, node_key, worker_id, ...row }: LeaseRow): ExpiredTask {
  return { ...row, runId: run_id, nodeKey: node_key, workerId: worker_id };
}
