import { createHash } from 'node:crypto';
import { In, type EntityManager } from 'typeorm';
import type { Hold } from '@heddle/engine';
import type { GraphDocument } from '@heddle/graph';
import type { Database } from './database.js';
import { GraphEntity, WorkflowEntity, WorkflowVersionEntity } from './entities/workflow.entity.js';

/** A version with its graph. */
export interface StoredVersion {
  workflowId: string;
  number: number;
  graphId: string;
  graph: GraphDocument;
  note: string | null;
  createdAt: Date;
  createdBy: string;
}

/** A version of a workflow that a run can execute. */
export interface RunnableWorkflow {
  kind: 'found';
  workflowId: string;
  name: string;
  version: number;
  graphId: string;
  hold: Hold | null;
}

/** A workflow that somebody wants to run. */
export type WorkflowToRun = (RunnableWorkflow | { kind: 'none'; message: string }) & {
  namespaceId: string;
  isArchived: boolean;
};

interface RunnableRow {
  id: string;
  namespace_id: string;
  name: string;
  hold: Hold | null;
  archived_at: Date | null;
  number: number | null;
  graph_id: string | null;
}

function toRunnable(
  row: RunnableRow,
  version: number | null,
): RunnableWorkflow | { kind: 'none'; message: string } {
  const { id: workflowId, name, number, graph_id: graphId } = row;
  const hold = liveHold(row.hold);
  if (graphId !== null && number !== null)
    return { kind: 'found', workflowId, name, version: number, graphId, hold };
  const what = version === null ? 'no published version' : `no version ${version}`;
  return { kind: 'none', message: `The workflow "${name}" has ${what}.` };
}

/** A hold that has an end needs nobody to take it away. */
function liveHold(hold: Hold | null): Hold | null {
  return hold?.until && hold.until <= Date.now() ? null : hold;
}

const RUNNABLE = `select w.id, w.namespace_id, w.name, w.hold, w.archived_at, v.number, v.graph_id from workflow w`;

/** Parameters: namespace id, name (letter case ignored), version (null: the published one). */
const RUNNABLE_BY_NAME = {
  name: 'runnable-by-name',
  text: `${RUNNABLE}
    left join workflow_version v on v.workflow_id = w.id and v.number = coalesce($3::int, w.published_version)
    where w.namespace_id = $1 and lower(w.name) = lower($2) and w.archived_at is null`,
};

/** Parameters: id, version (null: the published one). */
const RUNNABLE_BY_ID = {
  name: 'runnable-by-id',
  text: `${RUNNABLE}
    left join workflow_version v on v.workflow_id = w.id and v.number = coalesce($2::int, w.published_version)
    where w.id = $1`,
};

/** Workflows, drafts, versions, graphs. */
export class WorkflowStore {
  constructor(private readonly database: Database) {}

  private get workflows() {
    return this.database.source.getRepository(WorkflowEntity);
  }

  find(id: string): Promise<WorkflowEntity | null> {
    return this.workflows.findOneBy({ id });
  }

  findMany(ids: readonly string[]): Promise<WorkflowEntity[]> {
    return this.workflows.findBy({ id: In([...ids]) });
  }

  /** One page by name. `after` is the last name and id of the page before. */
  async page(query: {
    namespaceId: string;
    search: string | null;
    limit: number;
    after: { name: string; id: string } | null;
  }): Promise<{ workflows: WorkflowEntity[]; totalCount: number }> {
    const filtered = this.workflows
      .createQueryBuilder('w')
      .where('w.namespace_id = :namespaceId and w.archived_at is null', {
        namespaceId: query.namespaceId,
      });
    if (query.search)
      filtered.andWhere('strpos(lower(w.name), lower(:search)) > 0', { search: query.search });
    const totalCount = await filtered.getCount();
    if (query.after) filtered.andWhere('(lower(w.name), w.id) > (lower(:name), :id)', query.after);
    const workflows = await filtered
      .orderBy('lower(w.name)')
      .addOrderBy('w.id')
      .limit(query.limit)
      .getMany();
    return { workflows, totalCount };
  }

  /** @throws a unique violation of `uq_workflow_namespace_id_name` when the name is taken. */
  async add(workflow: {
    namespaceId: string;
    name: string;
    description: string;
    draft: GraphDocument;
    by: string;
  }): Promise<WorkflowEntity> {
    const rows = await this.database.rows<{ id: string }>({
      text: `insert into workflow (namespace_id, name, description, draft, draft_updated_by)
        values ($1, $2, $3, $4::json, $5) returning id`,
      values: [
        workflow.namespaceId,
        workflow.name,
        workflow.description,
        JSON.stringify(workflow.draft),
        workflow.by,
      ],
    });
    return this.workflows.findOneByOrFail({ id: rows[0]!.id });
  }

  async rename(id: string, change: { name?: string; description?: string }): Promise<void> {
    await this.workflows.update({ id }, { ...change, updatedAt: new Date() });
  }

  /** @throws a unique violation of `uq_workflow_namespace_id_name` when another workflow took the name meanwhile. */
  async setArchived(id: string, archivedAt: Date | null): Promise<void> {
    await this.workflows.update({ id }, { archivedAt, updatedAt: new Date() });
  }

  /** Replaces the draft if `baseRevision` is still the current one. @returns the new revision, or null on a conflict. */
  async saveDraft(
    id: string,
    draft: GraphDocument,
    baseRevision: number,
    by: string,
  ): Promise<{ revision: number; updatedAt: Date } | null> {
    const rows = await this.database.rows<{ draft_revision: number; draft_updated_at: Date }>({
      name: 'save-draft',
      text: `update workflow set draft = $2::json, draft_revision = draft_revision + 1, draft_updated_at = now(),
        draft_updated_by = $4, updated_at = now() where id = $1 and draft_revision = $3
        returning draft_revision, draft_updated_at`,
      values: [id, JSON.stringify(draft), baseRevision, by],
    });
    const row = rows[0];
    return row ? { revision: row.draft_revision, updatedAt: row.draft_updated_at } : null;
  }

  /** Makes `graph` the next version and publishes it. @returns its number. */
  publish(
    workflowId: string,
    graph: GraphDocument,
    note: string | null,
    by: string,
  ): Promise<number> {
    return this.database.source.transaction(async (manager) => {
      const workflow = await manager.findOneOrFail(WorkflowEntity, {
        where: { id: workflowId },
        lock: { mode: 'pessimistic_write' },
      });
      const number = workflow.latestVersion + 1;
      const graphId = await ensureGraph(manager, workflowId, graph);
      await manager.insert(WorkflowVersionEntity, {
        workflowId,
        number,
        graphId,
        note,
        createdBy: by,
      });
      await manager.update(
        WorkflowEntity,
        { id: workflowId },
        { latestVersion: number, publishedVersion: number, updatedAt: new Date() },
      );
      return number;
    });
  }

  async setPublished(workflowId: string, version: number): Promise<void> {
    await this.workflows.update(
      { id: workflowId },
      { publishedVersion: version, updatedAt: new Date() },
    );
  }

  /** Stores a graph that a run of a draft will be pinned to. @returns its id. */
  ensureGraph(workflowId: string, graph: GraphDocument): Promise<string> {
    return ensureGraph(this.database.source.manager, workflowId, graph);
  }

  async graph(id: string): Promise<GraphDocument> {
    return (await this.database.source.getRepository(GraphEntity).findOneByOrFail({ id })).content;
  }

  /** What a run of a workflow by name would execute; `version` null: the published one. */
  async runnableByName(
    namespaceId: string,
    name: string,
    version: number | null,
  ): Promise<RunnableWorkflow | { kind: 'none'; message: string }> {
    const values = [namespaceId, name, version];
    const rows = await this.database.rows<RunnableRow>({ ...RUNNABLE_BY_NAME, values });
    const row = rows[0];
    if (!row) return { kind: 'none', message: `There is no workflow "${name}" in this namespace.` };
    return toRunnable(row, version);
  }

  /** The same by id, archived workflows included; null when there is none. */
  async runnableById(id: string, version: number | null): Promise<WorkflowToRun | null> {
    const rows = await this.database.rows<RunnableRow>({
      ...RUNNABLE_BY_ID,
      values: [id, version],
    });
    const row = rows[0];
    if (!row) return null;
    const { namespace_id: namespaceId, archived_at } = row;
    return { ...toRunnable(row, version), namespaceId, isArchived: archived_at !== null };
  }

  /** The hold of a workflow, unless it has ended by itself; null: none. */
  async hold(id: string): Promise<Hold | null> {
    const rows = await this.database.rows<{ hold: Hold | null }>({
      name: 'workflow-hold',
      text: 'select hold from workflow where id = $1',
      values: [id],
    });
    return liveHold(rows[0]?.hold ?? null);
  }

  /** Holds a workflow or (null) releases it. */
  async setHold(id: string, hold: Hold | null): Promise<void> {
    await this.database.rows({
      text: 'update workflow set hold = $2::json where id = $1',
      values: [id, hold && JSON.stringify(hold)],
    });
  }

  /** Newest first. */
  versions(workflowId: string, limit: number): Promise<StoredVersion[]> {
    return this.database.rows<StoredVersion>({
      text: `${VERSIONS} where v.workflow_id = $1 order by v.number desc limit $2`,
      values: [workflowId, limit],
    });
  }

  /** The published versions of workflows that have one. */
  publishedVersions(workflowIds: readonly string[]): Promise<StoredVersion[]> {
    return this.database.rows<StoredVersion>({
      name: 'published-versions',
      text: `${VERSIONS} join workflow w on w.id = v.workflow_id and w.published_version = v.number
        where w.id = any($1::bigint[])`,
      values: [workflowIds],
    });
  }

  async version(workflowId: string, number: number): Promise<StoredVersion | null> {
    const rows = await this.database.rows<StoredVersion>({
      name: 'workflow-version',
      text: `${VERSIONS} where v.workflow_id = $1 and v.number = $2`,
      values: [workflowId, number],
    });
    return rows[0] ?? null;
  }
}

const VERSIONS = `select v.workflow_id as "workflowId", v.number, v.graph_id as "graphId", g.content as graph, v.note,
  v.created_at as "createdAt", v.created_by as "createdBy"
  from workflow_version v join graph g on g.id = v.graph_id`;

async function ensureGraph(
  manager: EntityManager,
  workflowId: string,
  graph: GraphDocument,
): Promise<string> {
  const text = JSON.stringify(graph);
  const sha256 = createHash('sha256').update(text).digest('hex');
  await manager.query(
    `insert into graph (workflow_id, sha256, content) values ($1, $2, $3::json)
      on conflict on constraint uq_graph_workflow_id_sha256 do nothing`,
    [workflowId, sha256, text],
  );
  return (await manager.findOneByOrFail(GraphEntity, { workflowId, sha256 })).id;
}
