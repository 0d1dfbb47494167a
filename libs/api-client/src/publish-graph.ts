import type { GraphDocument } from '@heddle/graph';
import type { HeddleApi } from './heddle-api.js';

/** A graph to be put on a server under a name. */
export interface PublishGraph {
  namespace: string;
  name: string;
  description?: string;
  graph: GraphDocument;
  /** False leaves it a draft. Default true. */
  isPublished?: boolean;
  /** What to do when the name is taken: replace the draft, or leave everything as it is. */
  whenExists: 'replace' | 'keep';
}

/** The workflow as it now stands. */
export interface PublishedWorkflow {
  id: string;
  /** Null: never published. */
  publishedVersion: number | null;
  /** False when a workflow of that name was there. */
  isNew: boolean;
}

interface WorkflowFields {
  id: string;
  name: string;
  publishedVersion: number | null;
  draft: { revision: number };
}

const FIELDS = '{ id name publishedVersion draft { revision } }';

/**
 * Creates a workflow, or replaces the draft of the one with that name, and publishes it.
 * @throws {ApiError} `VALIDATION_FAILED` with all problems when the graph has errors; the draft is saved then.
 */
export async function publishGraph(
  api: HeddleApi,
  request: PublishGraph,
): Promise<PublishedWorkflow> {
  const known = await findWorkflow(api, request.namespace, request.name);
  if (known && request.whenExists === 'keep')
    return { id: known.id, publishedVersion: known.publishedVersion, isNew: false };
  const saved = known ? await replaceDraft(api, known, request) : await create(api, request);
  const publishedVersion =
    request.isPublished === false ? saved.publishedVersion : await publish(api, saved.id);
  return { id: saved.id, publishedVersion, isNew: !known };
}

async function findWorkflow(
  api: HeddleApi,
  namespace: string,
  name: string,
): Promise<WorkflowFields | null> {
  let after: string | null = null;
  do {
    const query = `query ($namespace: String!, $search: String, $after: String) {
      workflows(namespace: $namespace, search: $search, first: 100, after: $after) { nodes ${FIELDS} endCursor } }`;
    const page: { workflows: { nodes: WorkflowFields[]; endCursor: string | null } } =
      await api.request(query, {
        namespace,
        search: name,
        after,
      });
    const found = page.workflows.nodes.find((workflow) => workflow.name === name);
    if (found) return found;
    after = page.workflows.endCursor;
  } while (after !== null);
  return null;
}

async function create(
  api: HeddleApi,
  { namespace, name, description, graph }: PublishGraph,
): Promise<WorkflowFields> {
  const query = `mutation ($namespace: String!, $input: CreateWorkflowInput!) {
    createWorkflow(namespace: $namespace, input: $input) ${FIELDS} }`;
  const input = { name, description: description ?? '', graph };
  return (await api.request<{ createWorkflow: WorkflowFields }>(query, { namespace, input }))
    .createWorkflow;
}

async function replaceDraft(
  api: HeddleApi,
  known: WorkflowFields,
  { graph }: PublishGraph,
): Promise<WorkflowFields> {
  const query = `mutation ($id: ID!, $graph: JSON!, $baseRevision: Int!) {
    saveDraft(workflowId: $id, graph: $graph, baseRevision: $baseRevision) { revision } }`;
  const { saveDraft } = await api.request<{ saveDraft: { revision: number } }>(query, {
    id: known.id,
    graph,
    baseRevision: known.draft.revision,
  });
  return { ...known, draft: saveDraft };
}

async function publish(api: HeddleApi, id: string): Promise<number | null> {
  const query = 'mutation ($id: ID!) { publishWorkflow(workflowId: $id) { publishedVersion } }';
  const { publishWorkflow } = await api.request<{
    publishWorkflow: { publishedVersion: number | null };
  }>(query, { id });
  return publishWorkflow.publishedVersion;
}
