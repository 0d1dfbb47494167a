import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LogFeed, LogService } from '@heddle/server-logs';
import { Database, LogStore, WorkerStore } from '@heddle/store';
import { testDatabase } from '@heddle/testing';
import { DispatchService } from './dispatch.service.js';
import type { TaskEvent } from './task-inbox.js';
import { WorkerFeed } from './worker-feed.js';
import type { TaskOffer, TaskRef, WorkerHello, WorkerLink } from './worker-port.js';

/** What reached the pipeline's door, and how it answered. */
interface Received {
  task: TaskRef;
  event: TaskEvent;
}

class TestLink implements WorkerLink {
  readonly tasks: TaskOffer[] = [];
  readonly cancels: TaskRef[] = [];
  readonly closed: string[] = [];
  sendTasks(tasks: TaskOffer[]): void {
    this.tasks.push(...tasks);
  }
  sendCancels(tasks: TaskRef[]): void {
    this.cancels.push(...tasks);
  }
  sendDrain(): void {}
  close(reason: string): void {
    this.closed.push(reason);
  }
}

describe('dispatch', async () => {
  const url = await testDatabase();
  let database: Database;
  let dispatch: DispatchService;
  let received: Received[];
  let logs: LogService;
  let namespaceId: string;
  let processCount = 0;

  beforeAll(async () => {
    database = await Database.open(url);
    namespaceId = await one(
      `insert into namespace (name, title) values ('test', 'Test') returning id`,
    );
    await database.rows({
      text: `insert into workflow (namespace_id, name, draft, draft_updated_by) values (1, 'w', '{}', 'x')`,
    });
    await database.rows({
      text: `insert into graph (workflow_id, sha256, content) values (1, 'x', '{}')`,
    });
  });
  afterAll(() => database.close());
  beforeEach(() => {
    received = [];
    logs = new LogService(new LogStore(database), new LogFeed());
    dispatch = new DispatchService(database, new WorkerStore(database), logs, new WorkerFeed());
    dispatch.bind({
      taskEvent: (_runId, task, event) => {
        received.push({ task, event });
        return Promise.resolve(null);
      },
      wake: () => undefined,
    });
  });

  async function one(text: string): Promise<string> {
    return (await database.rows<{ id: string }>({ text }))[0]!.id;
  }

  function hello(given: Partial<WorkerHello> = {}): WorkerHello {
    const executors = [{ name: 'greet', description: '', inputSchema: null }];
    const processId = `p${++processCount}`;
    return {
      namespaceId,
      tokenId: '1',
      group: 'g',
      name: 'w',
      processId,
      executors,
      slots: 2,
      labels: {},
      sdk: 'test',
      running: [],
      ...given,
    };
  }

  /** A task leased to a worker, as an earlier commit left it. */
  async function leasedTask(workerId: string): Promise<TaskRef> {
    const run =
      await one(`insert into run (namespace_id, workflow_id, graph_id, state, trigger_kind, trigger_actor, created_at)
      values (1, 1, 1, 'running', 'api', 'x', now()) returning id`);
    const taskId =
      await one(`insert into task (run_id, node_key, attempt, namespace_id, worker_group, executor, state, fence,
      worker_id, worker, priority, loss_count, queued_at, leased_at, input)
      values (${run}, 'a', 1, 1, 'g', 'greet', 'leased', 3, ${workerId}, 'w', 5, 0, now(), now(), '{"n":1}') returning id`);
    return { taskId, fence: 3 };
  }

  it('a worker that comes back keeps its tasks; what it does not know is offered again', async () => {
    const first = hello();
    const { workerId } = await dispatch.connect(first, new TestLink());
    const known = await leasedTask(workerId);
    const unknown = await leasedTask(workerId);
    const gone: TaskRef = { taskId: '123456', fence: 1 };
    const stale: TaskRef = { ...unknown, fence: 2 };
    const link = new TestLink();
    const again = await dispatch.connect({ ...first, running: [known, gone] }, link);
    expect(again.workerId).toBe(workerId);
    expect(again.lost).toEqual([gone]);
    await expect
      .poll(() => link.tasks)
      .toMatchObject([{ ...unknown, input: { n: 1 }, workflow: 'w', namespace: 'test' }]);
    expect(
      (await dispatch.connect({ ...first, running: [known, stale] }, new TestLink())).lost,
    ).toEqual([stale]);
  });

  it('the end of an old connection does not end the new one of the same process', async () => {
    const first = hello();
    const [oldLink, newLink] = [new TestLink(), new TestLink()];
    const { workerId } = await dispatch.connect(first, oldLink);
    await dispatch.connect(first, newLink);
    expect(oldLink.closed).toHaveLength(1);
    dispatch.disconnect(workerId, oldLink);
    expect(dispatch.sessions.has(workerId)).toBe(true);
    dispatch.disconnect(workerId, newLink);
    expect(dispatch.sessions.has(workerId)).toBe(false);
  });

  it('P2: a result under another fence is refused before it reaches the pipeline', async () => {
    const first = hello();
    const { workerId } = await dispatch.connect(first, new TestLink());
    const task = await leasedTask(workerId);
    await dispatch.connect({ ...first, running: [task] }, new TestLink());
    const outcome = { kind: 'succeeded', output: null, contextAppend: null } as const;
    expect(await dispatch.results(workerId, [{ ...task, fence: 2, outcome }])).toEqual([
      { ...task, fence: 2, refused: 'LEASE_LOST' },
    ]);
    expect(received).toEqual([]);
    expect(await dispatch.results(workerId, [{ ...task, outcome }])).toEqual([
      { ...task, refused: null },
    ]);
    expect(received.map(({ event }) => event.type)).toEqual(['taskSucceeded']);
  });

  it('a task that three heartbeats in a row leave out is put back; one that is named is not', async () => {
    const first = hello();
    const { workerId } = await dispatch.connect(first, new TestLink());
    const forgotten = await leasedTask(workerId);
    const kept = await leasedTask(workerId);
    await dispatch.connect({ ...first, running: [forgotten, kept] }, new TestLink());
    for (let beat = 1; beat <= 3; beat++) {
      expect(received).toEqual([]);
      dispatch.heartbeat(workerId, [kept], { cpuLoad: 0, memoryBytes: 0 });
    }
    expect(received).toMatchObject([{ task: forgotten, event: { type: 'taskLost' } }]);
  });

  it('a slot of a canceled task stays taken until the worker has stopped', async () => {
    const first = hello({ slots: 1 });
    const link = new TestLink();
    const { workerId } = await dispatch.connect(first, new TestLink());
    const task = await leasedTask(workerId);
    await dispatch.connect({ ...first, running: [task] }, link);
    const wanted = { namespaceId, group: 'g', executor: 'greet' };
    dispatch.cancel([
      {
        ...wanted,
        id: task.taskId,
        runId: '1',
        nodeKey: 'a',
        attempt: 1,
        state: 'leased',
        fence: 3,
        workerId,
        worker: 'w',
        leasedAt: 0,
        lossCount: 0,
        input: null,
        priority: 5,
        timeoutMs: null,
        queuedAt: 0,
      },
    ]);
    expect(link.cancels).toEqual([task]);
    expect(dispatch.choose(wanted)).toBeNull();
    const [ack] = await dispatch.results(workerId, [{ ...task, outcome: { kind: 'canceled' } }]);
    expect(ack?.refused).toBe('CANCELED');
    expect(dispatch.choose(wanted)?.workerId).toBe(workerId);
  });

  it('a worker that runs what it should not is told to stop', async () => {
    const link = new TestLink();
    const { workerId } = await dispatch.connect(hello(), link);
    dispatch.heartbeat(workerId, [{ taskId: '987654', fence: 1 }], { cpuLoad: 0, memoryBytes: 0 });
    await expect.poll(() => link.cancels).toEqual([{ taskId: '987654', fence: 1 }]);
  });

  it('a task that another server ended is stopped here, and its slot stays taken until then', async () => {
    const first = hello({ slots: 1 });
    const link = new TestLink();
    const { workerId } = await dispatch.connect(first, new TestLink());
    const task = await leasedTask(workerId);
    await dispatch.connect({ ...first, running: [task] }, link);
    dispatch.heartbeat(workerId, [task], { cpuLoad: 0, memoryBytes: 0 });
    await database.rows({ text: `delete from task where id = ${task.taskId}` });
    dispatch.heartbeat(workerId, [task], { cpuLoad: 0, memoryBytes: 0 });
    // Every heartbeat that names it asks again, until the worker has stopped.
    await expect.poll(() => link.cancels).toContainEqual(task);
    const wanted = { namespaceId, group: 'g', executor: 'greet' };
    expect(dispatch.choose(wanted)).toBeNull();
    const [ack] = await dispatch.results(workerId, [{ ...task, outcome: { kind: 'canceled' } }]);
    expect(ack?.refused).toBe('CANCELED');
    expect(dispatch.choose(wanted)?.workerId).toBe(workerId);
    expect(received).toEqual([]);
  });

  it('a count of dropped lines that comes without a line goes to the task that wrote last', async () => {
    const first = hello();
    const { workerId } = await dispatch.connect(first, new TestLink());
    const task = await leasedTask(workerId);
    await dispatch.connect({ ...first, running: [task] }, new TestLink());
    const { runId } = dispatch.sessions.get(workerId)!.held.get(task.taskId)!;
    const store = new LogStore(database);
    await store.keepPartitions(new Date(), 1);
    dispatch.logs(workerId, [], 2);
    const line = { seq: 1, atMs: 0, level: 'info', message: 'm', fields: null } as const;
    dispatch.logs(workerId, [{ ...line, taskId: task.taskId }], 0);
    dispatch.logs(workerId, [], 5);
    await logs.flush();
    expect(await store.droppedCount(runId, 'a')).toBe(7);
  });

  it('chooses the least busy worker of the right group, executor and namespace, and none that drains', async () => {
    const busy = (await dispatch.connect(hello({ slots: 4 }), new TestLink())).workerId;
    const free = (await dispatch.connect(hello({ slots: 4 }), new TestLink())).workerId;
    const task = await leasedTask(busy);
    dispatch.hold(dispatch.sessions.get(busy)!, {
      id: task.taskId,
      runId: '1',
      nodeKey: 'a',
      attempt: 1,
      namespaceId,
      group: 'g',
      executor: 'greet',
      state: 'leased',
      fence: 3,
      workerId: busy,
      worker: 'w',
      leasedAt: 0,
      lossCount: 0,
      input: null,
      priority: 5,
      timeoutMs: null,
      queuedAt: 0,
    });
    expect(dispatch.choose({ namespaceId, group: 'g', executor: 'greet' })?.workerId).toBe(free);
    expect(dispatch.choose({ namespaceId, group: 'g', executor: 'sing' })).toBeNull();
    expect(dispatch.choose({ namespaceId, group: 'other', executor: 'greet' })).toBeNull();
    expect(dispatch.choose({ namespaceId: '99', group: 'g', executor: 'greet' })).toBeNull();
    dispatch.drain(free);
    expect(dispatch.choose({ namespaceId, group: 'g', executor: 'greet' })?.workerId).toBe(busy);
  });
});
