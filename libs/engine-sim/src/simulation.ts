import {
  advance, compileGraph, copyRun, newRun, step, type ActorRef, type CompiledGraph, type EngineEvent,
  type RunState,
} from '@heddle/engine'; // prettier-ignore
import type { GraphDocument } from '@heddle/graph';
import { assert, type Json } from '@heddle/kernel';
import { NODE_TYPES } from '@heddle/nodes';
import {
  activeChildren,
  answerTo,
  askingNodes,
  childDisturbance,
  childEnd,
} from './child-moves.js';
import { chance, pick, seededChooser, type Chooser } from './chooser.js';
import { SimulationFailure } from './failure.js';
import { checkInvariants, plainState, sortedJson, throughStorage } from './invariants.js';
import { holdsOf, operatorMove, releaseOf } from './operator-moves.js';
import { randomGraph } from './random-graph.js';
import { TaskTable, type SimTask, type SimTimer } from './tasks.js';

type Distribute<T> = T extends unknown ? Omit<T, 'at' | 'random'> : never;
/** An event before it gets its time. */
export type EventBody = Distribute<EngineEvent>;

/** How hostile the simulated world is. */
export interface SimulationOptions {
  nodesMax: number;
  /**
   * Events besides those needed to end the run: duplicates, stale results, lost leases, operators.
   */
  disturbancesMax: number;
}

/** Small enough to read a failing run, large enough for every interplay. */
export const SIMULATION_DEFAULTS: SimulationOptions = { nodesMax: 16, disturbancesMax: 40 };

/**
 * Steps after which a run that still goes on is taken to go on for ever: far above what the limits
 * of the generator allow.
 */
const STEPS_MAX = 3_000;

/** How far a clock is set, in virtual milliseconds: farther than any delay or hold of the generator. */
const CLOCK_JUMP_MS_MAX = 30_000;

/** What a simulation went through. */
export interface SimulationReport {
  state: RunState['state'];
  steps: number;
  refusals: number;
  nodeRuns: number;
  /** Accepted events by type: what a simulation really went through. */
  accepted: Readonly<Record<string, number>>;
  /** Every event that was offered, for a replay. */
  history: EngineEvent[];
}

const ACTOR: ActorRef = { id: 'user:1', name: 'Ana' };

/**
 * One run of one random graph in a hostile world, all of it decided by `choose`; every step is
 * checked. @throws {SimulationFailure}
 */
export function simulate(
  choose: Chooser,
  options: SimulationOptions = SIMULATION_DEFAULTS,
): SimulationReport {
  const graph = randomGraph(choose, options);
  try {
    return new Simulation(choose, graph, options).run();
  } catch (error) {
    if (error instanceof SimulationFailure) throw error;
    throw new SimulationFailure('no assertion fails', String((error as Error).stack));
  }
}

/** {@link simulate} of a seed. */
export function simulateSeed(seed: number, options?: SimulationOptions): SimulationReport {
  return simulate(seededChooser(seed), options);
}

class Simulation {
  private readonly compiled: CompiledGraph;
  private readonly table = new TaskTable();
  private readonly history: EngineEvent[] = [];
  private readonly input: Json;
  private state: RunState;
  private clock = 1_000;
  private steps = 0;
  private refusals = 0;
  private nodeRuns = 0;
  private readonly accepted: Record<string, number> = {};
  private disturbancesLeft: number;
  /** Events that were delivered once and may come again. */
  private readonly delivered: EventBody[] = [];

  constructor(
    private readonly choose: Chooser,
    graph: GraphDocument,
    options: SimulationOptions,
  ) {
    const result = compileGraph(graph, NODE_TYPES);
    if (!result.ok) {
      throw new SimulationFailure(
        'generator',
        `made an invalid graph: ${JSON.stringify(result.problems)}`,
      );
    }
    this.compiled = result.compiled;
    this.input = { n: choose.int(99) };
    this.state = newRun(this.compiled, { input: this.input, meta: SIM_META });
    this.disturbancesLeft = choose.int(options.disturbancesMax);
  }

  run(): SimulationReport {
    if (chance(this.choose, 5))
      this.offer({ type: 'runCancelRequested', actor: ACTOR, reason: null });
    this.offer({ type: 'runStarted' });
    while (this.steps + this.refusals < STEPS_MAX) {
      // What has ended only goes on when somebody repairs it.
      const percent = this.state.endedAt === null ? 35 : 60;
      const isDisturbed = this.disturbancesLeft > 0 && chance(this.choose, percent);
      if (isDisturbed) this.disturb();
      else if (!this.progress()) break;
    }
    if (this.state.endedAt === null) {
      throw new SimulationFailure(
        'termination',
        `still ${this.state.state} after ${this.steps} steps`,
      );
    }
    this.checkReplay();
    const { steps, refusals, nodeRuns, accepted, history } = this;
    return { state: this.state.state, steps, refusals, nodeRuns, accepted, history };
  }

  /** The next thing that a well-behaved world does; false when there is nothing left to do. */
  private progress(): boolean {
    if (this.state.endedAt !== null) return false;
    const tasks = this.table.open();
    const due = [...this.table.timers.values()].sort((a, b) => a.dueAt - b.dueAt)[0];
    const children = activeChildren(this.state);
    const asking = askingNodes(this.state);
    if (tasks.length > 0 && (!due || chance(this.choose, 70))) this.work(pick(this.choose, tasks));
    else if (children.length > 0 && (!due || chance(this.choose, 70)))
      this.offer(childEnd(this.choose, this.state, pick(this.choose, children)));
    else if (asking.length > 0 && (!due || chance(this.choose, 30)))
      this.offer(answerTo(this.choose, pick(this.choose, asking), ACTOR));
    else if (due) this.fire(due);
    else if (holdsOf(this.state).length > 0)
      this.offer(releaseOf(pick(this.choose, holdsOf(this.state)), ACTOR));
    else throw new SimulationFailure('termination', 'the run waits for nothing');
    return true;
  }

  private work(task: SimTask): void {
    const { nodeKey, attempt } = task;
    if (task.state === 'queued') {
      this.offer({ type: 'taskLeased', nodeKey, attempt, worker: `w${this.choose.int(3)}` });
    } else this.offer(this.resultOf(nodeKey, attempt));
  }

  private resultOf(nodeKey: string, attempt: number): EventBody {
    const fails = chance(this.choose, 15);
    if (!fails) {
      const contextAppend = chance(this.choose, 20)
        ? { [pick(this.choose, ['a', 'b'])]: attempt }
        : null;
      return {
        type: 'taskSucceeded',
        nodeKey,
        attempt,
        output: { n: this.choose.int(99) },
        contextAppend,
      };
    }
    const code = pick(this.choose, ['BUSY', 'FATAL']);
    const isFinal = chance(this.choose, 10);
    return { type: 'taskFailed', nodeKey, attempt, error: { code, message: 'no luck', isFinal } };
  }

  private fire({ timer, nodeKey, attempt, dueAt }: SimTimer): void {
    // Some timers fire early: by the clock of another server, or because this one went back.
    if (chance(this.choose, 95)) this.clock = Math.max(this.clock, dueAt);
    this.table.timers.delete(`${timer} ${nodeKey ?? ''}`);
    this.offer({ type: 'timerFired', timer, nodeKey, attempt });
  }

  private disturb(): void {
    this.disturbancesLeft--;
    const kind = this.choose.int(17);
    const node = `n${this.choose.int(this.compiled.nodes.size - 1)}`;
    const by = { actor: ACTOR, reason: chance(this.choose, 50) ? 'because' : null };
    const leased = this.table.open().filter((task) => task.state === 'leased');
    if (kind <= 2 && leased.length > 0) this.loseTask(pick(this.choose, leased));
    else if (kind <= 4 && this.delivered.length > 0) this.offer(pick(this.choose, this.delivered));
    else if (kind === 5) this.offer({ type: 'nodeCancelRequested', nodeKey: node, ...by });
    else if (kind === 6)
      this.offer({ type: 'nodeSkipRequested', nodeKey: node, output: { n: 77 }, ...by });
    else if (kind === 7 && chance(this.choose, 20))
      this.offer({ type: 'runCancelRequested', compensate: chance(this.choose, 60), ...by });
    else if (kind === 8) this.guess(node);
    else if (kind >= 14)
      this.offer(childDisturbance(this.choose, this.state, { node, actor: ACTOR }));
    else if (kind >= 10)
      this.offer(operatorMove(this.choose, this.state, { node, by, at: this.clock }));
    else {
      const input = chance(this.choose, 30) ? { input: { value: { edited: true } } } : {};
      this.offer({ type: 'nodeRetryRequested', nodeKey: node, ...input, ...by });
    }
  }

  private loseTask({ nodeKey, attempt }: SimTask): void {
    const isReturned = chance(this.choose, 40);
    this.offer(
      isReturned
        ? { type: 'taskReturned', nodeKey, attempt }
        : { type: 'taskLost', nodeKey, attempt, message: 'connection reset' },
    );
  }

  /** An event that nothing asked for: a timer that never was, a result nobody waits for. */
  private guess(nodeKey: string): void {
    const attempt = this.choose.int(3);
    const timer = pick(this.choose, [
      'retry', 'wait', 'attemptTimeout', 'nodeDeadline', 'expiry', 'nextIteration',
    ] as const); // prettier-ignore
    this.offer(
      pick<EventBody>(this.choose, [
        { type: 'timerFired', timer, nodeKey, attempt },
        { type: 'taskLeased', nodeKey, attempt: attempt + 50, worker: 'w9' },
        {
          type: 'taskSucceeded',
          nodeKey,
          attempt: attempt + 50,
          output: null,
          contextAppend: null,
        },
        { type: 'runStarted' },
        { type: 'taskLost', nodeKey: 'nobody', attempt, message: 'x' },
      ]),
    );
  }

  /** Offers an event to the engine, checks what comes back, and does what it says. */
  private offer(body: EventBody): void {
    this.clock += this.choose.int(50);
    if (chance(this.choose, 2)) this.jump();
    const event = { ...body, at: this.clock, random: this.choose.int(999) / 1000 } as EngineEvent;
    this.history.push(event);
    const before = copyRun(this.state);
    const text = sortedJson(plainState(before));
    const result = step(this.compiled, before, event);
    if (sortedJson(plainState(before)) !== text) {
      throw new SimulationFailure('purity', `the state changed under ${event.type}`);
    }
    if (!result.ok) {
      this.refusals++;
      return;
    }
    this.steps++;
    this.accepted[event.type] = (this.accepted[event.type] ?? 0) + 1;
    this.delivered.push(body);
    this.nodeRuns += result.changes.attempts.filter((attempt) => attempt.endedAt !== null).length;
    if (event.type === 'taskLeased') this.table.lease(event);
    this.table.apply(result.effects);
    this.table.record(result.changes.attempts);
    this.state = advance(this.state, result.changes);
    const { compiled: graph, table } = this;
    checkInvariants({ graph, before, event, result, after: this.state, table });
    // A crash between two steps: what goes on is what was stored.
    if (chance(this.choose, 10)) this.state = throughStorage(graph, this.state);
  }

  /** A clock that is set: back or far ahead. */
  private jump(): void {
    const ms = this.choose.int(CLOCK_JUMP_MS_MAX);
    this.clock = Math.max(0, this.clock + (chance(this.choose, 50) ? -ms : ms));
  }

  /** The same events give the same run: what history promises. */
  private checkReplay(): void {
    let state = newRun(this.compiled, { input: this.input, meta: SIM_META });
    for (const event of this.history) {
      const result = step(this.compiled, state, event);
      if (result.ok) state = advance(state, result.changes);
    }
    const isSame = sortedJson(plainState(state)) === sortedJson(plainState(this.state));
    if (!isSame) throw new SimulationFailure('replay', 'the same events gave another run');
  }
}

/** Facts of a simulated run. */
export const SIM_META = {
  id: '1',
  workflowName: 'simulated',
  version: 1,
  namespace: 'sim',
  trigger: { kind: 'manual', actor: 'Ana' },
  parent: null,
  createdAt: 0,
};

/** Compiles a graph that is known to be right. */
export function mustCompile(graph: GraphDocument): CompiledGraph {
  const result = compileGraph(graph, NODE_TYPES);
  assert(
    result.ok,
    `the graph does not compile: ${result.ok ? '' : JSON.stringify(result.problems)}`,
  );
  return result.compiled;
}
