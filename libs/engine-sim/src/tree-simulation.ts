import {
  compileGraph,
  step,
  type ActorRef,
  type EngineEvent,
  type NodeRunState,
} from '@heddle/engine';
import { NODE_TYPES } from '@heddle/nodes';
import { answerTo, askingNodes } from './child-moves.js';
import { chance, pick, seededChooser, type Chooser } from './chooser.js';
import { SimulationFailure } from './failure.js';
import { holdsOf, releaseOf } from './operator-moves.js';
import { randomGraph } from './random-graph.js';
import { RunTree, type TreeRun } from './run-tree.js';
import type { EventBody } from './simulation.js';
import { mustCompile } from './simulation.js';
import { aGraph, aNode } from './builders.js';

/** Deep enough for loops within items within items. */
const BODY_DEPTH = 2;
const NODES_MAX = 7;
const DISTURBANCES_MAX = 30;
/** Steps of all runs of a tree together, far above what the generator's bounds allow. */
const TREE_STEPS_MAX = 20_000;

const ACTOR: ActorRef = { id: 'user:1', name: 'Ana' };

/** What a simulated tree went through. */
export interface TreeReport {
  state: string;
  runs: number;
  steps: number;
  /** Accepted crashes, operator actions and messages delivered twice. */
  disturbances: number;
}

/**
 * One random graph with child runs inside child runs, in a world where messages between runs are
 * late, out of order and repeated, and any run may crash between two steps.
 * @throws {SimulationFailure}
 */
export function simulateTree(choose: Chooser): TreeReport {
  const graph = randomGraph(choose, { nodesMax: NODES_MAX, bodyDepth: BODY_DEPTH });
  const compiled = compileGraph(graph, NODE_TYPES);
  if (!compiled.ok) throw new SimulationFailure('generator', JSON.stringify(compiled.problems));
  try {
    return new TreeSimulation(choose, compiled.compiled).run();
  } catch (error) {
    if (error instanceof SimulationFailure) throw error;
    throw new SimulationFailure('no assertion fails', String((error as Error).stack));
  }
}

/** {@link simulateTree} of a seed. */
export function simulateTreeSeed(seed: number): TreeReport {
  return simulateTree(seededChooser(seed));
}

class TreeSimulation {
  private readonly tree: RunTree;
  private clock = 1_000;
  private disturbancesLeft: number;
  private disturbances = 0;

  constructor(
    private readonly choose: Chooser,
    compiled: ReturnType<typeof mustCompile>,
  ) {
    const other = mustCompile(
      aGraph(['a', aNode('b', { type: 'wait', config: { durationMs: 50 } })], ['a -> b']),
    );
    const now = () => ({ at: (this.clock += choose.int(20)), random: choose.int(999) / 1000 });
    this.tree = new RunTree(compiled, { n: choose.int(99) }, now, { other });
    this.disturbancesLeft = choose.int(DISTURBANCES_MAX);
  }

  run(): TreeReport {
    const { tree } = this;
    tree.offer(tree.root, { type: 'runStarted' });
    for (let i = 0; i < TREE_STEPS_MAX; i++) {
      if (this.disturbancesLeft > 0 && chance(this.choose, 25)) this.disturb();
      else if (!this.progress()) return this.report();
    }
    throw new SimulationFailure('termination', `the tree goes on after ${tree.steps} steps`);
  }

  private report(): TreeReport {
    const { tree, disturbances } = this;
    for (const run of tree.runs) {
      if (run.state.endedAt === null) {
        const nodes = [...run.state.nodes.values()].map((node) => `${node.key}:${node.state}`);
        throw new SimulationFailure(
          'termination',
          `run ${run.id} waits for nothing: ${nodes.join()}`,
        );
      }
    }
    return {
      state: tree.root.state.state,
      runs: tree.runs.length,
      steps: tree.steps,
      disturbances,
    };
  }

  /** The next thing of a well-behaved world, in any run; false when nothing is left. */
  private progress(): boolean {
    const { tree, choose } = this;
    if (tree.messages.length > 0 && chance(choose, 40)) return this.deliverOne();
    const open = tree.runs.filter((run) => run.state.endedAt === null);
    const busy = open.filter((run) => run.table.open().length > 0);
    if (busy.length > 0) return this.work(pick(choose, busy));
    if (tree.messages.length > 0) return this.deliverOne();
    const asked = open.flatMap((run) => askingNodes(run.state).map((node) => ({ run, node })));
    if (asked.length > 0 && chance(choose, 50)) return this.answer(pick(choose, asked));
    if (this.fireNext(open)) return true;
    if (asked.length > 0) return this.answer(pick(choose, asked));
    const held = open.flatMap((run) => holdsOf(run.state).map((hold) => ({ run, hold })));
    const [first] = held;
    if (first) tree.offer(first.run, releaseOf(first.hold, ACTOR));
    return first !== undefined;
  }

  private deliverOne(): boolean {
    const { messages } = this.tree;
    const at = this.choose.int(messages.length - 1);
    const [message] = messages.splice(at, 1);
    if (message) this.tree.deliver(message);
    // Some arrive again, later.
    if (message && chance(this.choose, 10)) messages.push(message);
    return true;
  }

  private work(run: TreeRun): boolean {
    const { nodeKey, attempt, state } = pick(this.choose, run.table.open());
    if (state === 'queued')
      this.tree.offer(run, { type: 'taskLeased', nodeKey, attempt, worker: 'w' });
    else if (chance(this.choose, 10)) {
      const error = { code: 'BUSY', message: 'no luck' };
      this.tree.offer(run, { type: 'taskFailed', nodeKey, attempt, error });
    } else {
      const output = { n: this.choose.int(99) };
      const contextAppend = null;
      this.tree.offer(run, { type: 'taskSucceeded', nodeKey, attempt, output, contextAppend });
    }
    return true;
  }

  private answer({ run, node }: { run: TreeRun; node: NodeRunState }): boolean {
    this.tree.offer(run, answerTo(this.choose, node, ACTOR));
    return true;
  }

  private fireNext(open: readonly TreeRun[]): boolean {
    const timers = open.flatMap((run) =>
      [...run.table.timers.values()].map((timer) => ({ run, timer })),
    );
    const [next] = timers.sort((a, b) => a.timer.dueAt - b.timer.dueAt);
    if (!next) return false;
    const { timer, nodeKey, attempt, dueAt } = next.timer;
    this.clock = Math.max(this.clock, dueAt);
    next.run.table.timers.delete(`${timer} ${nodeKey ?? ''}`);
    this.tree.offer(next.run, { type: 'timerFired', timer, nodeKey, attempt });
    return true;
  }

  private disturb(): void {
    this.disturbancesLeft--;
    this.disturbances++;
    const run = pick(this.choose, this.tree.runs);
    if (chance(this.choose, 50)) return this.tree.crash(run);
    const nodeKey = `n${this.choose.int(Math.max(0, run.compiled.nodes.size - 1))}`;
    const by = { actor: ACTOR, reason: null };
    const index = this.choose.int(3);
    this.act(
      run,
      pick<EventBody>(this.choose, [
        { type: 'nodeRetryRequested', nodeKey, ...by },
        { type: 'itemRetryRequested', nodeKey, index, ...by },
        { type: 'itemRetryRequested', nodeKey, index: 0, ...by },
        { type: 'nodeSkipRequested', nodeKey, output: { n: 7 }, ...by },
        { type: 'nodeCancelRequested', nodeKey, ...by },
        { type: 'runHoldRequested', scope: 'run', until: null, ...by },
        { type: 'runReleaseRequested', scope: 'run', ...by },
        { type: 'runCancelRequested', ...by },
      ]),
    );
  }

  /** What an operator does to a child run that has ended must be possible for its parents, too. */
  private act(run: TreeRun, body: EventBody): void {
    if (run.state.endedAt === null) {
      this.tree.offer(run, body);
      return;
    }
    const event = { ...body, at: this.clock, random: 0 } as EngineEvent;
    if (!step(run.compiled, run.state, event).ok) return;
    if (this.reopenParent(run)) this.tree.offer(run, body);
  }

  private reopenParent(run: TreeRun): boolean {
    const { parent } = run;
    if (!parent) return true;
    if (!run.isReported) return false;
    const { nodeKey, generation, index, try: tryNumber } = parent;
    const body: EventBody = { type: 'childReopened', nodeKey, generation, index, try: tryNumber };
    const event = { ...body, at: this.clock, random: 0 };
    if (!step(parent.run.compiled, parent.run.state, event).ok) return false;
    if (parent.run.state.endedAt !== null && !this.reopenParent(parent.run)) return false;
    if (!this.tree.offer(parent.run, body).ok) return false;
    run.isReported = false;
    // The parent is told in the transaction of the end, so nothing of the first end is on its way.
    const { messages } = this.tree;
    const left = messages.filter((message) => message.run !== run);
    messages.splice(0, messages.length, ...left);
    return true;
  }
}
