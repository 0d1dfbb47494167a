import {
  Check,
  Column,
  Entity,
  Index,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';
import type { Json, JsonObject } from '@heddle/kernel';
import type {
  ActorRef,
  EdgeVerdict,
  NodeError,
  NodeStateName,
  RunStateName,
  TaskState,
  TimerKind,
} from '@heddle/engine';

const time = { type: 'timestamptz', precision: 3 } as const;
const timeOrNull = { ...time, nullable: true } as const;
const jsonOrNull = { type: 'json', nullable: true } as const;

/** One run. Written by the pipeline only, under this row's lock; `seq` is its version. */
@Entity('run')
@Check(
  'ck_run_state',
  `state in ('queued', 'running', 'paused', 'succeeded', 'failed', 'canceled')`,
)
@Check('ck_run_trigger_kind', `trigger_kind in ('manual', 'api', 'rerun')`)
@Index('ix_run_namespace_id_id', { synchronize: false })
@Index('ix_run_workflow_id_id', { synchronize: false })
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
  @Column({ type: 'integer', nullable: true })
  version: number | null;
  @Column({ type: 'text' })
  state: RunStateName;
  /** Number of committed steps: the last `run_history.seq`, and what a cached copy is checked against. */
  @Column({ type: 'integer', default: 0 })
  seq: number;
  @Column(jsonOrNull)
  input: Json;
  @Column({ type: 'json' })
  context: JsonObject;
  @Column(jsonOrNull)
  output: Json;
  @Column(jsonOrNull)
  error: NodeError | null;
  /** Nodes and edges with an uncaught failure. */
  @Column({ type: 'json' })
  uncaught: string[];
  @Column({ type: 'json' })
  warnings: string[];
  @Column({ name: 'trigger_kind', type: 'text' })
  triggerKind: string;
  /** Name of whoever triggered it, at that time. */
  @Column({ name: 'trigger_actor', type: 'text' })
  triggerActor: string;
  /** The run that this one repeats. Null: none. */
  @Column({ name: 'rerun_of', type: 'bigint', nullable: true })
  rerunOf: string | null;
  /** Unique per workflow. Null: none was given. */
  @Column({ name: 'idempotency_key', type: 'text', nullable: true })
  idempotencyKey: string | null;
  @Column({ name: 'created_at', ...time })
  createdAt: Date;
  @Column({ name: 'started_at', ...timeOrNull })
  startedAt: Date | null;
  /** Null while it is not over; null again when an operator reopens it. */
  @Column({ name: 'ended_at', ...timeOrNull })
  endedAt: Date | null;
}

/** One node in one run; absent until it leaves `pending` for the first time. Written with its run's lock held. */
@Entity('node_run')
@Check(
  'ck_node_run_state',
  `state in ('pending', 'queued', 'running', 'waiting', 'succeeded', 'failed', 'skipped', 'canceled')`,
)
export class NodeRunEntity {
  @PrimaryColumn({ name: 'run_id', type: 'bigint', primaryKeyConstraintName: 'pk_node_run' })
  runId: string;
  @PrimaryColumn({ name: 'node_key', type: 'text', primaryKeyConstraintName: 'pk_node_run' })
  nodeKey: string;
  @Column({ type: 'text' })
  state: NodeStateName;
  /** Current attempt, from 1; 0 before the first. Input, output and error of the node are those of this attempt. */
  @Column({ type: 'integer' })
  attempt: number;
  /** `attempt` at the last operator reset: the retry policy counts from here. */
  @Column({ name: 'attempt_base', type: 'integer' })
  attemptBase: number;
  @Column({ name: 'lease_loss_count', type: 'integer' })
  leaseLossCount: number;
  /** Verdicts of the outgoing edges. Null before the node ended, and when its join skipped it. */
  @Column(jsonOrNull)
  verdicts: Record<string, EdgeVerdict> | null;
  /** Output given by an operator's skip; else null and the attempt holds it. */
  @Column(jsonOrNull)
  output: Json;
  /** Error of a node that ended without an attempt to hold it. */
  @Column(jsonOrNull)
  error: NodeError | null;
  @Column({ type: 'text', nullable: true })
  worker: string | null;
  @Column({ name: 'first_started_at', ...timeOrNull })
  firstStartedAt: Date | null;
  @Column({ name: 'queued_at', ...timeOrNull })
  queuedAt: Date | null;
  @Column({ name: 'started_at', ...timeOrNull })
  startedAt: Date | null;
  @Column({ name: 'ended_at', ...timeOrNull })
  endedAt: Date | null;
  /** Next attempt, or end of a wait, while `waiting`. */
  @Column({ name: 'due_at', ...timeOrNull })
  dueAt: Date | null;
  @Column({ name: 'edited_input', ...jsonOrNull })
  editedInput: { value: Json } | null;
  /** The operator who last decided this node's state by hand. */
  @Column({ name: 'marked_by', ...jsonOrNull })
  markedBy: { actor: ActorRef; action: string; reason: string | null } | null;
}

/** One try of a node run. Written when it begins and once when it ends; never after. */
@Entity('attempt')
@Check('ck_attempt_state', `state in ('queued', 'running', 'succeeded', 'failed', 'canceled')`)
export class AttemptEntity {
  @PrimaryColumn({ name: 'run_id', type: 'bigint', primaryKeyConstraintName: 'pk_attempt' })
  runId: string;
  @PrimaryColumn({ name: 'node_key', type: 'text', primaryKeyConstraintName: 'pk_attempt' })
  nodeKey: string;
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'pk_attempt' })
  number: number;
  @Column({ type: 'text' })
  state: string;
  @Column(jsonOrNull)
  input: Json;
  @Column(jsonOrNull)
  output: Json;
  @Column(jsonOrNull)
  error: NodeError | null;
  @Column({ type: 'text', nullable: true })
  worker: string | null;
  @Column({ name: 'queued_at', ...timeOrNull })
  queuedAt: Date | null;
  @Column({ name: 'started_at', ...timeOrNull })
  startedAt: Date | null;
  @Column({ name: 'ended_at', ...timeOrNull })
  endedAt: Date | null;
  /** Who asked for it by hand. Null: the engine did. */
  @Column({ name: 'requested_by', ...jsonOrNull })
  requestedBy: ActorRef | null;
}

/** One committed step of a run: its cause and the new values. Append-only. */
@Entity('run_history')
export class RunHistoryEntity {
  @PrimaryColumn({ name: 'run_id', type: 'bigint', primaryKeyConstraintName: 'pk_run_history' })
  runId: string;
  /** From 1, without gaps. */
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'pk_run_history' })
  seq: number;
  @Column({ ...time })
  at: Date;
  /** Type of the engine event. */
  @Column({ type: 'text' })
  event: string;
  @Column({ name: 'node_key', type: 'text', nullable: true })
  nodeKey: string | null;
  @Column({ type: 'integer', nullable: true })
  attempt: number | null;
  @Column({ type: 'text', nullable: true })
  actor: string | null;
  @Column({ type: 'text', nullable: true })
  reason: string | null;
  /** A `RunDelta` without `seq` and `at`; node fields that are null are left out. */
  @Column({ type: 'json' })
  delta: JsonObject;
}

/** One unit of work that a worker still has to do or is doing. Deleted when it ends: the attempt keeps the outcome. */
@Entity('task')
@Unique('uq_task_run_id_node_key_attempt', ['runId', 'nodeKey', 'attempt'])
@Check('ck_task_state', `state in ('queued', 'leased', 'succeeded', 'failed', 'canceled')`)
@Index('ix_task_queued', { synchronize: false })
@Index('ix_task_worker_id', { synchronize: false })
export class TaskEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'pk_task',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;
  @Column({ name: 'run_id', type: 'bigint' })
  runId: string;
  @Column({ name: 'node_key', type: 'text' })
  nodeKey: string;
  @Column({ type: 'integer' })
  attempt: number;
  @Column({ name: 'namespace_id', type: 'bigint' })
  namespaceId: string;
  @Column({ name: 'worker_group', type: 'text' })
  workerGroup: string;
  @Column({ type: 'text' })
  executor: string;
  @Column({ type: 'text' })
  state: TaskState;
  /** Rises with every lease; a result under another fence is refused. */
  @Column({ type: 'integer' })
  fence: number;
  /** Holder of the lease; the lease lasts as long as `worker.lease_until`. Null unless leased. */
  @Column({ name: 'worker_id', type: 'bigint', nullable: true })
  workerId: string | null;
  /** 9 (first) to 0 (last) among queued tasks. */
  @Column({ type: 'smallint' })
  priority: number;
  /** Longest time of the attempt once it runs. Null: none. */
  @Column({ name: 'timeout_ms', type: 'bigint', nullable: true })
  timeoutMs: string | null;
  @Column({ name: 'queued_at', ...time })
  queuedAt: Date;
}

/** Something due at an instant. Every server may fire it; the run's lock and the engine make it once. */
@Entity('timer')
@Check(
  'ck_timer_kind',
  `kind in ('retry', 'wait', 'attemptTimeout', 'nodeDeadline', 'runDeadline')`,
)
export class TimerEntity {
  @PrimaryColumn({ name: 'run_id', type: 'bigint', primaryKeyConstraintName: 'pk_timer' })
  runId: string;
  /** Empty for the run's own deadline. */
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
