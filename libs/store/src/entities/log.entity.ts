import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '@heddle/kernel';

/** One log line of a task. Partitioned by `day`; old days are dropped whole. */
@Entity('task_log', { synchronize: false })
@Check('ck_task_log_level', 'level between 1 and 4')
export class TaskLogEntity {
  @PrimaryColumn({ name: 'run_id', type: 'bigint' })
  runId: string;
  @PrimaryColumn({ name: 'node_key', type: 'text' })
  nodeKey: string;
  /** Order of arrival; the cursor of pages. */
  @PrimaryColumn({ type: 'bigint', generated: 'identity' })
  id: string;
  /** Day of arrival, UTC. */
  @PrimaryColumn({ type: 'date' })
  day: string;
  @Column({ type: 'integer' })
  attempt: number;
  /** Worker's clock. */
  @Column({ type: 'timestamptz', precision: 3 })
  at: Date;
  /** 1 debug, 2 info, 3 warn, 4 error. */
  @Column({ type: 'smallint' })
  level: number;
  @Column({ type: 'text' })
  message: string;
  @Column({ type: 'json', nullable: true })
  fields: JsonObject | null;
}

/** How many lines of a node run were lost because a buffer was full. */
@Entity('task_log_drop')
export class TaskLogDropEntity {
  @PrimaryColumn({ name: 'run_id', type: 'bigint', primaryKeyConstraintName: 'pk_task_log_drop' })
  runId: string;
  @PrimaryColumn({ name: 'node_key', type: 'text', primaryKeyConstraintName: 'pk_task_log_drop' })
  nodeKey: string;
  @Column({ type: 'bigint' })
  count: string;
}
