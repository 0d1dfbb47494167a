import type { WorkBudget } from '@heddle/expression';
import { GRAPH_LIMITS } from '@heddle/graph';
import { assert, type Json } from '@heddle/kernel';
import type { CompiledGraph, CompiledNode } from './compile.js';
import type { Effect, EngineEvent, TimerKind } from './event.js';
import { ItemChanges } from './item-changes.js';
import { ENGINE_LIMITS } from './limits.js';
import type { NodeError } from './node-type.js';
import type {
  AttemptRecord, NodeRunState, NodeStateName, RunChanges, RunState,
} from './state.js'; // prettier-ignore

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type RunFields = Mutable<NonNullable<RunChanges['run']>>;

const OPEN_STATES: ReadonlySet<NodeStateName> = new Set([
  'pending',
  'queued',
  'running',
  'waiting',
]);

/** Whether a node in this state has still something to do. */
export function isOpen(state: NodeStateName): boolean {
  return OPEN_STATES.has(state);
}

/**
 * A node that has neither started nor heard of any edge: the state of every node without an entry.
 */
export function freshNode(key: string): NodeRunState {
  return {
    key,
    state: 'pending',
    attempt: 0,
    attemptBase: 0,
    leaseLossCount: 0,
    settledCount: 0,
    liveCount: 0,
    verdicts: null,
    input: null,
    output: null,
    error: null,
    worker: null,
    firstStartedAt: null,
    queuedAt: null,
    startedAt: null,
    endedAt: null,
    dueAt: null,
    editedInput: null,
    by: null,
    waitingFor: null,
    correlation: null,
    prompt: null,
    children: null,
    reusedFrom: null,
    hold: null,
    completion: null,
  };
}

/**
 * How an edge whose condition could not be evaluated stands in `uncaught`: no node key has a colon.
 */
export function uncaughtEdge(edgeId: string): string {
  return `edge:${edgeId}`;
}

/** How a run ends. */
export type RunEnd =
  /** `output`: of the `succeed` node that ended it; null when it simply has nothing left to do. */
  | { outcome: 'succeeded'; output: Json | null }
  | { outcome: 'failed'; error: NodeError }
  /** `compensate`: what was done is undone first. */
  | { outcome: 'canceled'; error: NodeError; compensate?: boolean };

const NO_NODES: ReadonlyMap<string, NodeRunState> = new Map();
const NO_ATTEMPTS: readonly AttemptRecord[] = [];
const NO_ITEMS: RunChanges['items'] = [];

/**
 * The working copy of one step: reads fall through to the state, writes are collected. A node is
 * copied when first written, so a step costs what it touches and the state stays as it is when the
 * event turns out to be illegal.
 */
export class Draft {
  readonly effects: Effect[] = [];
  /** Nodes whose join must be looked at, in the order in which their edges settled. */
  readonly toConsider: CompiledNode[] = [];
  /** The first failure in this step that nothing catches: what `onFailure: stop` acts on. */
  firstUncaught: string | null = null;
  /** Steps left for the expressions of this event. */
  readonly work: WorkBudget = { stepsLeft: ENGINE_LIMITS.stepWorkMax };
  /** Set when something in this step ends the whole run. */
  requestedEnd: RunEnd | null = null;
  private readonly nodes = new Map<string, NodeRunState>();
  // Made when first needed: most steps touch one or two nodes, and allocation is what they cost.
  private counters: Map<string, NodeRunState> | null = null;
  private attempts: Map<string, AttemptRecord> | null = null;
  private disarmed: Set<string> | null = null;
  private run: RunFields | null = null;
  private itemChanges: ItemChanges | null = null;

  constructor(
    readonly graph: CompiledGraph,
    readonly state: RunState,
    readonly event: EngineEvent,
  ) {}

  /** Epoch milliseconds of the event. */
  get at(): number {
    return this.event.at;
  }

  /** A node as it is now; undefined when it is fresh. */
  node(key: string): NodeRunState | undefined {
    return this.nodes.get(key) ?? this.counters?.get(key) ?? this.state.nodes.get(key);
  }

  /** A node to be written to. */
  edit(key: string): NodeRunState {
    const known = this.nodes.get(key);
    if (known) return known;
    const counted = this.counters?.get(key);
    if (counted) this.counters?.delete(key);
    const copy = counted ?? this.copy(key);
    this.nodes.set(key, copy);
    return copy;
  }

  /** A node of which only the counters are to be written. */
  editCounters(key: string): NodeRunState {
    this.counters ??= new Map();
    const known = this.nodes.get(key) ?? this.counters.get(key);
    if (known) return known;
    const copy = this.copy(key);
    this.counters.set(key, copy);
    return copy;
  }

  private copy(key: string): NodeRunState {
    const current = this.state.nodes.get(key);
    return current ? { ...current } : freshNode(key);
  }

  /** A field of the run as it is now. */
  get<K extends keyof RunFields>(field: K): RunState[K] {
    const changed = this.run?.[field];
    return changed === undefined ? this.state[field] : (changed as RunState[K]);
  }

  set<K extends keyof RunFields>(field: K, value: RunState[K]): void {
    this.run ??= {};
    (this.run as Pick<RunState, K>)[field] = value;
  }

  /** Items of the run's child runs. */
  get items(): ItemChanges {
    return (this.itemChanges ??= new ItemChanges(this.state));
  }

  /** Characters of JSON that inputs and outputs of the run may take together. */
  get payloadMax(): number {
    return this.graph.graph.settings.payloadMax ?? GRAPH_LIMITS.payloadDefault;
  }

  /** Counts an input or output; false, and not counted, when the run would hold too much. */
  charge(size: number): boolean {
    const next = this.get('payloadSize') + size;
    if (next > this.payloadMax) return false;
    this.set('payloadSize', next);
    return true;
  }

  addOpen(count: number): void {
    this.set('openCount', this.get('openCount') + count);
  }

  addUncaught(id: string): void {
    this.firstUncaught ??= id;
    this.set('uncaught', [...this.get('uncaught'), id]);
  }

  /** Adds a warning to the run; the last place is kept for the notice that there were more. */
  warn(message: string): void {
    const warnings = this.get('warnings');
    const { warningsMax } = ENGINE_LIMITS;
    if (warnings.length >= warningsMax) return;
    const isLast = warnings.length === warningsMax - 1;
    this.set('warnings', [...warnings, isLast ? 'More warnings were left out.' : message]);
  }

  /** Arms a timer of a node's current attempt, replacing an armed one of the same kind. */
  arm(timer: Exclude<TimerKind, 'runDeadline'>, node: NodeRunState, dueAt: number): void {
    this.disarmed?.delete(`${timer} ${node.key}`);
    const { key, attempt } = node;
    this.effects.push({ type: 'armTimer', timer, nodeKey: key, attempt, dueAt });
  }

  /** Disarms a timer of a node, once per step. */
  disarm(timer: Exclude<TimerKind, 'runDeadline'>, nodeKey: string): void {
    const name = `${timer} ${nodeKey}`;
    this.disarmed ??= new Set();
    if (this.disarmed.has(name)) return;
    this.disarmed.add(name);
    this.effects.push({ type: 'disarmTimer', timer, nodeKey });
  }

  /** Notes the current attempt of a node as it stands. */
  recordAttempt(node: NodeRunState, state: AttemptRecord['state']): void {
    // The attempts that follow by the retry policy are the engine's own.
    const isByHand =
      (node.by?.action === 'retry' || node.by?.action === 'rerun') &&
      node.attempt === node.attemptBase + 1;
    this.attempts ??= new Map();
    this.attempts.set(node.key, {
      nodeKey: node.key,
      number: node.attempt,
      state,
      input: node.input,
      output: state === 'succeeded' ? node.output : null,
      error: state === 'failed' || state === 'canceled' ? node.error : null,
      worker: node.worker,
      queuedAt: node.queuedAt,
      startedAt: node.startedAt,
      endedAt: state === 'queued' || state === 'running' ? null : this.at,
      by: isByHand ? (node.by?.actor ?? null) : null,
    });
  }

  /** How the attempt of a node that began or ended in this step stands. */
  attemptState(key: string): AttemptRecord['state'] | undefined {
    return this.attempts?.get(key)?.state;
  }

  compiled(key: string): CompiledNode {
    const node = this.graph.nodes.get(key);
    assert(node, `no node ${key} in the graph of this run`);
    return node;
  }

  changes(): RunChanges {
    const changes: RunChanges = {
      nodes: this.nodes,
      counters: this.counters ?? NO_NODES,
      attempts: this.attempts ? [...this.attempts.values()] : NO_ATTEMPTS,
      items: this.itemChanges?.list ?? NO_ITEMS,
    };
    if (this.run) changes.run = this.run;
    return changes;
  }
}
