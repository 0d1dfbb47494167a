import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { Cluster } from '@heddle/cluster';
import { NODE_TYPES } from '@heddle/nodes';
import type { BenchContext } from './bench-context.js';
import { benchFloors } from './floor/bench-floor.js';
import { OptionsError, parseOptions, type BenchName, type BenchOptions } from './options.js';
import { benchPeers } from './peers.js';
import { tableOf, type Row } from './row.js';
import { FOR_EACH_SIZES, SCENARIOS, benchScenario, forEachScenario } from './scenarios.js';
import { MEMORY_PROBE, benchSoak, describeSoak, probeFile, type SoakResult } from './soak.js';
import { benchTrigger, describeTrigger, type TriggerResult } from './trigger.js';

const WORKER = fileURLToPath(new URL('./bench-worker.js', import.meta.url));

/** Everything that one call measured; also the JSON file. */
interface Results {
  rows: Row[];
  trigger: TriggerResult | null;
  soak: SoakResult | null;
  /** Why something that was asked for is not there. */
  missing: string[];
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function run(options: BenchOptions): Promise<Results> {
  const { chosen } = options;
  const results: Results = { rows: [], trigger: null, soak: null, missing: [] };
  const cluster = await Cluster.create();
  const client = new pg.Client({ connectionString: cluster.databaseUrl });
  try {
    await client.connect();
    if (chosen.has('floor'))
      results.rows.push(...(await benchFloors(client, cluster.databaseUrl, say)));
    if (needsServer(chosen)) await runHeddle(cluster, client, options, results);
    if (chosen.has('peers')) {
      const { rows, missing } = await benchPeers(cluster.databaseUrl, cluster.directory, say);
      results.rows.push(...rows);
      results.missing.push(...missing);
    }
    return results;
  } finally {
    await client.end().catch(() => undefined);
    await cluster.stop();
  }
}

function needsServer(chosen: ReadonlySet<BenchName>): boolean {
  return [...chosen].some((name) => name !== 'floor' && name !== 'peers');
}

async function runHeddle(
  cluster: Cluster,
  client: pg.Client,
  { chosen, soakMinutes }: BenchOptions,
  results: Results,
): Promise<void> {
  const probe = {
    NODE_OPTIONS: `--import ${MEMORY_PROBE}`,
    MEMORY_PROBE_FILE: probeFile(cluster.directory),
  };
  const server = await cluster.startServer({
    LOG_LEVEL: 'warn',
    ...(chosen.has('soak') ? probe : {}),
  });
  const worker = await cluster.startWorker(WORKER);
  const context: BenchContext = { cluster, server, client, say };
  for (const scenario of SCENARIOS)
    if (chosen.has(scenario.name as BenchName))
      results.rows.push(await benchScenario(context, scenario));
  if (chosen.has('foreach-10000')) await runForEach(context, results);
  if (chosen.has('trigger')) results.trigger = await benchTrigger(context);
  if (chosen.has('soak')) results.soak = await benchSoak(context, soakMinutes);
  await worker.stop();
  await server.stop();
}

async function runForEach(context: BenchContext, results: Results): Promise<void> {
  if (!Object.hasOwn(NODE_TYPES, 'forEach'))
    results.missing.push('foreach-10000: this Heddle has no node type forEach.');
  else
    for (const size of FOR_EACH_SIZES)
      results.rows.push(await benchScenario(context, forEachScenario(size)));
}

function report(results: Results): void {
  if (results.rows.length > 0) console.log(tableOf(results.rows));
  const notes = new Map(results.rows.map(({ system, note }) => [system, note]));
  for (const [system, note] of notes) console.log(`  ${system}: ${note}`);
  if (results.trigger) console.log(describeTrigger(results.trigger));
  if (results.soak) console.log(describeSoak(results.soak));
  for (const reason of results.missing) console.log(`missing: ${reason}`);
  const directory = join(process.cwd(), 'bench-results');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${new Date().toISOString().replaceAll(':', '-')}.json`);
  const machine = { node: process.version, cpus: cpus().map((cpu) => cpu.model) };
  writeFileSync(file, JSON.stringify({ ...machine, ...results }, null, 2));
  console.log(`\nWritten to ${file}`);
}

try {
  report(await run(parseOptions(process.argv.slice(2))));
} catch (error) {
  if (!(error instanceof OptionsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
