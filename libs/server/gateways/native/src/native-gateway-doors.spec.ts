import {
  Client,
  Metadata,
  credentials,
  type ClientDuplexStream,
  type ServiceError,
} from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import {
  WORKER_CONNECT_PATH, WORKER_DESCRIPTOR, WORKER_LOADER_OPTIONS, WORKER_SERVICE_NAME, type WorkerMessage,
} from '@heddle/protocol'; // prettier-ignore
import { executor, worker } from '@heddle/worker-sdk';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NativeGateway } from './native-gateway.service.js';
import { TestDoor, aTask } from './test-door.fixture.js';

const TOKEN = 'hw_good';
const tokens = { verify: async () => ({ tokenId: '1', namespaceId: '2', group: 'demo' }) };

let door: TestDoor;
let gateway: NativeGateway;
let port: number;

beforeAll(() => Logger.overrideLogger(false));

beforeEach(async () => {
  door = new TestDoor();
  gateway = new NativeGateway({ host: '127.0.0.1', port: 0 }, door, tokens);
  port = await gateway.listen();
});

afterEach(() => gateway.stop());

/** An ordinary worker still gets in. */
async function expectUp(): Promise<void> {
  const logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  const executors = [executor('a', () => 1)];
  const address = `127.0.0.1:${port}`;
  const one = worker({
    group: 'demo',
    executors,
    address,
    token: TOKEN,
    handleSignals: false,
    logger,
  });
  await one.start();
  await one.stop();
}

describe('the gateway', () => {
  /** A hand-made client: sends what no SDK would. Nothing is read until a listener is there. */
  function openStream(): { client: ClientDuplexStream<object, Buffer>; close: () => void } {
    const descriptor = WORKER_DESCRIPTOR as Parameters<typeof fromJSON>[0];
    const service = fromJSON(descriptor, WORKER_LOADER_OPTIONS)[WORKER_SERVICE_NAME] as unknown as {
      Connect: { requestSerialize: (message: object) => Buffer };
    };
    const encode = (message: object) =>
      Buffer.isBuffer(message) ? message : service.Connect.requestSerialize(message);
    const channel = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${TOKEN}`);
    const client = channel.makeBidiStreamRequest(
      WORKER_CONNECT_PATH,
      encode,
      (bytes) => bytes,
      metadata,
    );
    client.on('error', () => undefined);
    return { client, close: () => channel.close() };
  }

  /** How the gateway ends a stream that says these things. */
  async function statusFor(messages: (WorkerMessage | object | Buffer)[]): Promise<ServiceError> {
    const { client, close } = openStream();
    try {
      return await new Promise((resolve) => {
        client.on('error', resolve).on('data', () => undefined);
        for (const message of messages) client.write(message);
      });
    } finally {
      close();
    }
  }

  const hello = {
    protocolVersion: 1, group: 'demo', name: 'x', processId: 'p', slots: 1, sdk: 's', labels: {}, running: [],
    executors: [{ name: 'a', description: '', inputSchema: Buffer.alloc(0) }],
  }; // prettier-ignore

  it.each<[string, (WorkerMessage | object | Buffer)[], number, RegExp]>([
    ['bytes that are no protobuf', [Buffer.from('garbage')], 13, /./],
    ['an empty message', [{ hello }, {}], 3, /empty, or of a kind/],
    ['something before hello', [{ heartbeat: {} }], 3, /first message must be hello/],
    ['a second hello', [{ hello }, { hello }], 3, /hello was sent twice/],
    [
      'another protocol version',
      [{ hello: { ...hello, protocolVersion: 9 } }],
      9,
      /speaks protocol version 9/,
    ],
    ['no slots', [{ hello: { ...hello, slots: 0 } }], 3, /slots is 0/],
    ['no executors', [{ hello: { ...hello, executors: [] } }], 3, /0 executors/],
    [
      'an executor twice',
      [{ hello: { ...hello, executors: [hello.executors[0], hello.executors[0]] } }],
      3,
      /offered twice/,
    ],
    [
      'a bad executor name',
      [{ hello: { ...hello, executors: [{ name: 'a b' }] } }],
      3,
      /"a b" is no executor name/,
    ],
    [
      'a schema that is no JSON',
      [{ hello: { ...hello, executors: [{ name: 'a', inputSchema: Buffer.from('{') }] } }],
      3,
      /Executor a: input_schema is not JSON/,
    ],
    [
      'a result without a task',
      [{ hello }, { results: { results: [{ canceled: {} }] } }],
      3,
      /task reference is missing/,
    ],
    [
      'a result without an outcome',
      [{ hello }, { results: { results: [{ task: { taskId: '1', fence: 1 } }] } }],
      3,
      /has no outcome/,
    ],
    [
      'a task id that is none',
      [{ hello }, { returns: { tasks: [{ taskId: '-4' }] } }],
      3,
      /"-4" is not a task id/,
    ],
  ])('answers %s with a status, and stays up', async (_name, messages, code, text) => {
    const error = await statusFor(messages);
    expect(error.code).toBe(code);
    expect(error.details).toMatch(text);
    await expectUp();
  });

  it('fails a task whose output is no JSON instead of keeping its run waiting', async () => {
    const bad = {
      task: { taskId: '8', fence: 1 },
      success: { output: Buffer.from('{nope'), contextAppend: Buffer.alloc(0) },
    };
    const ended = statusFor([{ hello }, { results: { results: [bad] } }, {}]);
    expect(await door.outcomeOf('8')).toMatchObject({
      kind: 'failed',
      error: { code: 'BAD_OUTPUT', isFinal: true },
    });
    await ended;
  });

  it('disconnects a worker that does not read, instead of keeping everything for it', async () => {
    const stream = openStream();
    stream.client.write({ hello });
    const { link } = await door.connection();
    const input = 'x'.repeat(1_000_000);
    link.sendTasks(
      Array.from({ length: 70 }, (_, n) => aTask({ taskId: String(n + 1), executor: 'a', input })),
    );
    await door.events.waitFor('the disconnect', ({ type }) => type === 'disconnect');
    stream.close();
    await expectUp();
  });

  it('says which port is taken', async () => {
    const second = new NativeGateway({ host: '127.0.0.1', port }, door, tokens);
    await expect(second.listen()).rejects.toThrow(
      `port ${port} is taken; choose another one with WORKER_PORT`,
    );
  });
});
