import { Check, Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { Json, JsonObject } from '@heddle/kernel';
import type { ActorRef, NodeError, NodeStateName, RunStateName, TimerKind } from '@heddle/engine';

const time = { type: 'timestamptz', precision: 3 } as const;
const timeOrNull = { ...time, nullable: true } as const;
const jsonOrNull = { type: 'json', nullable: true } as const;
const textOrNull = { type: 'text', nullable: true } as const;
const intOrNull = { type: 'integer', nullable: true } as const;
const bigintOrNull = { type: 'bigint', nullable: true } as const;

/**
 * One run. Written by the pipeline only. Its version is not here: it is the highest `run_history.seq`, so that a step which
 * changes nothing of the run itself need not write this row.
 */
@Entity('run')
@Check(
  'ck_run_state',
  `state in ('queued', 'running', 'paused', 'succeeded', 'failed', 'canceled')`,
)
@Check('ck_run_trigger_kind', `trigger_kind in ('manual', 'api', 'rerun', 'parent')`)
@Index('ix_run_namespace_id_id', { synchronize: false })
@Index('ix_run_workflow_id_id', { synchronize: false })
@Index('ix_run_parent', { synchronize: false })
@Index('ix_run_queued', { synchronize: false })
@Index('ix_run_rerun_of', { synchronize: false })
@Index('ix_run_unresolved', { synchronize: false })
@Index('uq_run_workflow_id_idempotency_key', { synchronize: false })
export class RunEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'pk_run',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;
  @Column({ name: 'namespace_id', type: 'bigint' })
  namespaceId: string;
  @Column({ name: 'workflow_id', type: 'bigint' })
  workflowId: string;
  @Column({ name: 'graph_id', type: 'bigint' })
  graphId: string;
  /** Null: a run of a draft. */
  @Column(intOrNull)
  version: number | null;
  /** The run that this one repeats. Null: none. */
  @Column({ name: 'rerun_of', ...bigintOrNull })
  rerunOf: string | null;
  /** The run whose node started this one; null for a run of its own, and then the next four are null as well. */
  @Column({ name: 'parent_run_id', ...bigintOrNull })
  parentRunId: string | null;
  /** Attempt of the parent's node that created the item. */
  @Column({ name: 'parent_generation', ...intOrNull })
  parentGeneration: number | null;
  /** From 0; always 0 for a subworkflow. */
  @Column({ name: 'item_index', ...intOrNull })
  itemIndex: number | null;
  /** From 1: which run of this item. The highest one counts. */
  @Column({ name: 'item_try', ...intOrNull })
  itemTry: number | null;
  /** How many parents it has. */
  @Column({ type: 'integer', default: 0 })
  depth: number;
  @Column({ name: 'created_at', ...time })
  createdAt: Date;
  /** Keys of the nodes in whose bodies the executed graph is drawn, outermost first. Null: the whole graph. */
  @Column({ name: 'graph_path', type: 'text', array: true, nullable: true })
  graphPath: string[] | null;
  @Column({ name: 'parent_node_key', ...textOrNull })
  parentNodeKey: string | null;
  @Column({ name: 'item_label', ...textOrNull })
  itemLabel: string | null;
  @Column({ name: 'trigger_kind', type: 'text' })
  triggerKind: string;
  /** Name of whoever triggered it, at that time. */
  @Column({ name: 'trigger_actor', type: 'text' })
  triggerActor: string;
  /** Unique per workflow. Null: none was given. */
  @Column({ name: 'idempotency_key', ...textOrNull })
  idempotencyKey: string | null;
  @Column(jsonOrNull)
  input: Json;
  @Column({ type: 'text' })
  state: RunStateName;
  @Column({ name: 'started_at', ...timeOrNull })
  startedAt: Date | null;
  /** Null while it is not over; null again when an operator reopens it. */
  @Column({ name: 'ended_at', ...timeOrNull })
  endedAt: Date | null;
  /** Null: empty. */
  @Column(jsonOrNull)
  context: JsonObject | null;
  @Column(jsonOrNull)
  output: Json;
  @Column(jsonOrNull)
  error: NodeError | null;
  /** Null: none. */
  @Column(jsonOrNull)
  warnings: string[] | null;
  /** Further fields of the engine's state that differ from those of a new run, and payload references. Null: none. */
  @Column(jsonOrNull)
  engine: JsonObject | null;
  /** Who took care of a failed run: `{ by, at, runId, note }`. Null: nobody. */
  @Column(jsonOrNull)
  resolution: JsonObject | null;
}

/**
 * One node in one run. Absent until it leaves `pending`, and while its first attempt is with a worker or waits for one: the
 * `task` row says all of it then. Input, output and error are those of the current attempt.
 */
@Entity('node_run', { synchronize: false })
export class NodeRunEntity {
  @PrimaryColumn({ name: 'run_id', type: 'bigint', primaryKeyConstraintName: 'pk_node_run' })
  runId: string;
  /** The run's step that wrote this row: what changed since a step is found by it. */
  @Column({ type: 'integer' })
  seq: number;
  /** Current attempt, from 1; 0 before the first. */
  @Column({ type: 'integer' })
  attempt: number;
  @Column({ name: 'queued_at', ...timeOrNull })
  queuedAt: Date | null;
  @Column({ name: 'started_at', ...timeOrNull })
  startedAt: Date | null;
  @Column({ name: 'ended_at', ...timeOrNull })
  endedAt: Date | null;
  /** Next attempt, or end of a wait, while `waiting`. */
  @Column({ name: 'due_at', ...timeOrNull })
  dueAt: Date | null;
  @PrimaryColumn({ name: 'node_key', type: 'text', primaryKeyConstraintName: 'pk_node_run' })
  nodeKey: string;
  @Column({ type: 'text' })
  state: NodeStateName;
  @Column({ name: 'waiting_for', ...textOrNull })
  waitingFor: string | null;
  /** `<namespace id>:<name>` or `<namespace id>:<name>/<key>` of the signal it waits for. */
  @Column(textOrNull)
  correlation: string | null;
  @Column(textOrNull)
  worker: string | null;
  /** Outgoing edges by id: 1 taken, 0 other port, else the whole verdict. Null: undecided, or skipped by its join. */
  @Column(jsonOrNull)
  verdicts: JsonObject | null;
  @Column(jsonOrNull)
  input: Json;
  @Column(jsonOrNull)
  output: Json;
  @Column(jsonOrNull)
  error: NodeError | null;
  /** Further fields of the engine's node state that differ from a fresh node's, and payload references. Null: none. */
  @Column(jsonOrNull)
  engine: JsonObject | null;
}

/** An earlier try of a node run, or one that failed. Written once, when it has ended or is superseded. */
@Entity('attempt', { synchronize: false })
export class AttemptEntity {
  @PrimaryColumn({ name: 'run_id', type: 'bigint', primaryKeyConstraintName: 'pk_attempt' })
  runId: string;
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'pk_attempt' })
  number: number;
  @Column({ name: 'queued_at', ...timeOrNull })
  queuedAt: Date | null;
  @Column({ name: 'started_at', ...timeOrNull })
  startedAt: Date | null;
  @Column({ name: 'ended_at', ...timeOrNull })
  endedAt: Date | null;
  @PrimaryColumn({ name: 'node_key', type: 'text', primaryKeyConstraintName: 'pk_attempt' })
  nodeKey: string;
  @Column({ type: 'text' })
  state: 'succeeded' | 'failed' | 'canceled';
  @Column(textOrNull)
  worker: string | null;
  @Column(jsonOrNull)
  input: Json;
  @Column(jsonOrNull)
  output: Json;
  @Column(jsonOrNull)
  error: NodeError | null;
  /** `by`: who asked for it by hand; payload references. Null: none. */
  @Column(jsonOrNull)
  engine: JsonObject | null;
}

/**
 * One commit of a run: its events in order. Append-only. Two servers that step the same run at the same moment collide on the
 * primary key, and the second one reads the run again: this row is the run's version.
 */
@Entity('run_history', { synchronize: false })
export class RunHistoryEntity {
  @PrimaryColumn({ name: 'run_id', type: 'bigint', primaryKeyConstraintName: 'pk_run_history' })
  runId: string;
  @Column({ ...time })
  at: Date;
  /** Characters of JSON that inputs and outputs of the run take after this step. */
  @Column({ name: 'payload_size', type: 'bigint' })
  payloadSize: string;
  /** From 1, without gaps. */
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'pk_run_history' })
  seq: number;
  /** See `history-codec.ts`. */
  @Column({ type: 'json' })
  events: Json[];
}

/** A JSON text too large for its row, by its digest. Written once. */
@Entity('payload', { synchronize: false })
export class PayloadEntity {
  @PrimaryColumn({ name: 'run_id', type: 'bigint', primaryKeyConstraintName: 'pk_payload' })
  runId: string;
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_payload' })
  sha256: string;
  @Column({ type: 'text' })
  content: string;
}

/** One unit of work that a worker still has to do or is doing. Deleted when it ends: the node run keeps the outcome. */
@Entity('task')
@Check('ck_task_state', `state in ('queued', 'leased')`)
@Index('ix_task_queued', { synchronize: false })
export class TaskEntity {
  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'pk_task', generated: 'identity' })
  id: string;
  @PrimaryColumn({ name: 'run_id', type: 'bigint', primaryKeyConstraintName: 'pk_task' })
  runId: string;
  @Column({ name: 'namespace_id', type: 'bigint' })
  namespaceId: string;
  /** Holder of the lease; the lease lasts as long as `worker.lease_until`. Null unless leased. */
  @Column({ name: 'worker_id', ...bigintOrNull })
  workerId: string | null;
  /** Longest time of the attempt once it runs. Null: none. */
  @Column({ name: 'timeout_ms', ...bigintOrNull })
  timeoutMs: string | null;
  @Column({ name: 'queued_at', ...time })
  queuedAt: Date;
  /** Null unless leased. */
  @Column({ name: 'leased_at', ...timeOrNull })
  leasedAt: Date | null;
  @Column({ type: 'integer' })
  attempt: number;
  /** Rises with every lease; a result under another fence is refused. */
  @Column({ type: 'integer' })
  fence: number;
  /** Leases lost by this attempt. */
  @Column({ name: 'loss_count', type: 'integer' })
  lossCount: number;
  /** 9 (first) to 0 (last) among queued tasks. */
  @Column({ type: 'smallint' })
  priority: number;
  @Column({ name: 'node_key', type: 'text' })
  nodeKey: string;
  @Column({ name: 'worker_group', type: 'text' })
  workerGroup: string;
  @Column({ type: 'text' })
  executor: string;
  @Column({ type: 'text' })
  state: 'queued' | 'leased';
  /** Name of the holder. */
  @Column(textOrNull)
  worker: string | null;
  /** What the job gets; null as well when `input_sha256` names it. */
  @Column(jsonOrNull)
  input: Json;
  @Column({ name: 'input_sha256', ...textOrNull })
  inputSha256: string | null;
}

/** Something due at an instant. Every server may fire it; the run's version and the engine make it once. */
@Entity('timer')
@Check(
  'ck_timer_kind',
  `kind in ('retry', 'wait', 'attemptTimeout', 'nodeDeadline', 'runDeadline', 'expiry', 'holdRelease', 'nextIteration')`,
)
export class TimerEntity {
  @PrimaryColumn({ name: 'run_id', type: 'bigint', primaryKeyConstraintName: 'pk_timer' })
  runId: string;
  /** Empty for the run's own. */
  @PrimaryColumn({ name: 'node_key', type: 'text', primaryKeyConstraintName: 'pk_timer' })
  nodeKey: string;
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_timer' })
  kind: TimerKind;
  @Column({ type: 'integer' })
  attempt: number;
  @Column({ name: 'due_at', ...time })
  @Index('ix_timer_due_at')
  dueAt: Date;
}

/** A signal for whichever run waits for it, until one does. Deleted in the transaction that delivers it. */
@Entity('signal')
@Index('ix_signal_namespace_id_name', ['namespaceId', 'name', 'id'])
export class SignalEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'pk_signal',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;
  @Column({ name: 'namespace_id', type: 'bigint' })
  namespaceId: string;
  @Column({ type: 'text' })
  name: string;
  /** Null: the signal has no key. */
  @Column(textOrNull)
  key: string | null;
  @Column(jsonOrNull)
  payload: Json;
  @Column({ type: 'json' })
  actor: ActorRef;
  @Column({ name: 'created_at', ...time })
  createdAt: Date;
  @Column({ name: 'expires_at', ...time })
  @Index('ix_signal_expires_at')
  expiresAt: Date;
}

/** One action on many runs, carried out in the background by whichever server takes it up. */
@Entity('bulk_operation')
@Check('ck_bulk_operation_state', `state in ('running', 'done', 'canceled')`)
@Index('ix_bulk_operation_namespace_id', { synchronize: false })
@Index('ix_bulk_operation_running', { synchronize: false })
export class BulkOperationEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'pk_bulk_operation',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;
  @Column({ name: 'namespace_id', type: 'bigint' })
  namespaceId: string;
  @Column({ type: 'text' })
  action: string;
  @Column({ type: 'text' })
  state: 'running' | 'done' | 'canceled';
  @Column({ type: 'json' })
  parameters: JsonObject;
  @Column({ type: 'json' })
  actor: ActorRef;
  @Column(textOrNull)
  reason: string | null;
  /** What it acts on, fixed when it began; done in this order. */
  @Column({ name: 'run_ids', type: 'bigint', array: true })
  runIds: string[];
  /** How many of `run_ids` are behind it, failures included. */
  @Column({ name: 'done_count', type: 'integer', default: 0 })
  doneCount: number;
  @Column({ name: 'failed_count', type: 'integer', default: 0 })
  failedCount: number;
  /** `{ runId, message }`, the first 100. */
  @Column({ type: 'json', default: [] })
  failures: { runId: string; message: string }[];
  /** When a server last made progress with it; another one takes over when this is long ago. */
  @Column({ name: 'worked_at', ...timeOrNull })
  workedAt: Date | null;
  @Column({ name: 'created_at', ...time })
  createdAt: Date;
  @Column({ name: 'ended_at', ...timeOrNull })
  endedAt: Date | null;
}
