import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { Hold } from '@heddle/engine';
import type { GraphDocument } from '@heddle/graph';
import type { JsonObject } from '@heddle/kernel';

/** A named graph: one mutable draft and, in `workflow_version`, immutable versions. */
@Entity('workflow')
@Index('uq_workflow_namespace_id_name', { synchronize: false })
export class WorkflowEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'pk_workflow',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;

  @Column({ name: 'namespace_id', type: 'bigint' })
  namespaceId: string;

  /** Unique in the namespace among those not archived, letter case ignored. */
  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text', default: '' })
  description: string;

  /** May have problems: a draft is saved as it is. */
  @Column({ type: 'json' })
  draft: GraphDocument;

  /** Counts saves, from 1; a save names the revision it began from. */
  @Column({ name: 'draft_revision', type: 'integer', default: 1 })
  draftRevision: number;

  @Column({ name: 'draft_updated_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  draftUpdatedAt: Date;

  /** Name of the person at that time. */
  @Column({ name: 'draft_updated_by', type: 'text' })
  draftUpdatedBy: string;

  /** Number of the version that triggers run. Null: never published. */
  @Column({ name: 'published_version', type: 'integer', nullable: true })
  publishedVersion: number | null;

  /** Highest version number given out; 0: none. */
  @Column({ name: 'latest_version', type: 'integer', default: 0 })
  latestVersion: number;

  /** Null: in use. */
  @Column({ name: 'archived_at', type: 'timestamptz', precision: 3, nullable: true })
  archivedAt: Date | null;

  /** Set while nothing of this workflow may start: the engine's `Hold`. */
  @Column({ type: 'json', nullable: true })
  hold: Hold | null;

  /** Like `namespace.retention`, for this workflow alone. Null: the namespace's. */
  @Column({ type: 'json', nullable: true })
  retention: JsonObject | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}

/** One immutable graph text; versions and runs point at it, so a run of a draft is pinned too. */
@Entity('graph')
@Unique('uq_graph_workflow_id_sha256', ['workflowId', 'sha256'])
export class GraphEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'pk_graph',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;

  @Column({ name: 'workflow_id', type: 'bigint' })
  workflowId: string;

  /** Of the JSON text, hex. */
  @Column({ type: 'text' })
  sha256: string;

  @Column({ type: 'json' })
  content: GraphDocument;
}

/** One published version. Never changes. */
@Entity('workflow_version')
export class WorkflowVersionEntity {
  @PrimaryColumn({
    name: 'workflow_id',
    type: 'bigint',
    primaryKeyConstraintName: 'pk_workflow_version',
  })
  workflowId: string;

  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'pk_workflow_version' })
  number: number;

  @Column({ name: 'graph_id', type: 'bigint' })
  graphId: string;

  /** What the person who published it wrote. */
  @Column({ type: 'text', nullable: true })
  note: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'created_by', type: 'text' })
  createdBy: string;
}
