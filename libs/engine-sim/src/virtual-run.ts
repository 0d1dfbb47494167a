import {
  advance,
  newRun,
  step,
  type CompiledGraph,
  type EngineEvent,
  type NodeError,
  type RunState,
} from '@heddle/engine';
import type { Json, JsonObject } from '@heddle/kernel';
import { SimulationFailure } from './failure.js';
import { SIM_META } from './simulation.js';
import type { EventBody } from './simulation.js';
import { timerId } from './tasks.js';

/** What a simulated job does at one attempt. */
export type Outcome =
  | { kind: 'succeeds'; output: Json; contextAppend?: JsonObject }
  | { kind: 'fails'; error: NodeError };

/** Simulated workers: as many as needed, well-behaved, in virtual time. */
export interface World {
  outcomeOf(nodeKey: string, attempt: number, input: Json): Outcome;
  /** How long an attempt runs, in virtual milliseconds. */
  durationMs(nodeKey: string, attempt: number, input: Json): number;
}

/** A run that went to its end. */
export interface VirtualRun {
  state: RunState;
  /** Every start of a node's task, in order, with its virtual time. */
  starts: { nodeKey: string; attempt: number; at: number }[];
  /** Virtual time from start to end, in milliseconds. */
  makespanMs: number;
  steps: number;
}

interface Planned {
  at: number;
  /** Order of planning: decides between events of the same instant. */
  order: number;
  body: EventBody;
  isCanceled: boolean;
}

/**
 * Events per node after which a run is taken to go on for ever: every attempt takes a lease, a
 * result and up to four timers.
 */
const EVENTS_PER_NODE_MAX = 1_000;

/**
 * Runs a graph to its end in virtual time: no waiting, no threads, the same result every time.
 * @throws {SimulationFailure} when it does not end.
 */
export function runToEnd(
  graph: CompiledGraph,
  input: Json,
  world: World,
  start: EventBody & { type: 'runStarted' } = { type: 'runStarted' },
): VirtualRun {
  const run = new VirtualWorld(graph, input, world);
  run.offer(start);
  const limit = EVENTS_PER_NODE_MAX * (graph.nodes.size + 1);
  while (run.state.endedAt === null) {
    if (run.steps > limit || !run.next()) {
      throw new SimulationFailure(
        'termination',
        `the run is ${run.state.state} after ${run.steps} steps`,
      );
    }
  }
  const { state, starts, steps } = run;
  return { state, starts, steps, makespanMs: (state.endedAt ?? 0) - (state.startedAt ?? 0) };
}

class VirtualWorld {
  state: RunState;
  steps = 0;
  readonly starts: VirtualRun['starts'] = [];
  private now = 0;
  private order = 0;
  private readonly queue: Planned[] = [];
  /** Planned events that an effect may call off: timers and results. */
  private readonly revocable = new Map<string, Planned>();

  constructor(
    private readonly graph: CompiledGraph,
    input: Json,
    private readonly world: World,
  ) {
    this.state = newRun(graph, { input, meta: SIM_META });
  }

  /** Lets the next planned event happen; false when none is planned. */
  next(): boolean {
    for (let planned = this.takeFirst(); planned; planned = this.takeFirst()) {
      if (planned.isCanceled) continue;
      this.now = planned.at;
      this.offer(planned.body);
      return true;
    }
    return false;
  }

  offer(body: EventBody): void {
    const event = { ...body, at: this.now, random: 0.5 } as EngineEvent;
    const result = step(this.graph, this.state, event);
    this.steps++;
    if (!result.ok) {
      throw new SimulationFailure('refusal', `${event.type}: ${result.refusal.message}`);
    }
    this.state = advance(this.state, result.changes);
    for (const effect of result.effects) {
      if (effect.type === 'queueTask') this.work(effect);
      else if (effect.type === 'cancelTask') this.revoke(`task ${effect.nodeKey}`);
      else if (effect.type === 'disarmTimer') this.revoke(timerId(effect.timer, effect.nodeKey));
      else if (effect.type === 'armTimer') {
        const { timer, nodeKey, attempt, dueAt } = effect;
        this.plan(dueAt, { type: 'timerFired', timer, nodeKey, attempt }, timerId(timer, nodeKey));
      }
    }
  }

  private work({
    nodeKey,
    attempt,
    input,
  }: {
    nodeKey: string;
    attempt: number;
    input: Json;
  }): void {
    this.starts.push({ nodeKey, attempt, at: this.now });
    this.plan(this.now, { type: 'taskLeased', nodeKey, attempt, worker: 'w1' }, `task ${nodeKey}`);
    const outcome = this.world.outcomeOf(nodeKey, attempt, input);
    const body: EventBody =
      outcome.kind === 'fails'
        ? { type: 'taskFailed', nodeKey, attempt, error: outcome.error }
        : {
            type: 'taskSucceeded',
            nodeKey,
            attempt,
            output: outcome.output,
            contextAppend: outcome.contextAppend ?? null,
          };
    const endsAt = this.now + this.world.durationMs(nodeKey, attempt, input);
    this.plan(endsAt, body, `task ${nodeKey}`);
  }

  /**
   * A name may stand for several planned events (lease and result of a task): calling it off calls
   * off all.
   */
  private plan(at: number, body: EventBody, name: string): void {
    const planned = { at, order: this.order++, body, isCanceled: false };
    this.revocable.set(`${name} ${body.type}`, planned);
    this.push(planned);
  }

  private revoke(name: string): void {
    for (const type of ['taskLeased', 'taskSucceeded', 'taskFailed', 'timerFired']) {
      const planned = this.revocable.get(`${name} ${type}`);
      if (planned) planned.isCanceled = true;
    }
  }

  private isBefore(a: Planned, b: Planned): boolean {
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  /** A binary heap: thousands of tasks may be planned at once. */
  private push(planned: Planned): void {
    const { queue } = this;
    let i = queue.push(planned) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.isBefore(planned, queue[parent] as Planned)) break;
      queue[i] = queue[parent] as Planned;
      i = parent;
    }
    queue[i] = planned;
  }

  private takeFirst(): Planned | undefined {
    const { queue } = this;
    const first = queue[0];
    const last = queue.pop();
    if (!first || !last || queue.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= queue.length) break;
      const right = child + 1;
      if (right < queue.length && this.isBefore(queue[right] as Planned, queue[child] as Planned))
        child = right;
      if (!this.isBefore(queue[child] as Planned, last)) break;
      queue[i] = queue[child] as Planned;
      i = child;
    }
    queue[i] = last;
    return first;
  }
}
