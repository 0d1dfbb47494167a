import {
  emptyGraph,
  type GraphDocument,
  graphAt,
  type OperationResult,
  withGraphAt,
} from '@heddle/graph';
import type { StoreApi } from 'zustand/vanilla';
import type { DocumentState, DocumentStore, EditInfo } from './document-store.js';

/** Keys of the nodes that a graph lies in, outermost first; empty: the document itself. */
export type LevelPath = readonly string[];

/** Whether two levels are the same. */
export function isSameLevel(a: LevelPath, b: LevelPath): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}

/** The longest part of a path that still leads to a graph. */
export function existingLevel(document: GraphDocument, path: LevelPath): LevelPath {
  for (let depth = path.length; depth > 0; depth--) {
    const part = path.slice(0, depth);
    if (graphAt(document, part)) return part;
  }
  return [];
}

/** Runs an operation on the graph at a path of a document. */
function editAt(
  document: GraphDocument,
  path: LevelPath,
  operation: (graph: GraphDocument) => OperationResult,
): OperationResult {
  const inner = graphAt(document, path);
  if (!inner) return { ok: true, graph: document };
  const result = operation(inner);
  if (!result.ok) return result;
  if (result.graph === inner) return { ...result, graph: document };
  return { ...result, graph: withGraphAt(document, path, result.graph) ?? document };
}

/**
 * The graph at a path as a document of its own: edits of it are edits of the whole document, in one history. Whoever works
 * on it need not know how deep it lies.
 */
export function levelStore(root: DocumentStore, path: LevelPath): DocumentStore {
  if (path.length === 0) return root;
  const projected = new WeakMap<DocumentState, DocumentState>();
  const project = (state: DocumentState): DocumentState => {
    const known = projected.get(state);
    if (known) return known;
    const level = { ...state, graph: graphAt(state.graph, path) ?? emptyGraph() };
    projected.set(state, level);
    return level;
  };
  const state: StoreApi<DocumentState> = {
    getState: () => project(root.state.getState()),
    getInitialState: () => project(root.state.getInitialState()),
    setState: () => {
      throw new Error('A level is changed by edits only.');
    },
    subscribe: (listener) =>
      root.state.subscribe((next, before) => listener(project(next), project(before))),
  };
  return {
    ...root,
    state,
    edit: (operation, info: EditInfo) => {
      let inner: OperationResult | null = null;
      const result = root.edit(
        (document) =>
          editAt(document, path, (graph) => {
            inner = operation(graph);
            return inner;
          }),
        {
          ...info,
          place: path,
          ...(info.mark === undefined ? {} : { mark: `${path.join('/')}:${info.mark}` }),
        },
      );
      return inner ?? result;
    },
  };
}
