import type { EngineEvent, RunChanges, RunMeta } from '@heddle/engine';
import type { ParentRef, RunRecord, RunView, StoredRun } from '@heddle/store';
import type { CachedRun } from './run-cache.js';

/** A run without a step is queued, or it could not begin and says why. */
export function unbegun({ state, error, endedAt }: StoredRun['fields']) {
  return { state, error, endedAt };
}

/**
 * An event as the history needs it. An output that broke a bound is not kept anywhere, so the failure is told instead; an input
 * of the run that was replaced is kept with the event that did so, and the output of a child run that goes on as well.
 */
export function asKept(event: EngineEvent, { state }: CachedRun, changes: RunChanges): EngineEvent {
  if (event.type === 'taskSucceeded') {
    const { nodeKey, attempt } = event;
    const broken = changes.attempts.find((a) => a.nodeKey === nodeKey && a.number === attempt);
    if (broken?.state === 'failed' && broken.error) {
      const { at, random } = event;
      return { type: 'taskFailed', at, random, nodeKey, attempt, error: broken.error };
    }
  }
  if (event.type === 'childReopened') {
    const outputBefore = state.items.get(event.nodeKey)?.[event.index]?.output ?? null;
    return { ...event, outputBefore } as unknown as EngineEvent;
  }
  return changes.run?.input === undefined
    ? event
    : ({ ...event, inputBefore: state.input } as unknown as EngineEvent);
}

/** The item that a child run stands for, as events name it. */
export function itemOf({ nodeKey, generation, index, try: tryNumber }: ParentRef) {
  return { nodeKey, generation, index, try: tryNumber };
}

/** Whether a task is still leased under this fence. */
export function holdsLease(
  run: CachedRun,
  ref: { taskId: string; fence: number },
  nodeKey: string | null,
): boolean {
  const task = nodeKey === null ? undefined : run.tasks.get(nodeKey);
  return task?.id === ref.taskId && task.fence === ref.fence && task.state === 'leased';
}

/** A run as people read it, from memory. */
export function toView({ record, state }: CachedRun): RunView {
  const { parent: _, idempotencyKey: _key, namespace: _name, createdAt, ...facts } = record;
  return {
    ...facts,
    parent: null,
    depth: 0,
    state: state.state,
    error: state.error,
    warnings: [...state.warnings],
    holds: state.holds,
    isCompensating: false,
    resolution: null,
    createdAt: new Date(createdAt),
    startedAt: state.startedAt === null ? null : new Date(state.startedAt),
    endedAt: state.endedAt === null ? null : new Date(state.endedAt),
  };
}

/** What the engine knows of a run. */
export function toMeta(record: RunRecord): RunMeta {
  const { parent } = record;
  return {
    id: record.id,
    workflowName: record.workflowName,
    version: record.version ?? 0,
    namespace: record.namespace,
    trigger: { kind: record.triggerKind, actor: record.triggerActor },
    parent: parent && {
      runId: parent.runId,
      nodeKey: parent.nodeKey,
      index: parent.index,
      label: parent.label,
      depth: parent.depth,
    },
    createdAt: record.createdAt,
  };
}
