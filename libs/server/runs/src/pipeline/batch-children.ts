import type { Effect, Hold, NodeError } from '@heddle/engine';
import type { RunRecord } from '@heddle/store';
import { DEPTH_MAX, type BatchCore } from './batch-core.js';
import type { CachedRun } from './run-cache.js';

/** Child runs begun by one batch. */
const CHILDREN_MAX = 1_000;

/** What a child run executes. */
type ChildPlace = Pick<
  RunRecord,
  'workflowId' | 'workflowName' | 'graphId' | 'version' | 'graphPath'
> & { hold: Hold | null };

type StartChild = Extract<Effect, { type: 'startChild' }>;

/** Who cancels child runs. */
const SYSTEM = { id: 'system', name: 'Heddle' };

/** What a batch does with child runs: starts and cancels them. */
export class BatchChildren {
  /** Runs that were stored but not begun. */
  readonly queued: string[] = [];
  #childCount = 0;

  constructor(private readonly core: BatchCore) {}

  async start(run: CachedRun, effect: StartChild): Promise<void> {
    const { nodeKey, generation, index } = effect;
    const item = { nodeKey, generation, index, try: effect.try };
    const known = run.state.items.get(nodeKey)?.[index];
    // What was asked for may be unwanted by now: the run ended in a later step of this batch.
    const isWanted = known?.state === 'active' && known.try === effect.try;
    const place = isWanted ? await this.#placeOf(run, effect) : { error: known?.error ?? null };
    const child = await this.#addChild(run, effect, 'error' in place ? null : place);
    if ('error' in place) {
      const { error } = place;
      const state = isWanted ? 'failed' : 'canceled';
      child.state = { ...child.state, state, error, endedAt: this.core.at };
      if (isWanted)
        this.core.step(run, { type: 'childEnded', ...item, state, output: null, error });
      return;
    }
    // A body without jobs ends at once and its parent starts the next one: a batch must end all the same. What is left over
    // is stored as queued and begins with the next batch.
    this.#childCount += 1;
    if (this.#childCount > CHILDREN_MAX) return void this.queued.push(child.record.id);
    const { hold } = place;
    this.core.step(child, { type: 'runStarted', ...(hold ? { workflowHold: hold } : {}) });
  }

  /** A child run; without a place it has nothing to execute and stands for an item that could not begin. */
  async #addChild(
    { record }: CachedRun,
    { nodeKey, generation, index, label, input, try: tryNumber }: StartChild,
    place: ChildPlace | null,
  ): Promise<CachedRun> {
    const { workflowId, workflowName, graphId, version, graphPath } = place ?? record;
    const depth = (record.parent?.depth ?? 0) + 1;
    const parent = { runId: record.id, nodeKey, generation, index, try: tryNumber, label, depth };
    const child: RunRecord = {
      id: await this.core.deps.runIds.next((count) => this.core.deps.source.nextRunIds(count)),
      namespaceId: record.namespaceId,
      namespace: record.namespace,
      ...{ workflowId, workflowName, graphId, version, graphPath },
      triggerKind: 'parent',
      triggerActor: record.triggerActor,
      rerunOf: null,
      idempotencyKey: null,
      createdAt: this.core.at,
      parent,
    };
    return this.core.add(child, input);
  }

  /** Which graph a child run executes, or why it cannot be started. */
  async #placeOf(
    { record }: CachedRun,
    { nodeKey, graph, input }: StartChild,
  ): Promise<ChildPlace | { error: NodeError }> {
    if ((record.parent?.depth ?? 0) >= DEPTH_MAX) {
      const message = `Child runs may be nested ${DEPTH_MAX} deep; this one would be deeper. Does a workflow start itself?`;
      return { error: { code: 'DEPTH_EXCEEDED', message, isFinal: true } satisfies NodeError };
    }
    const { namespaceId, workflowId, workflowName, graphId, version } = record;
    if (graph.kind === 'body') {
      const graphPath = [...record.graphPath, nodeKey];
      return { workflowId, workflowName, graphId, version, graphPath, hold: null };
    }
    const found = await this.core.deps.source.childWorkflow({ namespaceId, ...graph, input });
    return 'error' in found ? found : { ...found, graphPath: [] };
  }

  async cancel(
    run: CachedRun,
    { nodeKey, reason }: Extract<Effect, { type: 'cancelChildren' }>,
  ): Promise<void> {
    const { id } = run.record;
    const ids = new Set(await this.core.deps.source.openChildren(id, nodeKey));
    // Those that this batch, or one in flight, has begun are not in the database yet.
    for (const { record } of [...this.core.runs.values(), ...this.core.deps.cache.childrenOf(id)])
      if (record.parent?.runId === id && record.parent.nodeKey === nodeKey) ids.add(record.id);
    await this.core.bring(ids);
    for (const childId of ids) {
      const child = this.core.runs.get(childId);
      if (child?.state.endedAt === null)
        this.core.step(child, { type: 'runCancelRequested', actor: SYSTEM, reason });
    }
  }
}
