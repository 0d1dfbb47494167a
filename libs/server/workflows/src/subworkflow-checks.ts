import { hasExpressions } from '@heddle/expression';
import {
  bodyOf,
  checkInput,
  problemsInBody,
  type GraphDocument,
  type GraphNode,
} from '@heddle/graph';
import type { Json, Problem } from '@heddle/kernel';
import type { WorkflowStore } from '@heddle/store';

/** Workflows looked up for one graph. */
const LOOKUPS_MAX = 100;

/**
 * What is doubtful about the workflows that a graph calls: warnings, for a workflow may be published later than the one that
 * calls it. Inputs without expressions are checked against its schema.
 */
export async function subworkflowProblems(
  store: Pick<WorkflowStore, 'runnableByName' | 'graph'>,
  namespaceId: string,
  graph: GraphDocument,
): Promise<Problem[]> {
  const known = new Map<string, Promise<GraphDocument | string>>();
  const look = (name: string, version: number | null): Promise<GraphDocument | string> => {
    const key = `${name}/${version}`;
    let found = known.get(key);
    if (!found && known.size < LOOKUPS_MAX) {
      found = lookUp(store, namespaceId, name, version);
      known.set(key, found);
    }
    return found ?? Promise.resolve(EMPTY);
  };
  return problemsOf(graph, look);
}

async function lookUp(
  store: Pick<WorkflowStore, 'runnableByName' | 'graph'>,
  namespaceId: string,
  name: string,
  version: number | null,
): Promise<GraphDocument | string> {
  const target = await store.runnableByName(namespaceId, name, version);
  return target.kind === 'none' ? target.message : store.graph(target.graphId);
}

/** Stands for a workflow that is not looked up any more: nothing is known against it. */
const EMPTY = {} as GraphDocument;

type Look = (name: string, version: number | null) => Promise<GraphDocument | string>;

async function problemsOf(graph: GraphDocument, look: Look): Promise<Problem[]> {
  const found = await Promise.all(
    graph.nodes.map(async (node) => {
      const body = bodyOf(node);
      if (body) return problemsInBody(node.key, body, await problemsOf(body, look));
      return node.type === 'subworkflow' ? callProblems(node, look) : [];
    }),
  );
  return found.flat();
}

async function callProblems(node: GraphNode, look: Look): Promise<Problem[]> {
  const { workflow, version, input } = node.config;
  if (typeof workflow !== 'string' || hasExpressions(workflow)) return [];
  const target = await look(workflow, typeof version === 'number' ? version : null);
  const place = { severity: 'warning', nodeKey: node.key } as const;
  if (typeof target === 'string')
    return [{ code: 'UNKNOWN_WORKFLOW', message: target, path: '/config/workflow', ...place }];
  const given = (input ?? null) as Json;
  if (!target.inputSchema || hasExpressions(given)) return [];
  return checkInput(target.inputSchema, given).map(({ message, path = '' }) => ({
    code: 'INPUT_MISFIT',
    message: `The input does not fit "${workflow}": ${message}`,
    path: `/config/input${path}`,
    ...place,
  }));
}
