import type { Json } from '@heddle/kernel';
import type { ActorRef } from '@heddle/engine';
import { correlationOf } from './batch-writer.js';
import type { Database } from './database.js';
import { WAITING_FOR_SIGNAL } from './sql/node-run.sql.js';
import {
  DELETE_EXPIRED_SIGNALS,
  INSERT_SIGNAL,
  MATCHING_SIGNALS,
  WANTED_SIGNALS,
} from './sql/signal.sql.js';

/** A signal nobody has taken yet. */
export interface StoredSignalRow {
  id: string;
  name: string;
  key: string | null;
  payload: Json;
  actor: ActorRef;
}

/** Signals for whichever run waits for them. */
export class SignalStore {
  constructor(private readonly database: Database) {}

  /** @param keptMs how long it may wait, in milliseconds. */
  async add(
    signal: Omit<StoredSignalRow, 'id'> & { namespaceId: string },
    keptMs: number,
  ): Promise<StoredSignalRow> {
    const { namespaceId, name, key, payload, actor } = signal;
    const now = Date.now();
    const rows = await this.database.rows<{ id: string }>({
      ...INSERT_SIGNAL,
      values: [
        namespaceId,
        name,
        key,
        JSON.stringify(payload),
        JSON.stringify(actor),
        new Date(now),
        new Date(now + keptMs),
      ],
    });
    return { id: rows[0]!.id, name, key, payload, actor };
  }

  /** Node runs that wait for a signal, longest wait first. */
  async waiting(
    namespaceId: string,
    correlation: string,
    limit: number,
  ): Promise<{ runId: string; nodeKey: string }[]> {
    const rows = await this.database.rows<{ run_id: string; node_key: string }>({
      ...WAITING_FOR_SIGNAL,
      values: [correlationOf(namespaceId, correlation), limit],
    });
    return rows.map((row) => ({ runId: row.run_id, nodeKey: row.node_key }));
  }

  /** Signals that a wait could take, oldest first. */
  async matching(
    namespaceId: string,
    { name, key }: { name: string; key: string | null },
    limit: number,
  ): Promise<StoredSignalRow[]> {
    return this.database.rows<StoredSignalRow>({
      ...MATCHING_SIGNALS,
      values: [namespaceId, name, key, new Date(), limit],
    });
  }

  /** Signals that some run waits for, with that run. */
  async wanted(limit: number): Promise<(StoredSignalRow & { runId: string })[]> {
    const rows = await this.database.rows<StoredSignalRow & { run_id: string }>({
      ...WANTED_SIGNALS,
      values: [new Date(), limit],
    });
    return rows.map(({ run_id: runId, ...row }) => ({ ...row, runId }));
  }

  /** Forgets signals nobody waited for. */
  async deleteExpired(limit: number): Promise<void> {
    await this.database.rows({ ...DELETE_EXPIRED_SIGNALS, values: [new Date(), limit] });
  }
}
