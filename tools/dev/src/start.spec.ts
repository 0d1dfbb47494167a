import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

interface Ports {
  readPorts(): Record<string, number>;
  assertPortsFree(ports: Record<string, number>): Promise<void>;
}
interface Main {
  Problem: new (message: string) => Error;
  sentenceOf(error: unknown): string;
}

const part = (name: string) => import(new URL(`../parts/${name}.mjs`, import.meta.url).href);
const { assertPortsFree } = (await part('ports')) as Ports;
const { Problem, sentenceOf } = (await part('main')) as Main;
const START = fileURLToPath(new URL('../start.mjs', import.meta.url));

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<number> {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  servers.pop()?.close();
  await once(server, 'close');
  return port;
}

describe('ports', () => {
  it('may be used when they are free', async () => {
    await expect(assertPortsFree({ PORT: await freePort() })).resolves.toBeUndefined();
  });

  it('that are taken are named, with the way to choose another one', async () => {
    const port = await listening(createServer());
    await expect(assertPortsFree({ WORKER_PORT: port })).rejects.toThrow(
      `Port ${port} is taken by another program: stop that one, or choose another port, e.g. WORKER_PORT=${port + 10} npm start.`,
    );
  });

  it('that Heddle itself has are recognized', async () => {
    const port = await listening(
      createHttpServer((_, response) => response.end('{"status":"ok"}')),
    );
    await expect(assertPortsFree({ PORT: port })).rejects.toThrow(
      `Heddle already runs at http://localhost:${port}`,
    );
  });

  it('must differ', async () => {
    const port = await freePort();
    await expect(assertPortsFree({ DEMO_PORT: port, PORT: port })).rejects.toThrow(
      `DEMO_PORT and PORT are both ${port}`,
    );
  });
});

describe('npm start', () => {
  it('answers a wrong setting with one sentence and a non-zero exit', () => {
    const { status, stderr } = spawnSync(process.execPath, [START], {
      env: { ...process.env, PORT: 'eighty' },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toBe('PORT is "eighty"; it must be a port number from 1 to 65535.\n');
  });
});

describe('sentenceOf', () => {
  it.each([
    [new Problem('Say this.'), 'Say this.'],
    [
      Object.assign(new Error('x'), { code: 'ENOSPC', path: '/d/f' }),
      'The disk is full: free some space and start again (/d/f).',
    ],
    [Object.assign(new Error('x'), { code: 'EACCES' }), expect.stringContaining('HEDDLE_DATA_DIR')],
  ])('turns %s into one sentence', (error, sentence) =>
    expect(sentenceOf(error)).toEqual(sentence),
  );

  it('shows a bug whole', () => {
    expect(sentenceOf(new TypeError('oops'))).toContain('start.spec.ts');
  });
});
