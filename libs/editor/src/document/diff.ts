import type { GraphDocument, GraphEdge, GraphNode } from '@heddle/graph';

/** One element that differs: absent `before` means added, absent `after` means removed. Indices are places in the list on each side. */
export interface ElementDiff<T> {
  id: string;
  before?: { index: number; value: T };
  after?: { index: number; value: T };
}

/** What turns one document into another, and back. Values are shared with the documents, so a diff is small. */
export interface GraphDiff {
  nodes: readonly ElementDiff<GraphNode>[];
  edges: readonly ElementDiff<GraphEdge>[];
  settings?: { before: GraphDocument['settings']; after: GraphDocument['settings'] };
  inputSchema?: { before: GraphDocument['inputSchema']; after: GraphDocument['inputSchema'] };
}

function diffList<T>(
  before: readonly T[],
  after: readonly T[],
  idOf: (item: T) => string,
): ElementDiff<T>[] {
  if (before === after) return [];
  const old = new Map(before.map((value, index) => [idOf(value), { index, value }]));
  const diffs: ElementDiff<T>[] = [];
  after.forEach((value, index) => {
    const id = idOf(value);
    const was = old.get(id);
    old.delete(id);
    if (!was) diffs.push({ id, after: { index, value } });
    else if (was.value !== value) diffs.push({ id, before: was, after: { index, value } });
  });
  for (const [id, was] of old) diffs.push({ id, before: was });
  return diffs;
}

/** The difference between two documents that share what did not change. Kept elements must be in the same order. */
export function diffGraphs(before: GraphDocument, after: GraphDocument): GraphDiff {
  return {
    nodes: diffList(before.nodes, after.nodes, (node) => node.key),
    edges: diffList(before.edges, after.edges, (edge) => edge.id),
    ...(before.settings === after.settings
      ? {}
      : { settings: { before: before.settings, after: after.settings } }),
    ...(before.inputSchema === after.inputSchema
      ? {}
      : { inputSchema: { before: before.inputSchema, after: after.inputSchema } }),
  };
}

/** Whether a diff changes nothing. */
export function isEmptyDiff(diff: GraphDiff): boolean {
  return diff.nodes.length === 0 && diff.edges.length === 0 && !diff.settings && !diff.inputSchema;
}

/** The diff that goes back. */
export function invertDiff(diff: GraphDiff): GraphDiff {
  const flip = <T>({ id, before, after }: ElementDiff<T>): ElementDiff<T> => ({
    id,
    ...(after ? { before: after } : {}),
    ...(before ? { after: before } : {}),
  });
  return {
    nodes: diff.nodes.map(flip),
    edges: diff.edges.map(flip),
    ...(diff.settings
      ? { settings: { before: diff.settings.after, after: diff.settings.before } }
      : {}),
    ...(diff.inputSchema
      ? { inputSchema: { before: diff.inputSchema.after, after: diff.inputSchema.before } }
      : {}),
  };
}

function applyList<T>(
  list: readonly T[],
  diffs: readonly ElementDiff<T>[],
  idOf: (item: T) => string,
): T[] {
  const named = new Set(diffs.map((diff) => diff.id));
  const kept = list.filter((item) => !named.has(idOf(item)));
  // Changed elements go back by their place too: a renamed node may leave its key, and its place, to another one.
  const placed = diffs.flatMap((diff) => (diff.after ? [diff.after] : []));
  placed.sort((a, b) => a.index - b.index);
  for (const { index, value } of placed) kept.splice(Math.min(index, kept.length), 0, value);
  return kept;
}

/**
 * Applies a diff. On the document it was made from the result is exact; on a later one (somebody else's change came
 * between) it replaces, adds and removes the elements it names and leaves the others alone.
 */
export function applyDiff(graph: GraphDocument, diff: GraphDiff): GraphDocument {
  const nodes =
    diff.nodes.length > 0 ? applyList(graph.nodes, diff.nodes, (node) => node.key) : graph.nodes;
  const keys = new Set(nodes.map((node) => node.key));
  const edges =
    diff.edges.length > 0 || diff.nodes.length > 0
      ? applyList(graph.edges, diff.edges, (edge) => edge.id).filter(
          (edge) => keys.has(edge.source) && keys.has(edge.target),
        )
      : graph.edges;
  const next: GraphDocument = {
    ...graph,
    nodes,
    edges,
    settings: diff.settings?.after ?? graph.settings,
  };
  if (!diff.inputSchema) return next;
  const { inputSchema: _replaced, ...rest } = next;
  return diff.inputSchema.after === undefined
    ? rest
    : { ...rest, inputSchema: diff.inputSchema.after };
}
