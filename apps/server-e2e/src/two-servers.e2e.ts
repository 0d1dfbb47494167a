import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster, chainGraph, freePort, graphOf, jobNode } from '@heddle/cluster';
import type { RunDelta } from '@heddle/protocol';
import { ended, eventually, getRun, isNext, publish, start } from './api-helpers.js';

const WORKER = fileURLToPath(new URL('../dist/ledger-worker.js', import.meta.url));

interface SeenWorker {
  id: string;
  state: string;
}

describe('two servers on one database: people use the first, workers the second', () => {
  let cluster: Cluster;
  let workerPort: number;
  let ledger: string;

  beforeAll(async () => {
    cluster = await Cluster.create({ isDurable: false });
    await cluster.startServer();
    workerPort = await freePort();
    const ports = { PORT: String(await freePort()), WORKER_PORT: String(workerPort) };
    await cluster.startServer(ports);
    ledger = join(cluster.directory, 'ledger.jsonl');
    writeFileSync(ledger, '');
  });
  afterAll(() => cluster?.stop());

  const startWorker = (env: Record<string, string> = {}) =>
    cluster.startWorker(WORKER, {
      LEDGER_FILE: ledger,
      HEDDLE_WORKER_ADDRESS: `localhost:${workerPort}`,
      SHUTDOWN_GRACE_MS: '200',
      ...env,
    });
  /** The worker that connected last. */
  const newest = async (): Promise<SeenWorker> => {
    const { workers } = await cluster.api.request<{ workers: SeenWorker[] }>(
      '{ workers(namespace: "demo") { id state } }',
    );
    return workers.reduce((a, b) => (Number(a.id) > Number(b.id) ? a : b));
  };
  const slow = () =>
    publish(cluster.api, graphOf([jobNode('slow', 'demo.effect', { ms: 60_000 })], []));
  const runs = (id: string) =>
    eventually(
      'the task runs',
      async () => (await getRun(cluster.api, id)).nodeRuns[0]?.state === 'running',
    );

  it('a run goes to its end, and a viewer at the first server sees every step', async () => {
    const worker = await startWorker();
    const id = await start(cluster.api, await publish(cluster.api, chainGraph(3, 'demo.effect')));
    const seen: number[] = [];
    const socket = io(cluster.url, {
      path: '/live',
      transports: ['websocket'],
      auth: { token: cluster.secrets.seedApiKey },
    });
    const add = (deltas: RunDelta[]): void => {
      for (const delta of deltas) if (isNext(delta, seen.at(-1) ?? 0)) seen.push(delta.seq);
    };
    socket.on('runDeltas', ({ deltas }: { deltas: RunDelta[] }) => add(deltas));
    const reply = await socket.timeout(5_000).emitWithAck('watchRun', { runId: id, afterSeq: 0 });
    add((reply as { deltas: RunDelta[] }).deltas);
    const run = await ended(cluster.api, id);
    expect(run.state).toBe('succeeded');
    // Nobody joins again: the first server must find by itself what the second one committed.
    await eventually('the last step is seen', async () => seen.at(-1) === run.seq);
    socket.disconnect();
    await worker.stop();
  });

  it('a cancel at the first server stops the job at the second', async () => {
    const worker = await startWorker({ SHUTDOWN_GRACE_MS: '3600000' });
    const id = await start(cluster.api, await slow());
    await runs(id);
    await cluster.api.request('mutation ($id: ID!) { cancelRun(id: $id) { state } }', { id });
    // It ends when its job has, and by itself the job would take longer than anybody waits here.
    expect(await worker.stop()).toBe(0);
    expect((await getRun(cluster.api, id)).state).toBe('canceled');
  });

  it('a drain at the first server reaches the worker at the second', async () => {
    const worker = await startWorker();
    await cluster.api.request('mutation ($id: ID!) { drainWorker(id: $id) { state } }', {
      id: (await newest()).id,
    });
    await eventually('the worker has ended', async () => !worker.isRunning);
  });

  it('a worker whose token is revoked is disconnected, and its task goes to another', async () => {
    const { createWorkerToken } = await cluster.api.request<{
      createWorkerToken: { secret: string; workerToken: { id: string } };
    }>(
      'mutation { createWorkerToken(namespace: "demo", group: "demo", name: "x") { secret workerToken { id } } }',
    );
    const unwelcome = await startWorker({ HEDDLE_WORKER_TOKEN: createWorkerToken.secret });
    const id = await start(cluster.api, await slow());
    await runs(id);
    await cluster.api.request('mutation ($id: ID!) { revokeWorkerToken(id: $id) }', {
      id: createWorkerToken.workerToken.id,
    });
    await eventually('the worker is gone', async () => (await newest()).state === 'disconnected');
    await eventually(
      'the task waits',
      async () => (await getRun(cluster.api, id)).nodeRuns[0]?.state === 'queued',
    );
    await cluster.api.request('mutation ($id: ID!) { cancelRun(id: $id) { state } }', { id });
    await unwelcome.stop();
  });
});
