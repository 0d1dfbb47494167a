import type { NodePaint } from '@heddle/editor';
import { type GraphDocument, indexOf } from '@heddle/graph';
import type { Json } from '@heddle/kernel';
import type {
  RerunFromMutationVariables,
  RerunPreviewQuery,
  RerunPreviewQueryVariables,
  RunView,
} from '@heddle/studio-data';

/** Where a rerun begins: at what did not succeed, at chosen nodes, or at the beginning. */
export type RewindScope = 'failed' | 'chosen' | 'whole';

/** A value that the rerun replaces. `nodeKey` null: the input of the run. */
export interface RewindValue {
  kind: 'runInput' | 'input' | 'output';
  nodeKey: string | null;
  /** Undefined until what it had is loaded. */
  value: Json | undefined;
}

/** A rerun as a person prepares it. */
export interface RewindDraft {
  scope: RewindScope;
  picked: ReadonlySet<string>;
  values: readonly RewindValue[];
  /** Null: the version of the old run. */
  version: number | null;
  isInPlace: boolean;
}

/** A rerun that begins at these nodes; none: at what did not succeed. */
export function newDraft(keys: readonly string[] = [], values: RewindValue[] = []): RewindDraft {
  return {
    scope: keys.length > 0 ? 'chosen' : 'failed',
    picked: new Set(keys),
    values,
    version: null,
    isInPlace: false,
  };
}

/** Takes a node in or out; whoever does that wants to choose. */
export function togglePick(draft: RewindDraft, key: string): RewindDraft {
  const picked = new Set(draft.scope === 'chosen' ? draft.picked : []);
  if (!picked.delete(key)) picked.add(key);
  return { ...draft, scope: 'chosen', picked };
}

function nodesAt({ scope, picked }: RewindDraft, graph: GraphDocument, view: RunView): string[] {
  switch (scope) {
    case 'chosen':
      return [...picked];
    case 'whole': {
      const { incoming } = indexOf(graph);
      return graph.nodes.flatMap(({ key }) => ((incoming.get(key) ?? []).length > 0 ? [] : [key]));
    }
    case 'failed':
      return graph.nodes.flatMap(({ key }) =>
        ['failed', 'canceled'].includes(view.nodes.get(key)?.state ?? '') ? [key] : [],
      );
  }
}

/** What the API is asked, for the preview and for the deed alike. Pure. */
export function variablesOf(
  draft: RewindDraft,
  graph: GraphDocument,
  view: RunView,
): RerunPreviewQueryVariables & RerunFromMutationVariables {
  const changed = draft.values.filter(({ value }) => value !== undefined);
  const byKey = (kind: RewindValue['kind']): { [key: string]: Json } =>
    Object.fromEntries(
      changed.flatMap((entry) =>
        entry.kind === kind && entry.nodeKey !== null ? [[entry.nodeKey, entry.value ?? null]] : [],
      ),
    );
  const [nodeInputs, nodeOutputs] = [byKey('input'), byKey('output')];
  const runInput = changed.find((entry) => entry.kind === 'runInput');
  const begun = [...nodesAt(draft, graph, view), ...Object.keys(nodeInputs)];
  // A node whose output is given is not executed; what comes after it runs again by itself.
  const executed = new Set(begun.filter((key) => !Object.hasOwn(nodeOutputs, key)));
  // What did not succeed is the server's to find, unless there is more to say.
  const isPlain =
    draft.scope === 'failed' && Object.keys({ ...nodeInputs, ...nodeOutputs }).length === 0;
  return {
    runId: view.id,
    mode: draft.isInPlace ? 'IN_PLACE' : 'NEW_RUN',
    from: isPlain ? [] : [...executed].sort(),
    patch: {
      ...(Object.keys(nodeInputs).length > 0 ? { nodeInputs } : {}),
      ...(Object.keys(nodeOutputs).length > 0 ? { nodeOutputs } : {}),
      ...(runInput ? { useInput: true, input: runInput.value ?? null } : {}),
      ...(draft.version !== null && !draft.isInPlace ? { version: draft.version } : {}),
    },
  };
}

/** Whether there is something to ask the server about: chosen nodes may still be none. */
export function isAsked(draft: RewindDraft): boolean {
  return draft.scope !== 'chosen' || draft.picked.size > 0 || draft.values.length > 0;
}

const EFFECTS = { REUSED: 'reused', REEXECUTED: 'reexecuted', SKIPPED: 'skipped' } as const;

/** The preview as the canvas paints it. What stays as it is is left unpainted. */
export function paintOf(
  preview: RerunPreviewQuery['previewRerun'] | undefined,
  chosen: ReadonlySet<string>,
): ReadonlyMap<string, NodePaint> {
  return new Map(
    (preview?.nodes ?? []).flatMap(({ key, effect, isCertain }) =>
      effect === 'UNCHANGED'
        ? []
        : [[key, { effect: EFFECTS[effect], isCertain, isPicked: chosen.has(key) }] as const],
    ),
  );
}

/** How many nodes of each effect a preview has, and of how many that is not certain. */
export interface RewindCounts {
  reused: number;
  reexecuted: number;
  skipped: number;
  uncertain: number;
}

/** Counts a painted preview. */
export function countPaint(paint: ReadonlyMap<string, NodePaint>): RewindCounts {
  const counts: RewindCounts = { reused: 0, reexecuted: 0, skipped: 0, uncertain: 0 };
  for (const { effect, isCertain } of paint.values()) {
    counts[effect]++;
    if (!isCertain) counts.uncertain++;
  }
  return counts;
}
