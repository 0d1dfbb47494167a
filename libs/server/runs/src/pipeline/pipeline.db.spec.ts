import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyGraph, type GraphDocument, type GraphNode } from '@heddle/graph';
import { randomGraph, seededChooser } from '@heddle/engine-sim';
import { AccessService } from '@heddle/server-access';
import {
  DispatchService,
  LeaseService,
  WorkerFeed,
  type TaskOffer,
  type TaskRef,
  type WorkerLink,
} from '@heddle/server-dispatch';
import { LogFeed, LogService } from '@heddle/server-logs';
import {
  AccessStore,
  Database,
  LogStore,
  RunReader,
  WorkerStore,
  WorkflowStore,
} from '@heddle/store';
import { testDatabase } from '@heddle/testing';
import { VerifyService } from '../verify.service.js';
import { BatchSources } from './batch-sources.js';
import { CompiledGraphs } from './compiled-graphs.js';
import { PipelineService } from './pipeline.service.js';
import { RunFeed } from './run-feed.js';
import { TimerService } from './timer.service.js';

const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const GRAPHS = 25;
const ENDED = ['succeeded', 'failed', 'canceled'];

/** Groups and executors of a graph's jobs, those in bodies included. */
function offersOf(graph: GraphDocument): string[] {
  return graph.nodes.flatMap(({ type, config }) => {
    if (type === 'job') return [`${String(config['group'])} ${String(config['executor'])}`];
    if (type === 'http') return ['heddle heddle.http'];
    const { body } = config;
    return body ? offersOf(body as unknown as GraphDocument) : [];
  });
}

describe(`the pipeline (SEED=${SEED})`, async () => {
  const url = await testDatabase();
  let database: Database;
  let pipeline: PipelineService;
  let dispatch: DispatchService;
  let timers: TimerService;
  let reader: RunReader;
  let workflows: WorkflowStore;
  let namespaceId: string;
  let verify: VerifyService;

  beforeAll(async () => {
    database = await Database.open(url);
    reader = new RunReader(database);
    workflows = new WorkflowStore(database);
    const workers = new WorkerStore(database);
    const feed = new WorkerFeed();
    dispatch = new DispatchService(
      database,
      workers,
      new LogService(new LogStore(database), new LogFeed()),
      feed,
    );
    timers = new TimerService(database);
    const leases = new LeaseService(
      dispatch,
      workers,
      feed,
      new AccessService(new AccessStore(database)),
    );
    const sources = new BatchSources(database, workflows, new CompiledGraphs(workflows));
    // Only `verify` needs it, to ask who may.
    verify = new VerifyService(undefined as never, sources, reader);
    pipeline = new PipelineService(sources, dispatch, timers, new RunFeed(), leases);
    await timers.onApplicationBootstrap();
    pipeline.onApplicationBootstrap();
    namespaceId = (
      await database.rows<{ id: string }>({
        text: `insert into namespace (name, title) values ('test', 'Test') returning id`,
      })
    )[0]!.id;
  });
  afterAll(async () => {
    await pipeline.onApplicationShutdown();
    timers.onApplicationShutdown();
    await database.close();
  });

  it(
    'P2: what is stored equals what the history says, for random graphs and a worker that fails at random',
    { timeout: 60_000 },
    async () => {
      const choose = seededChooser(SEED);
      const graphs = Array.from({ length: GRAPHS }, () => randomGraph(choose, { nodesMax: 12 }));
      const offers = new Set(graphs.flatMap(offersOf));
      for (const offer of offers) await connectWorker(offer, () => choose.int(4));
      const ids = await Promise.all(graphs.map((graph, i) => startRun(graph, i)));
      for (const id of ids) await waitUntilStill(id);
      // Child runs as well.
      const all = await database.rows<{ id: string }>({ text: 'select id from run' });
      for (const { id } of all) await compareWithHistory(id);
    },
  );

  it('P1: two triggers with one idempotency key are one run', async () => {
    const graph = randomGraph(seededChooser(1), { nodesMax: 3 });
    const workflow = await workflows.add({
      namespaceId,
      name: 'keyed',
      description: '',
      draft: graph,
      by: 'test',
    });
    const graphId = await workflows.ensureGraph(workflow.id, graph);
    const run = {
      namespaceId,
      namespace: 'test',
      workflowId: workflow.id,
      workflowName: workflow.name,
      workflowHold: null,
      reuse: [],
      graphId,
      version: null,
      input: null,
      triggerKind: 'api',
      triggerActor: 'test',
      rerunOf: null,
      idempotencyKey: 'same',
      createdAt: Date.now(),
    } as const;
    const started = await Promise.all([
      pipeline.start(run),
      pipeline.start(run),
      pipeline.start(run),
    ]);
    expect(new Set(started.map(({ runId }) => runId)).size).toBe(1);
    expect((await pipeline.start(run)).runId).toBe(started[0]!.runId);
  });

  it('a chain of nodes without jobs is one commit', async () => {
    const nodes = Array.from({ length: 40 }, (_, i): GraphNode => ({
      key: `n${i}`,
      type: 'transform',
      config: { output: i === 0 ? 1 : `\${{ nodes.n${i - 1}.output + 1.0 }}` },
      position: { x: 0, y: 0 },
    }));
    const edges = nodes.slice(1).map(({ key }, i) => ({
      id: `e${i}`,
      source: `n${i}`,
      target: key,
      port: 'success',
    }));
    const id = await startRun({ ...emptyGraph(), nodes, edges }, 1_000);
    expect((await reader.find(id))!.state).toBe('succeeded');
    expect((await reader.steps([id])).get(id)!.seq).toBe(1);
    expect((await reader.nodesWhole(id, ['n39']))[0]!.output).toBe(40);
  });

  it('P2: refuses a result whose fence is old, and events of runs that do not exist', async () => {
    const refused = await pipeline.taskEvent(
      '999999',
      { taskId: '1', fence: 1 },
      { type: 'taskSucceeded', nodeKey: 'a', attempt: 1, output: null, contextAppend: null },
    );
    expect(refused).toBe('NO_RUN');
  });

  /** A worker in this process that ends every task at once, one in four with a failure. */
  async function connectWorker(offer: string, dice: () => number): Promise<void> {
    const [group = '', executor = ''] = offer.split(' ');
    let workerId = '';
    const answer = (tasks: TaskOffer[]): void =>
      void dispatch.results(
        workerId,
        tasks.map(({ taskId, fence }) => ({
          taskId,
          fence,
          outcome:
            dice() === 0
              ? { kind: 'failed' as const, error: { code: 'BROKEN', message: 'as told' } }
              : { kind: 'succeeded' as const, output: { value: 1 }, contextAppend: null },
        })),
      );
    const link: WorkerLink = {
      sendTasks: (tasks) => setImmediate(() => answer(tasks)),
      sendCancels: (tasks: TaskRef[]) =>
        void dispatch.results(
          workerId,
          tasks.map((task) => ({ ...task, outcome: { kind: 'canceled' as const } })),
        ),
      sendDrain: () => undefined,
      close: () => undefined,
    };
    const hello = {
      group,
      name: offer,
      processId: offer,
      executors: [{ name: executor, description: '', inputSchema: null }],
      slots: 5,
      labels: {},
      sdk: 'test',
      running: [],
    };
    workerId = (await dispatch.connectBuiltIn(hello, link)).workerId;
  }

  async function startRun(graph: ReturnType<typeof randomGraph>, index: number): Promise<string> {
    const workflow = await workflows.add({
      namespaceId,
      name: `random ${index}`,
      description: '',
      draft: graph,
      by: 'test',
    });
    const graphId = await workflows.ensureGraph(workflow.id, graph);
    const { runId } = await pipeline.start({
      namespaceId,
      namespace: 'test',
      workflowId: workflow.id,
      workflowName: workflow.name,
      workflowHold: null,
      reuse: [],
      graphId,
      version: null,
      input: {},
      triggerKind: 'manual',
      triggerActor: 'test',
      rerunOf: null,
      idempotencyKey: null,
      createdAt: Date.now(),
    });
    return runId;
  }

  /** Until the run has ended, or only a wait of its graph is left; then it is canceled. */
  async function waitUntilStill(id: string): Promise<void> {
    await expect
      .poll(
        async () => {
          const run = (await reader.find(id))!;
          if (ENDED.includes(run.state)) return true;
          const tasks = await database.rows({ text: 'select 1 from task' });
          if (tasks.length === 0)
            await pipeline.event(id, {
              type: 'runCancelRequested',
              actor: { id: 'user:1', name: 'test' },
              reason: null,
            });
          return false;
        },
        { timeout: 20_000, interval: 50 },
      )
      .toBe(true);
  }

  async function compareWithHistory(id: string): Promise<void> {
    const steps = await reader.history(id, 0, 10_000);
    const seq = (await reader.steps([id])).get(id)?.seq ?? 0;
    expect(steps.map((step) => step.seq)).toEqual(Array.from({ length: seq }, (_, i) => i + 1));
    const { differences } = await verify.verifyRun(id);
    expect(differences).toEqual([]);
  }
});
