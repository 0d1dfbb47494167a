import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { EventLog } from '@heddle/testing';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NativeGateway } from './native-gateway.service.js';
import { TestDoor, aTask } from './test-door.fixture.js';

const EXAMPLE = fileURLToPath(
  new URL('../../../../worker-sdk/examples/hello/hello.mjs', import.meta.url),
);
/** Starting a process and loading gRPC takes seconds on a busy machine. */
const DEADLINE_MS = 60_000;

let door: TestDoor;
let gateway: NativeGateway;
let said: EventLog<string>;
let child: ChildProcess;

beforeAll(() => Logger.overrideLogger(false));

beforeEach(async () => {
  door = new TestDoor();
  said = new EventLog();
  const verify = async (token: string) =>
    token === 'good' ? { tokenId: '1', namespaceId: '2', group: 'demo' } : null;
  gateway = new NativeGateway({ host: '127.0.0.1', port: 0 }, door, { verify });
});

afterEach(async () => {
  child.kill('SIGKILL');
  await gateway.stop();
});

/** The example as a user runs it: a process of its own, the connection in its environment. */
async function start(token: string): Promise<Promise<number | null>> {
  const port = await gateway.listen();
  const env = {
    ...process.env,
    HEDDLE_WORKER_ADDRESS: `127.0.0.1:${port}`,
    HEDDLE_WORKER_TOKEN: token,
  };
  child = spawn(process.execPath, [EXAMPLE], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr?.on('data', (chunk: Buffer) => said.add(chunk.toString('utf8')));
  return once(child, 'exit').then(([code]) => code as number | null);
}

describe('the hello example', { timeout: DEADLINE_MS }, () => {
  it('runs as it stands in the documentation, and ends cleanly on SIGTERM', async () => {
    const ended = start('good');
    const { hello, link } = await door.connection();
    expect(hello.executors.map(({ name }) => name)).toEqual(['hello.greet']);
    link.sendTasks([aTask({ taskId: '1', executor: 'hello.greet', input: { name: 'Ada' } })]);
    expect(await door.outcomeOf('1')).toMatchObject({ output: { text: 'Hello, Ada!' } });
    const logged = await door.events.waitFor('its log line', ({ type }) => type === 'log');
    expect(logged).toMatchObject({ line: { message: 'greeting', fields: { name: 'Ada' } } });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    await door.events.waitFor('the disconnect', ({ type }) => type === 'disconnect');
  });

  it('says that its token is wrong, and exits with 1', async () => {
    expect(await start('bad')).toBe(1);
    const text = said.all.join('');
    expect(text).toContain('This worker token is unknown or was revoked');
    expect(text).not.toContain(' at ');
  });
});
