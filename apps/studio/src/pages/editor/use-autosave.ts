import {
  Autosaver,
  type DocumentStore,
  dropLocalDraft,
  keepLocalDraft,
  type SaveAnswer,
  type SaveState,
} from '@heddle/editor';
import type { GraphDocument } from '@heddle/graph';
import type { Json, Problem } from '@heddle/kernel';
import { request, SaveDraft, type SaveDraftMutation, toApiError } from '@heddle/studio-data';
import { useEffect, useState, useSyncExternalStore } from 'react';

type Saved = SaveDraftMutation['saveDraft'];

/** Problems as the editor takes them. */
export function toProblems(problems: Saved['problems']): Problem[] {
  return problems.map(
    ({ code, message, severity, nodeKey, edgeId, path, rangeStart, rangeEnd }) => ({
      code,
      message,
      severity,
      ...(nodeKey === null ? {} : { nodeKey }),
      ...(edgeId === null ? {} : { edgeId }),
      ...(path === null ? {} : { path }),
      ...(rangeStart === null || rangeEnd === null
        ? {}
        : { range: { start: rangeStart, end: rangeEnd } }),
    }),
  );
}

async function saveDraft(
  workflowId: string,
  graph: GraphDocument,
  baseRevision: number,
  onSaved: (saved: Saved) => void,
): Promise<SaveAnswer> {
  try {
    const variables = { workflowId, graph: graph as unknown as Json, baseRevision };
    const { saveDraft: saved } = await request(SaveDraft, variables);
    onSaved(saved);
    return { kind: 'saved', revision: saved.revision };
  } catch (thrown) {
    const error = toApiError(thrown);
    if (error.code === 'NETWORK' || error.code === 'UNAVAILABLE') return { kind: 'unreachable' };
    if (error.code === 'CONFLICT') {
      const theirs = error.details['revision'] ?? error.details['currentRevision'];
      return {
        kind: 'conflict',
        theirRevision: typeof theirs === 'number' ? theirs : baseRevision + 1,
      };
    }
    return { kind: 'refused', code: error.code, message: error.message };
  }
}

interface AutosaveOptions {
  workflowId: string;
  revision: number;
  document: DocumentStore;
  onSaved: (saved: Saved) => void;
}

/** Saves the document shortly after each edit, for as long as the page shows it, and warns before it is closed too early. */
export function useAutosave({ workflowId, revision, document, onSaved }: AutosaveOptions): {
  saver: Autosaver;
  state: SaveState;
} {
  const [saver] = useState(
    () =>
      new Autosaver({
        revision,
        getGraph: () => document.state.getState().graph,
        save: (graph, baseRevision) => saveDraft(workflowId, graph, baseRevision, onSaved),
        keepDraft: (graph, baseRevision) => keepLocalDraft(workflowId, graph, baseRevision),
        dropDraft: () => dropLocalDraft(workflowId),
      }),
  );
  useEffect(() => {
    const unsubscribe = document.state.subscribe(({ graph }, before) => {
      if (graph !== before.graph) saver.edited();
    });
    return () => {
      unsubscribe();
      // Leaving the page inside Studio: what is unsaved goes out now.
      void saver.flush();
    };
  }, [saver, document]);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (saver.state.kind !== 'saved') event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [saver]);
  return { saver, state: useSyncExternalStore(saver.subscribe, saver.getState) };
}
