import type { NodePaint } from '@heddle/editor';
import type { GraphDocument } from '@heddle/graph';
import {
  type HeddleApiError,
  RerunPreview,
  type RerunPreviewQuery,
  type RunView,
  useApiQuery,
} from '@heddle/studio-data';
import { useDebouncedValue } from '@mantine/hooks';
import { useCallback, useMemo, useState } from 'react';
import {
  isAsked,
  newDraft,
  paintOf,
  type RewindDraft,
  type RewindValue,
  togglePick,
  variablesOf,
} from './rewind-draft.js';

/** A preview is asked for once a person pauses. */
const PREVIEW_DELAY_MS = 250;

const NOTHING: ReturnType<typeof variablesOf> = { runId: '', mode: 'NEW_RUN', from: [], patch: {} };

/** A rerun that is being prepared, and what it would do. */
export interface Rewind {
  /** Null: none is being prepared. */
  draft: RewindDraft | null;
  change: (change: Partial<RewindDraft>) => void;
  toggle: (key: string) => void;
  open: (keys?: readonly string[], values?: RewindValue[]) => void;
  close: () => void;
  variables: ReturnType<typeof variablesOf>;
  preview: RerunPreviewQuery['previewRerun'] | undefined;
  /** The preview does not show the present draft yet. */
  isPending: boolean;
  error: HeddleApiError | null;
  paint: ReadonlyMap<string, NodePaint> | null;
}

/** Nodes that a person chose: to run again, or to have another value. */
function chosenIn({ values }: RewindDraft, from: string | readonly string[]): ReadonlySet<string> {
  return new Set([...[from].flat(), ...values.flatMap(({ nodeKey }) => nodeKey ?? [])]);
}

/** Prepares a rerun of one run: the draft of it, and its preview, which follows a moment later. */
export function useRewind(graph: GraphDocument, view: RunView): Rewind {
  const [draft, setDraft] = useState<RewindDraft | null>(null);
  const variables = useMemo(
    () => (draft ? variablesOf(draft, graph, view) : NOTHING),
    [draft, graph, view],
  );
  const key = JSON.stringify(variables);
  const [asked] = useDebouncedValue(key, PREVIEW_DELAY_MS);
  const isComplete = draft !== null && isAsked(draft);
  const query = useApiQuery(RerunPreview, JSON.parse(asked) as typeof variables, {
    enabled: isComplete,
    keepPrevious: true,
  });
  const preview = isComplete ? query.data?.previewRerun : undefined;
  const paint = useMemo(
    () => (draft ? paintOf(preview, chosenIn(draft, variables.from)) : null),
    [draft, preview, variables.from],
  );
  const change = useCallback(
    (next: Partial<RewindDraft>) => setDraft((before) => before && { ...before, ...next }),
    [],
  );
  const toggle = useCallback(
    (nodeKey: string) => setDraft((before) => before && togglePick(before, nodeKey)),
    [],
  );
  const open = useCallback(
    (keys: readonly string[] = [], values: RewindValue[] = []) => setDraft(newDraft(keys, values)),
    [],
  );
  const close = useCallback(() => setDraft(null), []);
  return {
    draft,
    change,
    toggle,
    open,
    close,
    variables,
    preview,
    isPending: isComplete && (asked !== key || query.isFetching),
    error: isComplete ? query.error : null,
    paint,
  };
}
