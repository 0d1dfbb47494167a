import type { GraphDocument } from '@heddle/graph';
import { applyDiff, diffGraphs, type GraphDiff, invertDiff, isEmptyDiff } from './diff.js';

/** Steps that can be undone; older ones are forgotten. */
export const HISTORY_LENGTH_MAX = 300;
/** Edits with the same mark within this time are one step. */
export const COALESCE_MS_MAX = 1_500;

/** One step: what it is called, and what it changed. */
export interface HistoryEntry {
  label: string;
  /** Keys of the nodes that the edited graph lies in. */
  place: readonly string[];
  diff: GraphDiff;
  /** Steps that follow with the same mark join this one: typing in one field, nudging by the keyboard. */
  mark: string | undefined;
  at: number;
  /** The document before the step, so that a joined step is one diff. */
  base: GraphDocument;
}

/** What can be undone and redone. */
export interface History {
  done: readonly HistoryEntry[];
  undone: readonly HistoryEntry[];
}

/** A history without steps. */
export const EMPTY_HISTORY: History = { done: [], undone: [] };

/** An edit to be remembered. `at` is epoch milliseconds. */
export interface RecordedEdit {
  before: GraphDocument;
  after: GraphDocument;
  label: string;
  place?: readonly string[] | undefined;
  mark?: string | undefined;
  at: number;
}

/** Remembers an edit; what was undone before it is gone. */
export function record(history: History, edit: RecordedEdit): History {
  const last = history.done[history.done.length - 1];
  const joins =
    last !== undefined &&
    history.undone.length === 0 &&
    edit.mark !== undefined &&
    last.mark === edit.mark &&
    edit.at - last.at <= COALESCE_MS_MAX;
  const base = joins ? last.base : edit.before;
  const diff = diffGraphs(base, edit.after);
  const rest = joins ? history.done.slice(0, -1) : history.done;
  if (isEmptyDiff(diff)) return joins ? { done: rest, undone: [] } : history;
  const { label, mark, at, place = [] } = edit;
  const entry: HistoryEntry = { label, mark, at, place, base, diff };
  return { done: [...rest, entry].slice(-HISTORY_LENGTH_MAX), undone: [] };
}

/** Ends the present mark: the next edit begins a step of its own. */
export function seal(history: History): History {
  const last = history.done[history.done.length - 1];
  if (!last || last.mark === undefined) return history;
  return { ...history, done: [...history.done.slice(0, -1), { ...last, mark: undefined }] };
}

/** A step as people hear of it. */
export interface HistoryStep {
  label: string;
  /** Keys of the nodes that the edited graph lies in. */
  place: readonly string[];
}

/** A move through the history: the new document and the step; null when there is none. */
export type HistoryMove = { history: History; graph: GraphDocument; step: HistoryStep } | null;

/** Takes the last step back. */
export function undo(history: History, graph: GraphDocument): HistoryMove {
  const entry = history.done[history.done.length - 1];
  if (!entry) return null;
  return {
    history: { done: history.done.slice(0, -1), undone: [...history.undone, entry] },
    graph: applyDiff(graph, invertDiff(entry.diff)),
    step: { label: entry.label, place: entry.place },
  };
}

/** Does the step that was taken back again. */
export function redo(history: History, graph: GraphDocument): HistoryMove {
  const entry = history.undone[history.undone.length - 1];
  if (!entry) return null;
  return {
    history: {
      done: [...history.done, { ...entry, mark: undefined }],
      undone: history.undone.slice(0, -1),
    },
    graph: applyDiff(graph, entry.diff),
    step: { label: entry.label, place: entry.place },
  };
}
