import {
  advance, copyRun, newRun, restoreRun, step, type ChildItem, type CompiledGraph, type EngineEvent, type RunState,
  type StepResult,
} from '@heddle/engine'; // prettier-ignore
import type { Json } from '@heddle/kernel';
import { hasChildRuns } from './child-invariants.js';
import { SimulationFailure } from './failure.js';
import { checkInvariants, throughStorage } from './invariants.js';
import { SIM_META, type EventBody } from './simulation.js';
import { childId, TaskTable, type SimChildPlace } from './tasks.js';

/** One run of a tree of runs. */
export interface TreeRun {
  /** Its place in {@link RunTree.runs}. */
  id: number;
  compiled: CompiledGraph;
  state: RunState;
  table: TaskTable;
  parent: (SimChildPlace & { run: TreeRun; label: string | null }) | null;
  depth: number;
  /** The parent has taken note of its end. */
  isReported: boolean;
}

/** What is on its way between two runs. */
export interface TreeMessage {
  kind: 'start' | 'cancel' | 'ended';
  /** The child run that it is about. */
  run: TreeRun;
}

/** Depth of child runs after which one cannot be started. */
const DEPTH_MAX = 8;

/** When an event happens, and its random number. */
export type EventTime = () => { at: number; random: number };

/**
 * A run with all its child runs, and the messages between them; the caller decides what happens
 * next, and in which order messages arrive. Every step is checked.
 */
export class RunTree {
  readonly runs: TreeRun[] = [];
  readonly messages: TreeMessage[] = [];
  readonly root: TreeRun;
  steps = 0;

  constructor(
    graph: CompiledGraph,
    input: Json,
    private readonly now: EventTime,
    /** Graphs of other workflows, by name. */
    private readonly workflows: Readonly<Record<string, CompiledGraph>> = {},
  ) {
    this.root = this.create(graph, input, null);
  }

  private create(compiled: CompiledGraph, input: Json, parent: TreeRun['parent']): TreeRun {
    const id = this.runs.length;
    const depth = parent ? parent.run.depth + 1 : 0;
    const link = parent && {
      runId: String(parent.run.id), nodeKey: parent.nodeKey, index: parent.index, label: parent.label, depth,
    }; // prettier-ignore
    const meta = { ...SIM_META, id: String(id), parent: link };
    const state = newRun(compiled, { input, meta });
    const run = { id, compiled, state, table: new TaskTable(), parent, depth, isReported: false };
    this.runs.push(run);
    return run;
  }

  /** Offers an event to a run; what it asks for is done, or put on its way. */
  offer(run: TreeRun, body: EventBody): StepResult {
    const event = { ...body, ...this.now() } as EngineEvent;
    const before = copyRun(run.state);
    const result = step(run.compiled, run.state, event);
    if (!result.ok) return result;
    this.steps++;
    if (event.type === 'taskLeased') run.table.lease(event);
    run.table.apply(result.effects);
    run.state = advance(run.state, result.changes);
    const { compiled: graph, state: after, table } = run;
    checkInvariants({ graph, before, event, result, after, table });
    for (const effect of result.effects) {
      if (effect.type === 'startChild') this.startChild(run, effect);
      if (effect.type === 'cancelChildren') this.cancelChildren(run, effect);
    }
    // A run that is reopened may end again in the same step.
    if ((result.changes.run?.endedAt ?? null) !== null && run.parent) {
      this.messages.push({ kind: 'ended', run });
    }
    return result;
  }

  private startChild(
    run: TreeRun,
    effect: Extract<(StepResult & { ok: true })['effects'][number], { type: 'startChild' }>,
  ): void {
    const { graph, input, label, nodeKey, generation, index, try: tryNumber } = effect;
    const parent = { run, label, nodeKey, generation, index, try: tryNumber };
    const compiled =
      graph.kind === 'body' ? run.compiled.nodes.get(nodeKey)?.body : this.workflows[graph.name];
    if (compiled && run.depth < DEPTH_MAX) {
      this.messages.push({ kind: 'start', run: this.create(compiled, input, parent) });
      return;
    }
    const child = this.create(run.compiled, input, parent);
    const error = { code: 'CHILD_NOT_STARTED', message: 'There is no such workflow.' };
    child.state = { ...child.state, state: 'failed', endedAt: 0, error };
    this.messages.push({ kind: 'ended', run: child });
  }

  /** Those that are active now: a later try of an item is not meant. */
  private cancelChildren(run: TreeRun, { nodeKey, generation }: SimChildPlaceOfNode): void {
    for (const child of this.childrenOf(run)) {
      const { parent, state } = child;
      if (parent?.nodeKey !== nodeKey || parent.generation !== generation) continue;
      if (state.endedAt === null) this.messages.push({ kind: 'cancel', run: child });
    }
  }

  childrenOf(run: TreeRun): TreeRun[] {
    return this.runs.filter((child) => child.parent?.run === run);
  }

  /** Delivers a message. It may have been delivered before. */
  deliver({ kind, run }: TreeMessage): void {
    if (kind === 'start') this.offer(run, { type: 'runStarted' });
    else if (kind === 'cancel') {
      const actor = { id: 'system', name: 'the parent run' };
      this.offer(run, { type: 'runCancelRequested', actor, reason: null });
    } else this.report(run);
  }

  private report(child: TreeRun): void {
    const { parent, state } = child;
    if (!parent || state.endedAt === null) return;
    const { run, nodeKey, generation, index, try: tryNumber } = parent;
    const place = { nodeKey, generation, index, try: tryNumber };
    const end = state.state as 'succeeded' | 'failed' | 'canceled';
    const { output, error } = state;
    const result = this.offer(run, { type: 'childEnded', ...place, state: end, output, error });
    const item = run.state.items.get(nodeKey)?.[index];
    const node = run.state.nodes.get(nodeKey);
    const isCurrent = hasChildRuns(node) && node?.children?.generation === generation;
    if (!result.ok && isCurrent && item?.state === 'active' && item.try === tryNumber) {
      throw new SimulationFailure('tree', `the end of ${childId(place)} was lost`);
    }
    child.isReported = true;
  }

  /**
   * A crash: the run goes on with what was stored. Its items are read from the rows of its child
   * runs, whose end counts once the parent has taken note of it.
   */
  crash(run: TreeRun): void {
    const stored = throughStorage(run.compiled, run.state);
    const items = new Map<string, ChildItem[]>();
    for (const child of this.childrenOf(run)) {
      const { parent, state, isReported } = child;
      if (
        !parent ||
        run.state.nodes.get(parent.nodeKey)?.children?.generation !== parent.generation
      )
        continue;
      let list = items.get(parent.nodeKey);
      if (!list) items.set(parent.nodeKey, (list = []));
      const known = list[parent.index];
      if (known && known.try > parent.try) continue;
      const isOver = isReported && state.endedAt !== null;
      const end = state.state as 'succeeded' | 'failed' | 'canceled';
      list[parent.index] = {
        state: isOver ? end : 'active',
        try: parent.try,
        label: parent.label,
        output: isOver && end === 'succeeded' ? state.output : null,
        error: isOver ? state.error : null,
      };
    }
    run.state = restoreRun(run.compiled, { ...stored, nodes: stored.nodes.values(), items });
  }
}

type SimChildPlaceOfNode = Pick<SimChildPlace, 'nodeKey' | 'generation'>;
