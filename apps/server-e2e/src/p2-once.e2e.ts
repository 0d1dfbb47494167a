import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster, chainGraph, fanGraph, graphOf, jobNode } from '@heddle/cluster';
import type { RunDelta } from '@heddle/protocol';
import { ended, eventually, getRun, isNext, publish, start } from './api-helpers.js';
import { readLedger } from './ledger.js';

const WORKER = fileURLToPath(new URL('../dist/ledger-worker.js', import.meta.url));

describe('P2: effects count once, and viewers see each step once', () => {
  let cluster: Cluster;
  let ledger: string;

  beforeAll(async () => {
    cluster = await Cluster.create({ isDurable: false });
    ledger = join(cluster.directory, 'ledger.jsonl');
    writeFileSync(ledger, '');
    await cluster.startServer();
  });
  afterAll(() => cluster?.stop());

  const startWorker = () =>
    cluster.startWorker(WORKER, { LEDGER_FILE: ledger, SHUTDOWN_GRACE_MS: '200' });

  it('SIGTERM hands unfinished work back: another worker does it, and no attempt is spent', async () => {
    const first = await startWorker();
    const workflow = await publish(
      cluster.api,
      graphOf([jobNode('slow', 'demo.effect', { ms: 3_000 })], []),
    );
    const id = await start(cluster.api, workflow);
    await eventually(
      'the task runs',
      async () => (await getRun(cluster.api, id)).nodeRuns[0]?.state === 'running',
    );
    const second = await startWorker();
    expect(await first.stop()).toBe(0);
    const run = await ended(cluster.api, id);
    expect(run).toMatchObject({ state: 'succeeded', nodeRuns: [{ attempt: 1 }] });
    expect(
      readLedger(ledger)
        .filter((entry) => entry.idempotencyKey === `${id}/slow/1`)
        .map((entry) => entry.pid),
    ).toEqual([second.pid]);
    await second.stop();
  });

  it('a canceled run stays canceled, and the late result changes nothing', async () => {
    const worker = await startWorker();
    const workflow = await publish(
      cluster.api,
      graphOf([jobNode('slow', 'demo.effect', { ms: 60_000 })], []),
    );
    const id = await start(cluster.api, workflow);
    await eventually(
      'the task runs',
      async () => (await getRun(cluster.api, id)).nodeRuns[0]?.state === 'running',
    );
    await cluster.api.request(
      'mutation ($id: ID!) { cancelRun(id: $id, reason: "test") { state } }',
      { id },
    );
    const run = await ended(cluster.api, id);
    expect(run).toMatchObject({ state: 'canceled', nodeRuns: [{ state: 'canceled' }] });
    await eventually('the worker is free again', async () => {
      const { workers } = await cluster.api.request<{
        workers: { state: string; slotsInUse: number }[];
      }>('{ workers(namespace: "demo") { state slotsInUse } }');
      return workers.every((w) => w.slotsInUse === 0);
    });
    await worker.stop();
    expect((await getRun(cluster.api, id)).state).toBe('canceled');
  });

  it('a viewer who joins late, leaves and comes back sees every step in order', async () => {
    const worker = await startWorker();
    const workflow = await publish(cluster.api, chainGraph(30, 'demo.effect'));
    const id = await start(cluster.api, workflow);
    const seen: RunDelta[] = [];
    const socket = io(cluster.url, {
      path: '/live',
      transports: ['websocket'],
      auth: { token: cluster.secrets.seedApiKey },
    });
    const add = (deltas: RunDelta[]): void => {
      for (const delta of deltas) if (isNext(delta, seen.at(-1)?.seq ?? 0)) seen.push(delta);
    };
    socket.on('runDeltas', ({ deltas }: { deltas: RunDelta[] }) => add(deltas));
    const join = async (): Promise<void> =>
      add(
        (
          (await socket
            .timeout(5_000)
            .emitWithAck('watchRun', { runId: id, afterSeq: seen.at(-1)?.seq ?? 0 })) as {
            deltas: RunDelta[];
          }
        ).deltas,
      );
    await join();
    socket.disconnect();
    socket.connect();
    await join();
    const run = await ended(cluster.api, id);
    await eventually('the last step is seen', async () => {
      if (seen.at(-1)?.seq !== run.seq) await join();
      return seen.at(-1)?.seq === run.seq;
    });
    // What several commits changed may come in one piece, but nothing is left out.
    for (const [i, delta] of seen.entries())
      expect(delta.from ?? delta.seq - 1).toBeLessThanOrEqual(seen[i - 1]?.seq ?? 0);
    const states = new Map(
      seen.flatMap(({ nodes }) => nodes.map((node) => [node.key, node.state])),
    );
    expect([...states.values()]).toEqual(run.nodeRuns.map(() => 'succeeded'));
    socket.disconnect();
    await worker.stop();
  });

  it('P3: in a wide diamond the last job starts after every other has ended', async () => {
    const worker = await startWorker();
    const workflow = await publish(cluster.api, fanGraph(100, 'demo.effect'));
    const run = await ended(cluster.api, await start(cluster.api, workflow));
    const at = (text: string | null): number => Date.parse(text ?? '');
    const last = run.nodeRuns.find((node) => node.key === 'last')!;
    for (const node of run.nodeRuns)
      if (node !== last) expect(at(node.endedAt)).toBeLessThanOrEqual(at(last.startedAt));
    await worker.stop();
  });
});
