import { Check, Column, Entity, Unique } from 'typeorm';
import { PrimaryGeneratedColumn } from 'typeorm';
import type { JsonSchema } from '@heddle/kernel';

/** One worker process. Written by the server that holds its connection; kept for a day after it left. */
@Entity('worker')
@Unique('uq_worker_namespace_id_worker_group_process_id', [
  'namespaceId',
  'workerGroup',
  'processId',
])
@Check('ck_worker_state', `state in ('connected', 'draining', 'disconnected')`)
export class WorkerEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'pk_worker',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;
  /** Null: built into a server; serves every namespace under the group `heddle`. */
  @Column({ name: 'namespace_id', type: 'bigint', nullable: true })
  namespaceId: string | null;
  @Column({ name: 'worker_group', type: 'text' })
  workerGroup: string;
  @Column({ type: 'text' })
  name: string;
  /** Random per process start; a reconnect keeps it, and with it the leases. */
  @Column({ name: 'process_id', type: 'text' })
  processId: string;
  @Column({ type: 'text' })
  state: 'connected' | 'draining' | 'disconnected';
  @Column({ type: 'json' })
  executors: { name: string; description: string; inputSchema: JsonSchema | null }[];
  @Column({ type: 'integer' })
  slots: number;
  @Column({ type: 'json' })
  labels: Record<string, string>;
  @Column({ type: 'text' })
  sdk: string;
  /** 0 to 1 of one core. Null: not reported. */
  @Column({ name: 'cpu_load', type: 'double precision', nullable: true })
  cpuLoad: number | null;
  @Column({ name: 'memory_bytes', type: 'double precision', nullable: true })
  memoryBytes: number | null;
  @Column({ name: 'connected_at', type: 'timestamptz', precision: 3 })
  connectedAt: Date;
  @Column({ name: 'last_seen_at', type: 'timestamptz', precision: 3 })
  lastSeenAt: Date;
  /** All tasks this worker holds are leased until then; each heartbeat moves it. */
  @Column({ name: 'lease_until', type: 'timestamptz', precision: 3 })
  leaseUntil: Date;
}
