import { Inject, Injectable } from '@nestjs/common';
import { BadInputError, HeddleError, parseId, type Json, type Problem } from '@heddle/kernel';
import { emptyGraph, type GraphDocument } from '@heddle/graph';
import type { Caller } from '@heddle/server-access';
import {
  WorkflowStore,
  isUniqueViolation,
  type StoredVersion,
  type WorkflowEntity,
} from '@heddle/store';
import { decodeCursor, encodeCursor, pageSize } from './cursor.js';
import { draftShape } from './draft-shape.js';
import { checkDocument, isRunnable, isSameGraph } from './graph-checks.js';
import { subworkflowProblems } from './subworkflow-checks.js';
import { toProblem, toVersion, toWorkflow } from './workflows.dto.js';

const NAME_LENGTH_MAX = 120;
const TEXT_LENGTH_MAX = 4_000;

/** The graph cannot be published or run; `details.problems` lists every reason with its place. */
export class GraphInvalidError extends HeddleError<'VALIDATION_FAILED'> {
  constructor(problems: readonly Problem[]) {
    const errors = problems.filter((problem) => problem.severity === 'error');
    super(
      'VALIDATION_FAILED',
      `The graph has ${errors.length} error${errors.length === 1 ? '' : 's'}; the first: ${errors[0]?.message ?? ''}`,
      { problems: problems.map(toProblem) as unknown as Json },
    );
  }
}

/** Workflows: drafts, versions, publishing. */
@Injectable()
export class WorkflowsService {
  constructor(@Inject(WorkflowStore) private readonly store: WorkflowStore) {}

  /** The workflow if the caller may do what the resolver's rule says. */
  async require(caller: Caller, id: string): Promise<WorkflowEntity> {
    const workflow = await this.store.find(parseId('workflow', id));
    if (!workflow) return caller.notFound('workflow', id);
    caller.in(workflow.namespaceId, { kind: 'workflow', id });
    return workflow;
  }

  async find(caller: Caller, id: string): Promise<WorkflowEntity | null> {
    const workflow = await this.store.find(parseId('workflow', id));
    const isVisible =
      workflow && caller.known.roles.some((role) => role.id === workflow.namespaceId);
    if (!isVisible) return caller.nothingFound();
    caller.in(workflow.namespaceId, { kind: 'workflow', id });
    return workflow;
  }

  async list(
    caller: Caller,
    args: {
      namespace: string;
      search?: string | null;
      first?: number | null;
      after?: string | null;
    },
  ) {
    const namespace = caller.inNamed(args.namespace);
    const limit = pageSize(args.first);
    const after = args.after
      ? decodeCursor<{ name: string; id: string }>(args.after, ['name', 'id'])
      : null;
    if (after) parseId('workflow', after.id);
    const search = args.search?.trim().slice(0, NAME_LENGTH_MAX) || null;
    const page = await this.store.page({
      namespaceId: namespace.id,
      search,
      limit: limit + 1,
      after,
    });
    const nodes = page.workflows.slice(0, limit);
    const last = nodes.at(-1);
    const endCursor =
      page.workflows.length > limit && last ? encodeCursor({ name: last.name, id: last.id }) : null;
    return { nodes: nodes.map(toWorkflow), totalCount: page.totalCount, endCursor };
  }

  validate(caller: Caller, namespace: string, graph: unknown) {
    return this.problems(caller.inNamed(namespace).id, graph);
  }

  async create(
    caller: Caller,
    namespace: string,
    input: { name: string; description?: string | null; graph?: unknown },
  ) {
    const { id: namespaceId } = caller.inNamed(namespace);
    const draft =
      input.graph === undefined || input.graph === null ? emptyGraph() : requireDraft(input.graph);
    try {
      const workflow = await this.store.add({
        namespaceId,
        name: cleanName(input.name),
        description: cleanText(input.description ?? '', '/input/description'),
        draft,
        by: caller.known.name,
      });
      return toWorkflow(workflow);
    } catch (error) {
      throw nameTaken(error, input.name);
    }
  }

  async update(
    caller: Caller,
    id: string,
    input: { name?: string | null; description?: string | null },
  ) {
    const workflow = await this.require(caller, id);
    const change = {
      ...(typeof input.name === 'string' ? { name: cleanName(input.name) } : {}),
      ...(typeof input.description === 'string'
        ? { description: cleanText(input.description, '/input/description') }
        : {}),
    };
    try {
      await this.store.rename(workflow.id, change);
    } catch (error) {
      throw nameTaken(error, input.name ?? workflow.name);
    }
    return toWorkflow({ ...workflow, ...change, updatedAt: new Date() });
  }

  async saveDraft(
    caller: Caller,
    args: { workflowId: string; graph: unknown; baseRevision: number },
  ) {
    const workflow = await this.require(caller, args.workflowId);
    const graph = requireDraft(args.graph);
    const saved = await this.store.saveDraft(
      workflow.id,
      graph,
      args.baseRevision,
      caller.known.name,
    );
    if (!saved) throw await this.#conflict(workflow.id, args.baseRevision);
    const problems = await this.problems(workflow.namespaceId, graph);
    const published = (await this.publishedVersions([workflow.id])).get(workflow.id);
    return {
      ...saved,
      problems,
      hasUnpublishedChanges: !isSameGraph(graph, published?.graph ?? null),
    };
  }

  async #conflict(id: string, baseRevision: number): Promise<HeddleError> {
    const current = await this.store.find(id);
    return new HeddleError(
      'CONFLICT',
      `This draft was saved by ${current?.draftUpdatedBy ?? 'somebody else'} meanwhile: your edit began from revision ${baseRevision}, the current one is ${current?.draftRevision}.`,
      { revision: current?.draftRevision ?? 0, by: current?.draftUpdatedBy ?? '' },
    );
  }

  async publish(
    caller: Caller,
    args: { workflowId: string; note?: string | null; baseRevision?: number | null },
  ) {
    const workflow = await this.require(caller, args.workflowId);
    if (workflow.archivedAt) throw archived(`Workflow ${workflow.name}`);
    if (args.baseRevision && args.baseRevision !== workflow.draftRevision)
      throw await this.#conflict(workflow.id, args.baseRevision);
    const { graph, problems } = checkDocument(workflow.draft);
    if (!graph || !isRunnable(problems)) throw new GraphInvalidError(problems);
    const note = args.note ? cleanText(args.note, '/note') : null;
    await this.store.publish(workflow.id, graph, note, caller.known.name);
    return this.#reload(workflow.id);
  }

  async publishVersion(caller: Caller, args: { workflowId: string; version: number }) {
    const workflow = await this.require(caller, args.workflowId);
    if (workflow.archivedAt) throw archived(`Workflow ${workflow.name}`);
    const version = await this.store.version(workflow.id, args.version);
    if (!version)
      throw new BadInputError(
        `Workflow ${workflow.name} has no version ${args.version}; the latest is ${workflow.latestVersion}.`,
        { path: '/version' },
      );
    await this.store.setPublished(workflow.id, version.number);
    return this.#reload(workflow.id);
  }

  async archive(caller: Caller, id: string): Promise<boolean> {
    const workflow = await this.require(caller, id);
    await this.store.setArchived(workflow.id, new Date());
    return true;
  }

  async restore(caller: Caller, id: string) {
    const workflow = await this.require(caller, id);
    try {
      await this.store.setArchived(workflow.id, null);
    } catch (error) {
      throw nameTaken(error, workflow.name);
    }
    return this.#reload(workflow.id);
  }

  async #reload(id: string) {
    return toWorkflow((await this.store.find(id))!);
  }

  // ---- fields of a workflow that the caller may see ----

  draft(workflow: WorkflowEntity) {
    return {
      namespaceId: workflow.namespaceId,
      graph: workflow.draft,
      revision: workflow.draftRevision,
      updatedAt: workflow.draftUpdatedAt,
      updatedBy: workflow.draftUpdatedBy,
    };
  }

  /** Everything that is wrong or doubtful with a graph, the workflows that it calls included. */
  async problems(namespaceId: string, value: unknown) {
    const { graph, problems } = checkDocument(value);
    const calls = graph ? await subworkflowProblems(this.store, namespaceId, graph) : [];
    return [...problems, ...calls].map(toProblem);
  }

  /** Published versions by workflow id. */
  async publishedVersions(ids: readonly string[]): Promise<Map<string, StoredVersion>> {
    const versions = await this.store.publishedVersions(ids);
    return new Map(versions.map((version) => [version.workflowId, version]));
  }

  async versions(workflow: WorkflowEntity, first: number) {
    const versions = await this.store.versions(workflow.id, pageSize(first));
    return versions.map((version) => toVersion(version, workflow.publishedVersion));
  }

  async version(workflow: WorkflowEntity, number: number) {
    const version = await this.store.version(workflow.id, number);
    return version && toVersion(version, workflow.publishedVersion);
  }

  /**
   * What a run would execute: a version, or the draft pinned as it is, if the caller may do what the resolver's rule says.
   * @throws {GraphInvalidError} for a draft with errors. @throws {HeddleError} `ILLEGAL_ACTION` when nothing is published.
   */
  async target(
    caller: Caller,
    id: string,
    choice: { version?: number | null; useDraft?: boolean | null },
  ): Promise<RunTarget> {
    const found = await this.store.runnableById(parseId('workflow', id), choice.version ?? null);
    if (!found) return caller.notFound('workflow', id);
    const { name: namespace } = caller.in(found.namespaceId, { kind: 'workflow', id });
    if (found.isArchived) throw archived('The workflow');
    if (choice.useDraft) return this.#draftTarget(await this.require(caller, id), namespace);
    if (found.kind === 'none') throw notRunnable(found.message, choice.version);
    const { namespaceId, workflowId, name: workflowName, graphId, version, hold } = found;
    return { namespaceId, namespace, workflowId, workflowName, graphId, version, hold };
  }

  async #draftTarget(workflow: WorkflowEntity, namespace: string): Promise<RunTarget> {
    const { graph, problems } = checkDocument(workflow.draft);
    if (!graph || !isRunnable(problems)) throw new GraphInvalidError(problems);
    const { namespaceId, id: workflowId, name: workflowName, hold } = workflow;
    const graphId = await this.store.ensureGraph(workflowId, graph);
    return { namespaceId, namespace, workflowId, workflowName, graphId, version: null, hold };
  }
}

function archived(what: string): HeddleError {
  return new HeddleError('ILLEGAL_ACTION', `${what} is archived. Restore it first.`);
}

/** What a run of a workflow executes; `version` null: its draft. */
export interface RunTarget {
  namespaceId: string;
  namespace: string;
  workflowId: string;
  workflowName: string;
  graphId: string;
  version: number | null;
  /** Set while the workflow is held. */
  hold: WorkflowEntity['hold'];
}

function notRunnable(message: string, version: number | null | undefined): HeddleError {
  return version === null || version === undefined
    ? new HeddleError('ILLEGAL_ACTION', `${message} Publish it, or run the draft.`)
    : new BadInputError(message, { path: '/version' });
}

/** A draft may be wrong in many ways, but it must be a document that the editor can open again. */
function requireDraft(value: unknown): GraphDocument {
  const checked = draftShape(value);
  if (!checked.ok)
    throw new BadInputError(
      `This is not a graph document: ${checked.problem.message} (at ${checked.problem.path || 'the top'}).`,
      { path: checked.problem.path ?? '' },
    );
  return checked.graph;
}

function cleanName(name: string): string {
  const clean = name.trim();
  if (clean.length < 1 || clean.length > NAME_LENGTH_MAX || /\p{Cc}/u.test(clean))
    throw new BadInputError(`A workflow's name has 1 to ${NAME_LENGTH_MAX} printable characters.`, {
      path: '/input/name',
    });
  return clean;
}

function cleanText(text: string, path: string): string {
  if (text.length > TEXT_LENGTH_MAX || text.includes('\u0000'))
    throw new BadInputError(
      `A text here has at most ${TEXT_LENGTH_MAX} characters and no null character.`,
      { path },
    );
  return text;
}

function nameTaken(error: unknown, name: string): unknown {
  return isUniqueViolation(error, 'uq_workflow_namespace_id_name')
    ? new HeddleError('CONFLICT', `There is a workflow named ${name} in this namespace already.`, {
        path: '/input/name',
      })
    : error;
}
