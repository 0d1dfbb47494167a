import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster, fanGraph, type ChildProcessHandle } from '@heddle/cluster';
import { ended, eventually, getRun, publish, start } from './api-helpers.js';
import { byIdempotencyKey, readLedger } from './ledger.js';

const WORKER = fileURLToPath(new URL('../dist/ledger-worker.js', import.meta.url));
const RUNS = 200;
const WIDTH = 8;

describe('P1: nothing is lost, whatever is killed', () => {
  let cluster: Cluster;
  let server: ChildProcessHandle;
  let workers: ChildProcessHandle[];
  let ledger: string;

  beforeAll(async () => {
    cluster = await Cluster.create();
    ledger = join(cluster.directory, 'ledger.jsonl');
    writeFileSync(ledger, '');
    server = await cluster.startServer();
    workers = await Promise.all([startWorker(), startWorker()]);
  });
  afterAll(() => cluster?.stop());

  const startWorker = (): Promise<ChildProcessHandle> =>
    cluster.startWorker(WORKER, { LEDGER_FILE: ledger });

  it('ends every accepted run once, after kill -9 of server, worker and PostgreSQL', async () => {
    const workflow = await publish(cluster.api, fanGraph(WIDTH, 'demo.effect', { ms: 60 }));
    const accepted = new Map<string, string>();
    let isTriggering = true;
    const trigger = async (key: string): Promise<void> => {
      // A trigger without an answer is repeated under its key until it has one, as an automation would.
      const id = await eventually(`trigger ${key}`, () =>
        start(cluster.api, workflow, { idempotencyKey: key }),
      );
      accepted.set(key, id);
    };
    const triggering = (async () => {
      for (let i = 0; i < RUNS; i += 10) {
        await Promise.all(Array.from({ length: 10 }, (_, k) => trigger(`run-${i + k}`)));
        await sleep(50);
      }
      isTriggering = false;
    })();

    await eventually('50 runs accepted', async () => accepted.size >= 50);
    await server.kill();
    server = await cluster.startServer();
    await eventually('100 runs accepted', async () => accepted.size >= 100);
    await workers[0]!.kill();
    workers[0] = await startWorker();
    await eventually('150 runs accepted', async () => accepted.size >= 150);
    await cluster.killDatabase();
    await cluster.restartDatabase();
    await triggering;
    expect(isTriggering).toBe(false);

    const runs = [];
    for (const id of accepted.values()) runs.push(await ended(cluster.api, id, 120_000));
    expect(new Set(accepted.values()).size).toBe(RUNS);
    expect(runs.filter((run) => run.state !== 'succeeded')).toEqual([]);

    const entries = readLedger(ledger);
    const executions = byIdempotencyKey(entries);
    for (const run of runs)
      for (const node of run.nodeRuns) {
        // Exactly one execution counted, and it is one that really took place under this very key.
        expect(node.attempts.filter((attempt) => attempt.state === 'succeeded')).toHaveLength(1);
        const done = executions.get(`${run.id}/${node.key}/${node.attempt}`) ?? [];
        expect(done.map((entry) => entry.token)).toContain(
          (node.output as { token: string }).token,
        );
      }
    const repeated = [...executions.values()].filter((list) => list.length > 1).length;
    // Leases are lost by kills only: far fewer tasks than there are may have run twice.
    expect(repeated).toBeLessThan(entries.length / 4);
    expect((await getRun(cluster.api, runs[0]!.id)).nodeRuns).toHaveLength(WIDTH + 2);
  });
});
