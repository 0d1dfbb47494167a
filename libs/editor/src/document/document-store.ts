import type { GraphDocument, OperationResult } from '@heddle/graph';
import type { Problem } from '@heddle/kernel';
import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  EMPTY_HISTORY,
  type History,
  type HistoryStep,
  record,
  redo,
  seal,
  undo,
} from './history.js';

/** The document under edit and its history. Selection, viewport and hover live elsewhere. */
export interface DocumentState {
  graph: GraphDocument;
  history: History;
  /** Why the last edit was refused; null once one went through. */
  refusal: Problem | null;
}

/** How an edit is remembered. */
export interface EditInfo {
  /** What undo calls it. */
  label: string;
  /** Edits with the same mark that follow quickly are one undo. */
  mark?: string;
  /** Keys of the nodes that the edited graph lies in; absent: the document itself. */
  place?: readonly string[];
}

/** The one document of an editor, and every way to change it. */
export interface DocumentStore {
  readonly state: StoreApi<DocumentState>;
  /** Runs a pure operation of the graph library and remembers it. */
  edit(operation: (graph: GraphDocument) => OperationResult, info: EditInfo): OperationResult;
  /** Takes the last step back and says which; null when there is none. */
  undo(): HistoryStep | null;
  redo(): HistoryStep | null;
  /** Ends coalescing: what follows is another undo. */
  seal(): void;
  /** Takes over a document from outside (a reload, a version): not an edit, and the history begins anew. */
  replace(graph: GraphDocument): void;
  clearRefusal(): void;
}

/** A store around a document. `now` is the clock that coalescing reads. */
export function createDocumentStore(
  graph: GraphDocument,
  now: () => number = Date.now,
): DocumentStore {
  const state = createStore<DocumentState>(() => ({
    graph,
    history: EMPTY_HISTORY,
    refusal: null,
  }));
  const move = (step: typeof undo): HistoryStep | null => {
    const current = state.getState();
    const moved = step(current.history, current.graph);
    if (!moved) return null;
    state.setState({ graph: moved.graph, history: moved.history, refusal: null });
    return moved.step;
  };
  return {
    state,
    edit(operation, { label, mark, place }) {
      const before = state.getState();
      const result = operation(before.graph);
      if (!result.ok) {
        state.setState({ refusal: result.problem });
        return result;
      }
      if (result.graph === before.graph) return result;
      const history = record(before.history, {
        before: before.graph,
        after: result.graph,
        label,
        mark,
        place,
        at: now(),
      });
      state.setState({ graph: result.graph, history, refusal: null });
      return result;
    },
    undo: () => move(undo),
    redo: () => move(redo),
    seal: () => state.setState((current) => ({ history: seal(current.history) })),
    replace: (next) => state.setState({ graph: next, history: EMPTY_HISTORY, refusal: null }),
    clearRefusal: () => state.setState({ refusal: null }),
  };
}
