import { planRerun, restoreRun, type CompiledGraph, type RunState } from '@heddle/engine';
import {
  aGraph, aNode, answerTo, askingNodes, chance, childDisturbance, holdsOf, mustCompile, operatorMove, pick, randomGraph, releaseOf,
  seededChooser, SimulationFailure, type Chooser,
} from '@heddle/engine-sim'; // prettier-ignore
import type { ResultAck } from '@heddle/server-dispatch';
import type { EventBody, EventRefusal, NewRun } from '@heddle/server-runs';
import { CommitChecks, type Lease } from './commit-checks.js';
import { NAMES } from './memory-reads.js';
import { MemoryStore } from './memory-store.js';
import { PipelineFailure, type PipelineReport } from './pipeline-report.js';
import { RunChecks } from './run-checks.js';
import { ACTOR, peopleOnly } from './people.js';
import { Locks } from './sim-database.js';
import { SimServer, type SimWorld } from './sim-server.js';
import { SimWorker, WORKERS, type WorkerKind, type WorkerWatch } from './sim-worker.js';
import { VirtualTime } from './virtual-time.js';

const NODES_MAX = 7;
const BODY_DEPTH = 2;
/** Things that go wrong, and things that people do, in one simulation. */
const DISTURBANCES_MAX = 40;
const STARTS_MAX = 4;
const STORM_MS_MAX = 20_000;
/** How far the clocks of two servers are apart at most: less than a lease. */
const CLOCK_MS_MAX = 8_000;
/** A client asks again when it has heard nothing for so long. */
const CLIENT_WAIT_MS = 4_000;
/** Time in which everything ends once nothing goes wrong any more. */
const CALM_MS_MAX = 600_000;
const CALM_STEP_MS = 400;
/** Bounds a simulation that goes in circles. */
const PLANNED_MAX = 60_000;
/** A lease and a few heartbeats after the last run has ended, no worker holds anything. */
const QUIET_MS = 30_000;
/** Percent of the commits after which the runs they touched are compared with their history. */
const VERIFIED_PERCENT = 12;

/** A cluster of two servers, some workers and clients in a hostile world. @throws {PipelineFailure} */
export async function simulatePipelineSeed(seed: number): Promise<PipelineReport> {
  const simulation = new PipelineSimulation(seededChooser(seed));
  try {
    return await simulation.run();
  } catch (error) {
    const { stack, message } = error as Error;
    const isBroken = error instanceof SimulationFailure;
    const promise = isBroken ? error.promise : 'no assertion fails';
    const what = isBroken ? message.slice(promise.length + 2) : String(stack);
    throw new PipelineFailure(promise, what, simulation.trace);
  }
}

/** A start that a client waits for. */
interface Start {
  key: string | null;
  runId: string | null;
}

class PipelineSimulation {
  readonly #time: VirtualTime;
  readonly #world: SimWorld & ConstructorParameters<typeof SimWorker>[2];
  readonly #checks: CommitChecks;
  readonly #runChecks: RunChecks;
  readonly #workers: SimWorker[] = [];
  readonly #starts: Start[] = [];
  readonly trace: string[] = [];
  readonly #since: number;
  #crashes = 0;
  #marks = 0;
  #failure: unknown = null;

  constructor(private readonly choose: Chooser) {
    const time = new VirtualTime(choose);
    const store = new MemoryStore();
    const graphs = this.#newGraphs();
    this.#time = time;
    this.#since = time.now;
    this.#checks = new CommitChecks(store);
    this.#runChecks = new RunChecks(store, graphs);
    const acknowledged: WorkerWatch['acknowledged'] = (ack, server) => this.#checkAck(ack, server);
    this.#world = {
      choose, time, store, graphs, locks: new Locks(), faults: { brokenPercent: 4 },
      servers: [], watch: { acknowledged }, isCalm: false,
      fail: (error) => this.#fail(error),
    }; // prettier-ignore
    store.watch = (commit) => {
      try {
        this.#checks.check(commit);
      } catch (error) {
        this.#fail(error);
      }
    };
  }

  #checkAck(ack: ResultAck, server: SimServer): void {
    const { taskId, fence, refused } = ack;
    if (refused === null && !this.#checks.hasResult(ack) && !this.#wasReturned(ack))
      this.#fail(
        new SimulationFailure('P2', `result ${taskId}/${fence} was acknowledged but is not there`),
      );
    for (const { held } of server.dispatch.sessions.values())
      if (held.get(taskId)?.ref.fence === fence)
        this.#fail(
          new SimulationFailure('slots', `task ${taskId}/${fence} is over but holds a slot`),
        );
  }

  /** A canceled task that was given back is acknowledged, too: its fence has moved on. */
  #wasReturned({ taskId, fence }: { taskId: string; fence: number }): boolean {
    const task = this.#world.store.tables.task.get(taskId);
    return task?.['state'] !== 'leased' || task['fence'] !== fence;
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
  }

  #newGraphs(): Map<string, CompiledGraph> {
    const { choose } = this;
    const other = aGraph(
      ['a', aNode('b', { type: 'wait', config: { durationMs: 50 } })],
      ['a -> b'],
    );
    const random = (): CompiledGraph =>
      mustCompile(randomGraph(choose, { nodesMax: NODES_MAX, bodyDepth: BODY_DEPTH }));
    return new Map([
      ['1', random()],
      ['2', random()],
      ['3', mustCompile(other)],
    ]);
  }

  async run(): Promise<PipelineReport> {
    const { choose } = this;
    for (const name of ['A', 'B']) this.#startServer(name);
    for (const kind of WORKERS) this.#startWorker(kind);
    this.#planStarts();
    const count = choose.int(DISTURBANCES_MAX);
    for (let i = 0; i < count; i++)
      this.#time.after(
        choose.int(STORM_MS_MAX),
        () => void this.#disturb().catch((e) => this.#fail(e)),
      );
    await this.#until(STORM_MS_MAX, () => false);
    this.#calm();
    await this.#until(CALM_MS_MAX, () => this.#openRuns().length === 0);
    await this.#until(QUIET_MS, () => false);
    return this.#report();
  }

  /** Lets time go on, and checks what was committed. */
  async #until(ms: number, isOver: () => boolean): Promise<void> {
    const end = this.#time.now + ms;
    while (this.#time.now < end && !isOver()) {
      if (!(await this.#time.next()))
        throw new SimulationFailure('termination', 'nothing is planned');
      if (this.#failure) throw this.#failure;
      if (this.#time.count > PLANNED_MAX)
        throw new SimulationFailure('termination', 'time goes in circles');
      if (this.#checks.touched.size > 0) await this.#checkTouched();
    }
  }

  async #checkTouched(): Promise<void> {
    const touched = [...this.#checks.touched];
    this.#checks.touched.clear();
    for (const lease of this.#checks.overtaken.splice(0))
      this.#time.soon(() => this.#sendOld(lease));
    this.#checks.checkTables(touched);
    for (const server of this.#alive())
      for (const { held, slots, workerId } of server.dispatch.sessions.values())
        if (held.size > slots)
          throw new SimulationFailure(
            'slots',
            `worker ${workerId} holds ${held.size} tasks in ${slots} slots`,
          );
    if (!chance(this.choose, VERIFIED_PERCENT)) return;
    for (const id of touched)
      if (!this.#checks.unverifiable.has(id)) await this.#runChecks.verify(id);
  }

  // ---- servers and workers ----

  #alive(): SimServer[] {
    return this.#world.servers.filter((server) => server.isAlive);
  }

  #startServer(name: string): void {
    const server = new SimServer(name, this.#world);
    const { servers } = this.#world;
    const at = servers.findIndex((known) => known.name === name);
    if (at < 0) servers.push(server);
    else servers[at] = server;
    if (!this.#world.isCalm) server.clockMs = this.choose.int(CLOCK_MS_MAX) - CLOCK_MS_MAX / 2;
    server.start();
  }

  #startWorker(kind: WorkerKind): void {
    const id = String(this.#workers.length + 1);
    this.#workers.push(new SimWorker(id, kind, this.#world));
  }

  #crash(server: SimServer): void {
    this.#note(`server ${server.name} crashes`);
    this.#crashes += 1;
    server.crash();
    for (const worker of this.#workers) this.#time.soon(() => worker.leave(server));
    this.#time.after(this.choose.int(5_000), () => this.#startServer(server.name));
  }

  // ---- what clients and people do ----

  #planStarts(): void {
    const count = 1 + this.choose.int(STARTS_MAX - 1);
    for (let i = 0; i < count; i++) {
      const key = chance(this.choose, 60) ? `key-${this.choose.int(2)}` : null;
      const start = { key, runId: null };
      this.#time.after(this.choose.int(STORM_MS_MAX / 4), () => this.#send(start));
    }
  }

  /** Sends a start; without an answer it is sent again, if it has a key. */
  #send(start: Start): void {
    const server = this.#alive().length > 0 ? pick(this.choose, this.#alive()) : null;
    const graphId = pick(this.choose, ['1', '2']);
    if (server) this.#push(server, start, this.#newRun(server, graphId, start.key));
    if (server && start.key === null) return;
    this.#time.after(CLIENT_WAIT_MS, () => {
      if (start.runId === null) this.#send(start);
    });
  }

  #push(server: SimServer, start: Start, run: NewRun): void {
    this.#note(`start of graph ${run.graphId} with key ${start.key} at ${server.name}`);
    server.loop.push({
      kind: 'start',
      run: { ...run, id: null },
      settle: ({ runId }) => {
        this.#note(`run ${runId} was accepted`);
        if (!this.#world.store.tables.run.has(runId))
          this.#fail(new SimulationFailure('P1', `run ${runId} was accepted but is not there`));
        if (start.runId !== null && start.runId !== runId)
          this.#fail(
            new SimulationFailure('P1', `key ${start.key} has runs ${start.runId} and ${runId}`),
          );
        start.runId = runId;
        this.#starts.push(start);
      },
      fail: (error) => this.#fail(error),
    });
  }

  #newRun(server: SimServer, graphId: string, idempotencyKey: string | null): NewRun {
    const hold = { by: ACTOR, at: server.now(), reason: null, until: null };
    return {
      ...{
        namespaceId: '1',
        namespace: NAMES.namespace,
        workflowId: '1',
        workflowName: NAMES.workflow,
      },
      ...{
        graphId,
        version: 1,
        triggerKind: 'manual',
        triggerActor: 'Ana',
        rerunOf: null,
        idempotencyKey,
      },
      createdAt: server.now(),
      input: { n: this.choose.int(99) },
      workflowHold: chance(this.choose, 5) ? hold : null,
      reuse: [],
    };
  }

  async #disturb(): Promise<void> {
    if (this.#world.isCalm) return;
    const { choose } = this;
    const kind = choose.int(19);
    const alive = this.#alive();
    if (kind === 0 && alive.length > 0) this.#crash(pick(choose, alive));
    else if (kind === 1) this.#killWorker();
    else if (kind === 2) pick(choose, this.#workers).lose();
    else if (kind === 3 && alive.length > 0) this.#jump(pick(choose, alive));
    else if (kind === 4 && alive.length > 0) this.#keepSignal(pick(choose, alive));
    else if (kind === 5) await this.#rerun();
    else await this.#operate();
  }

  #killWorker(): void {
    const at = this.choose.int(this.#workers.length - 1);
    const worker = this.#workers[at]!;
    if (!worker.isAlive) return;
    this.#note(`worker ${worker.id} dies`);
    worker.die(chance(this.choose, 50));
    const { kind } = worker;
    this.#time.after(this.choose.int(8_000), () => this.#startWorker(kind));
  }

  #jump(server: SimServer): void {
    server.clockMs = this.choose.int(CLOCK_MS_MAX) - CLOCK_MS_MAX / 2;
    this.#note(`the clock of ${server.name} is ${server.clockMs} ms ahead`);
  }

  #keepSignal(server: SimServer): void {
    const mark = `signal-${this.#marks++}`;
    const key = chance(this.choose, 50) ? '7' : null;
    this.#note(`${mark} to whoever waits`);
    server.keepSignal({
      id: String(1_000 + this.#marks),
      name: 'paid',
      key,
      payload: { n: 5, mark },
    });
  }

  /** A result under a lease that has moved on, which no session of a server stops. */
  #sendOld({ taskId, fence, runId, nodeKey, attempt }: Lease): void {
    const server = this.#alive()[0];
    const output = { n: 1, of: `${taskId}/${fence}` };
    const event = { type: 'taskSucceeded', nodeKey, attempt, output, contextAppend: null } as const;
    const task = { taskId, fence };
    const settle = (refusal: EventRefusal | null): void => {
      if (!refusal)
        this.#fail(
          new SimulationFailure('P2', `a result of old lease ${taskId}/${fence} was taken`),
        );
    };
    server?.loop.push({ kind: 'event', runId, event, task, settle, fail: (e) => this.#fail(e) });
  }

  async #stateOf(id: string): Promise<{ graph: CompiledGraph; state: RunState }> {
    const { stored, graph, meta } = await this.#runChecks.load(id);
    const { fields, nodes, items } = stored;
    return { graph, state: restoreRun(graph, { ...fields, meta, nodes, items }) };
  }

  async #operate(): Promise<void> {
    const { choose } = this;
    const ids = [...this.#world.store.tables.run.keys()];
    if (ids.length === 0) return;
    const runId = pick(choose, ids);
    const { graph, state } = await this.#stateOf(runId);
    if (this.#alive().length === 0) return;
    const server = pick(choose, this.#alive());
    const node = `n${choose.int(Math.max(0, graph.nodes.size - 1))}`;
    const by = { actor: ACTOR, reason: null };
    const move = pick<EventBody>(choose, [
      operatorMove(choose, state, { node, by, at: server.now() }),
      operatorMove(choose, state, { node, by, at: server.now() }),
      peopleOnly(childDisturbance(choose, state, { node, actor: ACTOR })),
      { type: 'nodeRetryRequested', nodeKey: node, ...by },
      { type: 'nodeRetryRequested', nodeKey: node, input: { value: { edited: true } }, ...by },
      { type: 'nodeSkipRequested', nodeKey: node, output: { n: 7 }, ...by },
      { type: 'nodeCancelRequested', nodeKey: node, ...by },
      { type: 'runCancelRequested', compensate: chance(choose, 50), ...by },
    ]);
    this.#act(server, runId, move);
  }

  /** An event of a person, marked so that it is found again in the history. */
  #act(server: SimServer, runId: string, move: EventBody): void {
    const mark = `act-${this.#marks++}`;
    const isSignal = move.type === 'signalReceived';
    const event = isSignal
      ? { ...move, signalId: null, payload: { n: 5, mark } }
      : ({ ...move, reason: mark } as EventBody);
    this.#note(`${mark} at ${server.name}: ${move.type} of run ${runId}`);
    server.event(runId, event, (refusal) => {
      this.#note(`${mark} is ${refusal ? `refused: ${refusal.code}` : 'done'}`);
      const count = this.#checks.marks.get(mark) ?? 0;
      if (!refusal && count !== 1)
        this.#fail(
          new SimulationFailure('P1', `${move.type} was acknowledged, and applied ${count} times`),
        );
    });
  }

  /** A new run that takes over results of an ended one. */
  async #rerun(): Promise<void> {
    const { choose } = this;
    const { run } = this.#world.store.tables;
    const ended = [...run.values()].filter(
      (row) => row['ended_at'] !== null && row['parent_run_id'] === null,
    );
    if (ended.length === 0) return;
    const row = pick(choose, ended);
    const old = await this.#stateOf(String(row['id']));
    const from = [`n${choose.int(old.graph.nodes.size - 1)}`];
    const plan = planRerun({ old, target: old.graph, from, patch: {}, isInPlace: false });
    if (plan.problems.some(({ severity }) => severity === 'error') || this.#alive().length === 0)
      return;
    const server = pick(choose, this.#alive());
    const { input, reuse, context } = plan;
    const run0 = this.#newRun(server, String(row['graph_id']), null);
    const start = { key: null, runId: null };
    this.#push(server, start, {
      ...run0,
      input,
      reuse,
      context,
      triggerKind: 'rerun',
      rerunOf: String(row['id']),
    });
  }

  // ---- the end ----

  /** From here on nothing goes wrong any more, and people do what is asked of them. */
  #calm(): void {
    this.#note('calm');
    this.#world.isCalm = true;
    this.#world.faults.brokenPercent = 0;
    for (const server of this.#alive()) server.clockMs = 0;
    for (const kind of WORKERS) this.#startWorker(kind);
    const go = (): void =>
      void this.#helpAll().then(
        () => this.#time.after(CALM_STEP_MS, go),
        (e) => this.#fail(e),
      );
    go();
  }

  /** Answers questions and releases holds. */
  async #helpAll(): Promise<void> {
    const { choose } = this;
    for (const id of this.#openRuns()) {
      const { state } = await this.#stateOf(id);
      if (this.#alive().length === 0) return;
      const server = pick(choose, this.#alive());
      for (const held of holdsOf(state)) this.#act(server, id, releaseOf(held, ACTOR));
      for (const node of askingNodes(state)) this.#act(server, id, answerTo(choose, node, ACTOR));
    }
  }

  #openRuns(): string[] {
    const rows = [...this.#world.store.tables.run.values()];
    return rows.filter((row) => row['ended_at'] === null).map((row) => String(row['id']));
  }

  async #report(): Promise<PipelineReport> {
    const { store } = this.#world;
    const open = this.#openRuns();
    if (open.length > 0) throw new SimulationFailure('P1', await this.#whyOpen(open.at(-1)!));
    for (const { runId } of this.#starts)
      if (runId !== null && !store.tables.run.has(runId))
        throw new SimulationFailure('P1', `run ${runId} is lost`);
    for (const [name, rows] of [
      ['task', store.tables.task],
      ['timer', store.tables.timer],
    ] as const)
      if (rows.size > 0)
        throw new SimulationFailure(
          'P3',
          `a ${name} is left: ${JSON.stringify([...rows.values()][0])}`,
        );
    for (const server of this.#alive())
      for (const { held, workerId } of server.dispatch.sessions.values())
        if (held.size > 0)
          throw new SimulationFailure(
            'slots',
            `worker ${workerId} still holds ${[...held.keys()].join()}`,
          );
    let steps = 0;
    const ends: Record<string, number> = {};
    for (const [id, row] of store.tables.run) {
      if (!this.#checks.unverifiable.has(id)) {
        await this.#runChecks.verify(id);
        steps += await this.#runChecks.replay(id);
      }
      ends[String(row['state'])] = (ends[String(row['state'])] ?? 0) + 1;
    }
    const { commits, accepted } = this.#checks;
    return {
      runs: store.tables.run.size,
      commits,
      steps,
      crashes: this.#crashes,
      accepted,
      ends,
      trace: this.trace,
    };
  }

  async #whyOpen(id: string): Promise<string> {
    const { state } = await this.#stateOf(id);
    const nodes = [...state.nodes.values()].map(
      ({ key, state: name, waitingFor }) => `${key}:${name}${waitingFor ? `(${waitingFor})` : ''}`,
    );
    const tasks = [...this.#world.store.tables.task.values()].filter((row) => row['run_id'] === id);
    const leases = tasks.map((row) => `${row['node_key']} ${row['state']} by ${row['worker_id']}`);
    return `run ${id} does not end: ${state.state}; ${nodes.join(' ')}; tasks: ${leases.join(', ')}`;
  }

  #note(line: string): void {
    this.trace.push(`${this.#time.now - this.#since} ${line}`);
  }
}
