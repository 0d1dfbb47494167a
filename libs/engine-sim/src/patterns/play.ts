import type { CompiledGraph, RunState } from '@heddle/engine';
import type { GraphDocument } from '@heddle/graph';
import type { Json } from '@heddle/kernel';
import { askingNodes } from '../child-moves.js';
import { SimulationFailure } from '../failure.js';
import { RunTree, type TreeRun } from '../run-tree.js';
import { mustCompile, type EventBody } from '../simulation.js';
import type { SimTask, SimTimer } from '../tasks.js';

/** How long a job runs unless told otherwise, in virtual milliseconds. */
const JOB_MS = 10;
/** Far above what any pattern needs. */
const MOVES_MAX = 2_000;

/** What happens around the graph while it runs. */
export interface Script {
  input?: Json;
  /** Milliseconds that jobs run, by key. */
  ms?: Record<string, number>;
  /** Outputs of jobs, by key; a function gets the job's input. */
  outputs?: Record<string, (input: Json) => Json>;
  /** Jobs that fail. */
  fails?: string[];
  /** What somebody does at a time. */
  at?: [number, (stage: Stage) => void][];
  /** Graphs of other workflows, by name. */
  workflows?: Record<string, GraphDocument>;
}

interface JobRun {
  key: string;
  run: number;
  /** Virtual milliseconds from the start. */
  from: number;
  /** Null: it was canceled. */
  to: number | null;
}

const ACTOR = { id: 'user:1', name: 'Ana' };

/** A graph that runs in virtual time with as many workers as it wants. */
export class Stage {
  readonly tree: RunTree;
  /** Every job that ran, in the order of starts. */
  readonly jobs: JobRun[] = [];
  private now = 0;
  private readonly script: Script;
  private readonly ends = new Map<
    string,
    { at: number; run: TreeRun; task: SimTask; job: JobRun }
  >();

  constructor(document: GraphDocument, script: Script) {
    this.script = script;
    const workflows: Record<string, CompiledGraph> = {};
    for (const [name, other] of Object.entries(script.workflows ?? {}))
      workflows[name] = mustCompile(other);
    const time = () => ({ at: this.now, random: 0.5 });
    this.tree = new RunTree(mustCompile(document), script.input ?? {}, time, workflows);
  }

  /** Lets everything happen, in the order of time. */
  play(): this {
    this.must(this.tree.root, { type: 'runStarted' });
    const planned = [...(this.script.at ?? [])].sort((a, b) => a[0] - b[0]);
    for (let i = 0; i < MOVES_MAX; i++) {
      this.settle();
      const timer = this.firstTimer();
      const job = [...this.ends.values()].sort((a, b) => a.at - b.at)[0];
      const [move] = planned;
      const at = Math.min(
        timer?.timer.dueAt ?? Infinity,
        job?.at ?? Infinity,
        move?.[0] ?? Infinity,
      );
      if (at === Infinity) return this;
      this.now = at;
      if (move && move[0] === at) planned.shift()?.[1](this);
      else if (job && job.at === at) this.endJob(job);
      else if (timer) this.fire(timer);
    }
    throw new SimulationFailure('pattern', 'it goes on for ever');
  }

  private must(run: TreeRun, body: EventBody): void {
    const result = this.tree.offer(run, body);
    if (!result.ok)
      throw new SimulationFailure('pattern', `${body.type}: ${result.refusal.message}`);
  }

  /** Messages between runs arrive at once, tasks are taken at once. */
  private settle(): void {
    const { tree } = this;
    for (let message = tree.messages.shift(); message; message = tree.messages.shift())
      tree.deliver(message);
    for (const run of tree.runs) {
      for (const task of run.table.open()) {
        if (task.state === 'queued') this.begin(run, task);
      }
    }
    for (const [id, { run, task, job }] of this.ends) {
      if (run.table.tasks.get(`${task.nodeKey}#${task.attempt}`)?.state === 'leased') continue;
      this.ends.delete(id);
      job.to = null;
    }
  }

  private begin(run: TreeRun, task: SimTask): void {
    const { nodeKey, attempt } = task;
    this.must(run, { type: 'taskLeased', nodeKey, attempt, worker: 'w1' });
    const job: JobRun = { key: nodeKey, run: run.id, from: this.now, to: null };
    this.jobs.push(job);
    const at = this.now + (this.script.ms?.[nodeKey] ?? JOB_MS);
    this.ends.set(`${run.id} ${nodeKey} ${attempt}`, { at, run, task, job });
  }

  private endJob({ run, task, job }: { run: TreeRun; task: SimTask; job: JobRun }): void {
    const { nodeKey, attempt } = task;
    this.ends.delete(`${run.id} ${nodeKey} ${attempt}`);
    job.to = this.now;
    if (this.script.fails?.includes(nodeKey)) {
      const error = { code: 'BUSY', message: 'no luck' };
      return this.must(run, { type: 'taskFailed', nodeKey, attempt, error });
    }
    const input = run.state.nodes.get(nodeKey)?.input ?? null;
    const output = this.script.outputs?.[nodeKey]?.(input) ?? nodeKey;
    this.must(run, { type: 'taskSucceeded', nodeKey, attempt, output, contextAppend: null });
  }

  private firstTimer(): { run: TreeRun; timer: SimTimer } | undefined {
    const all = this.tree.runs.flatMap((run) =>
      [...run.table.timers.values()].map((timer) => ({ run, timer })),
    );
    return all.sort((a, b) => a.timer.dueAt - b.timer.dueAt)[0];
  }

  private fire({ run, timer: armed }: { run: TreeRun; timer: SimTimer }): void {
    const { timer, nodeKey, attempt } = armed;
    run.table.timers.delete(`${timer} ${nodeKey ?? ''}`);
    this.must(run, { type: 'timerFired', timer, nodeKey, attempt });
  }

  /** Sends a signal to whoever waits for it; false when nobody does. */
  signal(name: string, payload: Json = null): boolean {
    for (const run of this.tree.runs) {
      const isAwaited = askingNodes(run.state).some((node) => node.correlation === name);
      if (run.state.endedAt !== null || !isAwaited) continue;
      const to = { name, key: null, signalId: 'x', payload, actor: ACTOR };
      return this.tree.offer(run, { type: 'signalReceived', ...to }).ok;
    }
    return false;
  }

  /** Sends a signal to the run itself, which keeps it when nobody waits. */
  send(name: string, payload: Json = null): void {
    const to = { name, key: null, signalId: null, payload, actor: ACTOR };
    this.must(this.tree.root, { type: 'signalReceived', ...to });
  }

  /** What an operator does to the run. */
  operate(body: (by: { actor: typeof ACTOR; reason: null }) => EventBody): void {
    this.must(this.tree.root, body({ actor: ACTOR, reason: null }));
  }

  get run(): RunState {
    return this.tree.root.state;
  }

  state(key: string): string {
    return this.run.nodes.get(key)?.state ?? 'pending';
  }

  output(key: string): Json {
    return this.run.nodes.get(key)?.output ?? null;
  }

  /** Keys of the jobs in the order of their starts, as one text. */
  order(): string {
    return this.jobs.map((job) => job.key).join(' ');
  }

  /** How often a job ran to its end. */
  count(key: string): number {
    return this.jobs.filter((job) => job.key === key && job.to !== null).length;
  }

  /** When a job started, the first time. */
  from(key: string): number {
    const job = this.jobs.find((other) => other.key === key);
    if (!job) throw new SimulationFailure('pattern', `${key} never started`);
    return job.from;
  }

  /** Most jobs that ran at one time, of the given keys. */
  atOnce(...keys: string[]): number {
    const own = this.jobs.filter((job) => keys.includes(job.key));
    const counts = own.map(
      ({ from }) => own.filter((job) => job.from <= from && (job.to ?? Infinity) > from).length,
    );
    return Math.max(0, ...counts);
  }
}

/** Plays a graph to its end. */
export function play(document: GraphDocument, script: Script = {}): Stage {
  return new Stage(document, script).play();
}
