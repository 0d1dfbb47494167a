import { HeddleError } from '@heddle/kernel';
import type { WorkerLogLine } from '@heddle/server-dispatch';
import { EventLog } from '@heddle/testing';
import {
  NonRetryableError,
  executor,
  type Executor,
  worker,
  type WorkerOptions,
  type Worker,
} from '@heddle/worker-sdk';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NativeGateway } from './native-gateway.service.js';
import { TestDoor, aTask, type DoorEvent } from './test-door.fixture.js';

const TOKEN = 'hw_good';
const tokens = {
  verify: async (token: string) =>
    token === TOKEN ? { tokenId: '1', namespaceId: '2', group: 'demo' } : null,
};

let door: TestDoor;
let gateway: NativeGateway;
let port: number;
let workers: Worker[];
let said: EventLog<string>;

beforeAll(() => Logger.overrideLogger(false));

beforeEach(async () => {
  door = new TestDoor();
  said = new EventLog();
  workers = [];
  gateway = new NativeGateway({ host: '127.0.0.1', port: 0 }, door, tokens);
  port = await gateway.listen();
});

afterEach(async () => {
  await Promise.all(workers.map((one) => one.stop()));
  await gateway.stop();
});

const say = (message: string) => said.add(message);

function aWorker(options: Partial<WorkerOptions> & Pick<WorkerOptions, 'executors'>): Worker {
  const made = worker({
    group: 'demo',
    address: `127.0.0.1:${port}`,
    token: TOKEN,
    shutdownGraceMs: 200,
    handleSignals: false,
    logger: { debug: say, info: say, warn: say, error: say },
    ...options,
  });
  workers.push(made);
  return made;
}

/** A job that goes on until its signal is aborted, and tells why. */
function aLongJob(name = 'long'): { job: Executor; reasons: EventLog<string> } {
  const reasons = new EventLog<string>();
  const job = executor(name, async (_input, ctx) => {
    await new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => resolve()));
    reasons.add((ctx.signal.reason as Error & { kind: string }).kind);
    ctx.signal.throwIfAborted();
  });
  return { job, reasons };
}

/** A gateway on the same port, as after a restart. */
async function restartGateway(): Promise<void> {
  await gateway.stop();
  gateway = new NativeGateway({ host: '127.0.0.1', port }, door, tokens);
  await gateway.listen();
}

describe('a worker', () => {
  it('says what it offers, gets tasks and returns their output', async () => {
    const add = executor('math.add', {
      description: 'Adds two numbers.',
      inputSchema: { type: 'object', required: ['a', 'b'] },
      run: (input: { a: number; b: number }, ctx) => {
        ctx.context.append({ seen: ctx.idempotencyKey });
        return { sum: input.a + input.b };
      },
    });
    await aWorker({ executors: [add], slots: 3, labels: { zone: 'a' }, name: 'adder' }).start();
    const { hello, link } = await door.connection();
    expect(hello).toMatchObject({
      namespaceId: '2',
      group: 'demo',
      name: 'adder',
      slots: 3,
      labels: { zone: 'a' },
      running: [],
    });
    expect(hello.executors).toEqual([
      {
        name: 'math.add',
        description: 'Adds two numbers.',
        inputSchema: { type: 'object', required: ['a', 'b'] },
      },
    ]);
    link.sendTasks([
      aTask({ taskId: '9007199254740991', executor: 'math.add', input: { a: 2, b: 3 } }),
    ]);
    expect(await door.outcomeOf('9007199254740991')).toEqual({
      kind: 'succeeded',
      output: { sum: 5 },
      contextAppend: { seen: 'key-9007199254740991' },
    });
  });

  it('tells the job its attempt, run and node, and sends its lines and progress', async () => {
    const tell = executor('tell', (_input, ctx) => {
      ctx.log.debug('begin', { step: 1 });
      ctx.log.warn('careful\0');
      ctx.progress(40, 'almost half');
      ctx.progress(140);
      return {
        attempt: ctx.attempt,
        runId: ctx.runId,
        nodeKey: ctx.nodeKey,
        timeoutMs: ctx.timeoutMs,
      };
    });
    const wait = executor('wait', (_input, ctx) => {
      ctx.progress(140);
      return new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
    });
    await aWorker({ executors: [tell, wait] }).start();
    const { link } = await door.connection();
    link.sendTasks([aTask({ taskId: '1', executor: 'tell', attempt: 4, timeoutMs: 60_000 })]);
    expect(await door.outcomeOf('1')).toMatchObject({
      output: { attempt: 4, runId: '7', nodeKey: 'step', timeoutMs: 60_000 },
    });
    await door.events.until('two lines', () => linesOf(door).length === 2);
    expect(linesOf(door)).toMatchObject([
      { taskId: '1', seq: 1, level: 'debug', message: 'begin', fields: { step: 1 } },
      { taskId: '1', seq: 2, level: 'warn', message: 'careful\uFFFD', fields: null },
    ]);
    link.sendTasks([aTask({ taskId: '2', executor: 'wait' })]);
    expect(await door.events.waitFor('progress', ({ type }) => type === 'progress')).toMatchObject({
      percent: 100,
    });
  });

  it('reports what a job throws: code, message, details, stack, and whether a retry makes sense', async () => {
    const jobs = [
      executor('plain', () => {
        throw new Error('no such file');
      }),
      executor('final', () => {
        throw new NonRetryableError('card declined', {
          code: 'CARD_DECLINED',
          details: { card: 4 },
        });
      }),
      executor('odd', () => {
        throw 'just text';
      }),
    ];
    await aWorker({ executors: jobs }).start();
    const { link } = await door.connection();
    link.sendTasks([
      aTask({ taskId: '1', executor: 'plain' }),
      aTask({ taskId: '2', executor: 'final' }),
      aTask({ taskId: '3', executor: 'odd' }),
      aTask({ taskId: '4', executor: 'missing' }),
    ]);
    const plain = await door.outcomeOf('1');
    expect(plain).toMatchObject({ error: { code: 'JOB_FAILED', message: 'no such file' } });
    expect(plain).not.toHaveProperty('error.isFinal');
    expect(plain).toHaveProperty('error.stack', expect.stringContaining('native-gateway.spec'));
    expect(await door.outcomeOf('2')).toMatchObject({
      error: {
        code: 'CARD_DECLINED',
        message: 'card declined',
        details: { card: 4 },
        isFinal: true,
      },
    });
    expect(await door.outcomeOf('3')).toMatchObject({
      error: { code: 'JOB_FAILED', message: 'just text' },
    });
    await door.events.until('a line per failure', () => linesOf(door).length === 4);
    expect(linesOf(door).map(({ level, message }) => `${level} ${message}`)).toContain(
      'error CARD_DECLINED: card declined',
    );
    expect(await door.outcomeOf('4')).toMatchObject({
      error: { code: 'UNKNOWN_EXECUTOR', isFinal: true },
    });
  });

  it('refuses input that does not match the schema, naming the place', async () => {
    const job = executor('strict', {
      inputSchema: {
        $schema: 'http://json-schema.org/draft-07/schema#',
        properties: { n: { type: 'integer' } },
      },
      run: () => 1,
    });
    await aWorker({ executors: [job] }).start();
    const { link } = await door.connection();
    link.sendTasks([aTask({ taskId: '1', executor: 'strict', input: { n: 'x' } })]);
    expect(await door.outcomeOf('1')).toMatchObject({
      kind: 'failed',
      error: {
        code: 'BAD_INPUT',
        message: expect.stringContaining('/n must be integer'),
        isFinal: true,
      },
    });
  });

  it('fails a task clearly when its output is no JSON or too large', async () => {
    const circle: Record<string, unknown> = {};
    circle.self = { back: circle };
    const outputs: Record<string, unknown> = {
      '1': { list: [1, 2n] }, '2': circle, '3': { call: () => 1 }, '4': { ratio: NaN }, '5': 'x'.repeat(200_000), '6': undefined,
    }; // prettier-ignore
    const job = executor('give', (input: { key: string }) => outputs[input.key]);
    await aWorker({ executors: [job] }).start();
    const { link } = await door.connection();
    const keys = Object.keys(outputs);
    link.sendTasks(keys.map((key) => aTask({ taskId: key, executor: 'give', input: { key } })));
    const messages = [
      'output.list[1] is a BigInt',
      'output.self.back refers back',
      'output.call is a function',
      'output.ratio is NaN',
    ];
    for (const [index, message] of messages.entries())
      expect(await door.outcomeOf(String(index + 1))).toMatchObject({
        error: { code: 'BAD_OUTPUT', message: expect.stringContaining(message), isFinal: true },
      });
    expect(await door.outcomeOf('5')).toMatchObject({
      error: { code: 'TOO_LARGE', isFinal: true },
    });
    expect(await door.outcomeOf('6')).toEqual({
      kind: 'succeeded',
      output: null,
      contextAppend: null,
    });
  });

  it('aborts the signal on a cancel, and reports the task as canceled', async () => {
    const { job, reasons } = aLongJob();
    await aWorker({ executors: [job] }).start();
    const { link } = await door.connection();
    link.sendTasks([aTask({ taskId: '1', executor: 'long', fence: 3 })]);
    link.sendCancels([{ taskId: '1', fence: 2 }]);
    link.sendCancels([{ taskId: '1', fence: 3 }]);
    expect(await door.outcomeOf('1')).toEqual({ kind: 'canceled' });
    expect(reasons.all).toEqual(['canceled']);
  });

  it('aborts the signal when the attempt takes too long', async () => {
    const { job } = aLongJob();
    await aWorker({ executors: [job] }).start();
    const { link } = await door.connection();
    link.sendTasks([aTask({ taskId: '1', executor: 'long', timeoutMs: 5 })]);
    expect(await door.outcomeOf('1')).toMatchObject({
      error: { code: 'TIMEOUT', message: 'The attempt took longer than its 5 ms.' },
    });
  });

  it('keeps its leases by heartbeats that name what it runs', async () => {
    door.welcome = { heartbeatMs: 100 };
    const { job } = aLongJob();
    await aWorker({ executors: [job] }).start();
    const { link } = await door.connection();
    link.sendTasks([aTask({ taskId: '5', executor: 'long', fence: 2 })]);
    const beat = (event: DoorEvent) => event.type === 'heartbeat' && event.running.length > 0;
    expect(await door.events.waitFor('a heartbeat with a task', beat)).toMatchObject({
      running: [{ taskId: '5', fence: 2 }],
    });
  });

  it('moves a thousand tasks at once', async () => {
    const job = executor('double', (input: number) => input * 2);
    await aWorker({ executors: [job], slots: 1_000 }).start();
    const { link } = await door.connection();
    const numbers = [...Array(1_000).keys()];
    link.sendTasks(
      numbers.map((n) => aTask({ taskId: String(n + 1), executor: 'double', input: n })),
    );
    const results = () =>
      door.events.all.flatMap((event) => (event.type === 'result' ? [event.result] : []));
    await door.events.until('a thousand results', () => results().length === 1_000);
    const wrong = results().filter(
      ({ taskId, outcome }) =>
        outcome.kind !== 'succeeded' || outcome.output !== (Number(taskId) - 1) * 2,
    );
    expect(wrong).toEqual([]);
  });
});

describe('a connection that breaks', () => {
  it('P1: goes on after a restart of the server, with the same process id and the tasks it still runs', async () => {
    const { job } = aLongJob();
    await aWorker({ executors: [job] }).start();
    const before = await door.connection(1);
    before.link.sendTasks([aTask({ taskId: '1', executor: 'long' })]);
    before.link.sendTasks([aTask({ taskId: '2', executor: 'missing' })]);
    await door.outcomeOf('2');
    await restartGateway();
    const after = await door.connection(2);
    expect(after.hello.processId).toBe(before.hello.processId);
    expect(after.hello.running).toContainEqual({ taskId: '1', fence: 1 });
    after.link.sendCancels([{ taskId: '1', fence: 1 }]);
    expect(await door.outcomeOf('1')).toEqual({ kind: 'canceled' });
  });

  it('P1: sends results that were not acknowledged again', async () => {
    const job = executor('echo', (input) => input);
    await aWorker({ executors: [job] }).start();
    door.acknowledge = () => new Promise(() => undefined);
    const { link } = await door.connection();
    link.sendTasks([aTask({ taskId: '1', executor: 'echo', input: 'kept' })]);
    await door.outcomeOf('1');
    door.acknowledge = async (results) => results.map((result) => ({ ...result, refused: null }));
    await restartGateway();
    const { hello } = await door.connection(2);
    expect(hello.running).toEqual([{ taskId: '1', fence: 1 }]);
    const sent = () => door.events.all.filter((event) => event.type === 'result');
    await door.events.until('the result once more', () => sent().length === 2);
    expect(sent()).toMatchObject([
      { result: { outcome: { output: 'kept' } } },
      { result: { outcome: { output: 'kept' } } },
    ]);
  });

  it('P2: stops a task whose lease is lost and sends no result of it', async () => {
    const { job, reasons } = aLongJob();
    await aWorker({ executors: [job, executor('next', () => 1)] }).start();
    const before = await door.connection(1);
    before.link.sendTasks([aTask({ taskId: '1', executor: 'long' })]);
    before.link.sendTasks([aTask({ taskId: '2', executor: 'next' })]);
    await door.outcomeOf('2');
    door.welcome = { lost: [{ taskId: '1', fence: 1 }] };
    await restartGateway();
    await reasons.waitFor('the abort', (reason) => reason === 'leaseLost');
    const after = await door.connection(2);
    after.link.sendTasks([aTask({ taskId: '3', executor: 'next' })]);
    await door.outcomeOf('3');
    expect(
      door.events.all.some((event) => event.type === 'result' && event.result.taskId === '1'),
    ).toBe(false);
  });

  it('is told once, and again when it works', async () => {
    await aWorker({ executors: [executor('a', () => 1)] }).start();
    await restartGateway();
    await door.connection(2);
    await said.until('both messages', () => said.all.length >= 3);
    expect(said.all.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'connected to',
      'no connection',
      'connected to',
    ]);
  });

  it('is noticed by the server', async () => {
    const one = aWorker({ executors: [executor('a', () => 1)] });
    await one.start();
    await one.stop();
    expect(
      await door.events.waitFor('the disconnect', ({ type }) => type === 'disconnect'),
    ).toMatchObject({ workerId: '1' });
  });
});

describe('a worker that ends', () => {
  it('finishes what it runs and takes nothing new', async () => {
    const begun = new EventLog<() => void>();
    const job = executor('wait', () => new Promise((resolve) => begun.add(() => resolve('done'))));
    const one = aWorker({ executors: [job], shutdownGraceMs: 10_000 });
    await one.start();
    const { link } = await door.connection();
    link.sendTasks([aTask({ taskId: '1', executor: 'wait' })]);
    const finish = await begun.waitFor('the job to begin', () => true);
    const stopped = one.stop();
    await door.events.waitFor('drain', ({ type }) => type === 'drain');
    link.sendTasks([aTask({ taskId: '2', executor: 'wait' })]);
    expect(
      await door.events.waitFor('the return', ({ type }) => type === 'returned'),
    ).toMatchObject({ task: { taskId: '2' } });
    finish();
    await stopped;
    expect(await door.outcomeOf('1')).toMatchObject({ output: 'done' });
  });

  it('hands back what does not end in time', async () => {
    const { job, reasons } = aLongJob();
    const one = aWorker({ executors: [job], shutdownGraceMs: 0 });
    await one.start();
    const { link } = await door.connection();
    link.sendTasks([aTask({ taskId: '1', executor: 'long', fence: 6 })]);
    link.sendTasks([aTask({ taskId: '2', executor: 'missing' })]);
    await door.outcomeOf('2');
    await one.stop();
    expect(
      await door.events.waitFor('the return', ({ type }) => type === 'returned'),
    ).toMatchObject({ task: { taskId: '1', fence: 6 } });
    expect(reasons.all).toEqual(['shutdown']);
    expect(
      door.events.all.filter((event) => event.type === 'result' && event.result.taskId === '1'),
    ).toEqual([]);
  });

  it('ends by itself when an operator drains it', async () => {
    const one = aWorker({ executors: [executor('a', () => 1)] });
    await one.start();
    (await door.connection()).link.sendDrain();
    await one.drained;
    await door.events.waitFor('the disconnect', ({ type }) => type === 'disconnect');
  });
});

describe('a worker that is refused', () => {
  it.each([
    ['an unknown token', { token: 'hw_bad' }, /unknown or was revoked/],
    ['no token', { token: '' }, /worker token is needed/],
    ['another group', { group: 'billing' }, /for the worker group "demo"/],
    [
      'too many labels',
      { labels: Object.fromEntries([...Array(65).keys()].map((n) => [`k${n}`, 'v'])) },
      /at most 64/,
    ],
  ])('%s', async (_name, options, message) => {
    const exitCode = process.exitCode;
    const one = aWorker({ executors: [executor('a', () => 1)], ...options });
    await expect(one.start()).rejects.toThrow(message);
    expect(process.exitCode).toBe(1);
    process.exitCode = exitCode;
    await one.drained;
  });

  it('by dispatch', async () => {
    const exitCode = process.exitCode;
    door.refusal = new HeddleError('FORBIDDEN', 'This token was revoked.');
    await expect(aWorker({ executors: [executor('a', () => 1)] }).start()).rejects.toThrow(
      'This token was revoked.',
    );
    process.exitCode = exitCode;
  });
});

function linesOf(one: TestDoor): WorkerLogLine[] {
  return one.events.all.flatMap((event) => (event.type === 'log' ? [event.line] : []));
}
