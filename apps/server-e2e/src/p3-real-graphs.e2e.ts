import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from '@heddle/cluster';
import {
  WF_LIKE_COLLECTION,
  generateWfLike,
  importWfCommons,
  type GraphDocument,
} from '@heddle/graph';
import { ended, publish, start } from './api-helpers.js';

const WORKER = fileURLToPath(new URL('../dist/ledger-worker.js', import.meta.url));
const SHARED = fileURLToPath(new URL('../../../../shared/dags', import.meta.url));
const OPTIONS = { secondsScale: 0.0001, group: 'demo', executor: 'demo.effect' };

/** The real graphs beside the repository, or generated ones of the same sizes and shapes. */
function graphs(): [string, GraphDocument][] {
  if (!existsSync(SHARED)) {
    console.log('No ../shared/dags here: generated graphs of the same sizes and shapes are used.');
    return WF_LIKE_COLLECTION.map(({ name, shape, size }) => [
      name,
      imported(generateWfLike(shape, size, 1)),
    ]);
  }
  console.log(`The real graphs of ${SHARED} are used.`);
  const files = readdirSync(SHARED).filter((file) => file.endsWith('.json'));
  return files.map((file) => [
    file,
    imported(JSON.parse(readFileSync(join(SHARED, file), 'utf8'))),
  ]);
}

function imported(json: unknown): GraphDocument {
  const result = importWfCommons(json, OPTIONS);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.graph;
}

describe('P3: real workflow graphs on a real worker', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.create({ isDurable: false });
    const ledger = join(cluster.directory, 'ledger.jsonl');
    writeFileSync(ledger, '');
    await cluster.startServer();
    await cluster.startWorker(WORKER, { LEDGER_FILE: ledger });
  });
  afterAll(() => cluster?.stop());

  it.each(graphs())(
    '%s ends, and no task started before its parents had ended',
    async (_name, graph) => {
      const run = await ended(
        cluster.api,
        await start(cluster.api, await publish(cluster.api, graph)),
        120_000,
      );
      expect(run.state).toBe('succeeded');
      const nodes = new Map(run.nodeRuns.map((node) => [node.key, node]));
      expect(nodes.size).toBe(graph.nodes.length);
      for (const { source, target } of graph.edges)
        expect(Date.parse(nodes.get(target)!.startedAt!)).toBeGreaterThanOrEqual(
          Date.parse(nodes.get(source)!.endedAt!),
        );
    },
  );
});
