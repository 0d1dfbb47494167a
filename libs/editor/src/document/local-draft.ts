import { type GraphDocument, parseGraph } from '@heddle/graph';
import { isJsonObject } from '@heddle/kernel';

/** A draft that this browser holds because the server had not confirmed it. */
export interface LocalDraft {
  graph: GraphDocument;
  /** Revision that the edits began from. */
  baseRevision: number;
  savedAt: string;
}

const keyOf = (workflowId: string): string => `heddle.draft.${workflowId}`;

/** Keeps a draft in this browser. A full storage is not worth an error: the server copy still comes. */
export function keepLocalDraft(
  workflowId: string,
  graph: GraphDocument,
  baseRevision: number,
): void {
  try {
    const draft = { graph, baseRevision, savedAt: new Date().toISOString() };
    localStorage.setItem(keyOf(workflowId), JSON.stringify(draft));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

/** Forgets the draft of a workflow. */
export function dropLocalDraft(workflowId: string): void {
  localStorage.removeItem(keyOf(workflowId));
}

/** The draft that was left behind, if it can still be read. */
export function readLocalDraft(workflowId: string): LocalDraft | null {
  const text = localStorage.getItem(keyOf(workflowId));
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Half-written by a crash: nothing to recover.
    return null;
  }
  if (!isJsonObject(value) || typeof value['baseRevision'] !== 'number') return null;
  const parsed = parseGraph(value['graph']);
  if (!parsed.ok) return null;
  return {
    graph: parsed.graph,
    baseRevision: value['baseRevision'],
    savedAt: String(value['savedAt']),
  };
}
