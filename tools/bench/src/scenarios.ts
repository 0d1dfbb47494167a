import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { publishGraph, type HeddleApi } from '@heddle/api-client';
import { chainGraph, fanGraph, graphOf, jobNode } from '@heddle/cluster';
import type { GraphDocument } from '@heddle/graph';
import type pg from 'pg';
import type { BenchContext } from './bench-context.js';
import { measure, percentile } from './measure.js';
import { HEDDLE, rowOf, type Row } from './row.js';

/** Runs that one call of the API starts. */
const RUNS_PER_CALL = 100;
/** The first rounds are slower until both processes are compiled. */
const WARM_UP_ROUNDS = 2;
/** How often the database is asked whether runs have ended: rarely, for asking costs what is measured. */
const POLL_MS = 20;
const POLL_MS_SINGLE = 2;
const EXECUTOR = 'bench.noop';

/** Jobs of a graph, how often it runs, and how often that is repeated. */
export interface Scenario {
  name: string;
  graph: GraphDocument;
  nodeRunsPerRun: number;
  /** Runs at the same time. */
  runs: number;
  /** Times that it is repeated, one after the other. */
  repeats: number;
}

/** One job per item of a list, one run at a time; two sizes show whether the cost of an item grows with their number. */
export const FOR_EACH_SIZES = [1_000, 10_000] as const;

const scenario = (name: string, graph: GraphDocument, runs: number, repeats: number): Scenario => ({
  name,
  graph,
  nodeRunsPerRun: graph.nodes.length,
  runs,
  repeats,
});

/** The scenarios that every peer runs as well. */
export const SCENARIOS: readonly Scenario[] = [
  scenario('chain-40', chainGraph(40, EXECUTOR), 1, 50),
  scenario('fan-out-1000', fanGraph(1000, EXECUTOR), 1, 10),
  scenario('diamond-1000', fanGraph(8, EXECUTOR), 1000, 3),
];

/** A graph of one `forEach` over so many items. */
export function forEachScenario(items: number): Scenario {
  const body = graphOf([jobNode('each', EXECUTOR)], []);
  const each = {
    ...jobNode('all', EXECUTOR),
    type: 'forEach',
    // Outputs of 1 KB would make the list of all larger than an output may be.
    config: { items: 'input.items', body, concurrency: 500, collect: '${{ index }}' },
  } as unknown as GraphDocument['nodes'][number];
  return {
    name: `foreach-${items}`,
    graph: graphOf([each], []),
    nodeRunsPerRun: items,
    runs: 1,
    repeats: 3,
  };
}

/** Runs a scenario on Heddle, after a warm-up on a workflow of its own. */
export async function benchScenario(context: BenchContext, what: Scenario): Promise<Row> {
  const { cluster, client, server } = context;
  context.say(what.name);
  const warm = await prepare(cluster.api, what);
  for (let i = 0; i < WARM_UP_ROUNDS; i++) await runOnce(context, warm, what);
  const workflow = await prepare(cluster.api, what);
  const cost = await measure(client, server.pid, async () => {
    for (let i = 0; i < what.repeats; i++) await runOnce(context, workflow, what);
  });
  await checkAllSucceeded(client, workflow, what.runs * what.repeats);
  const latencies = await runLatencies(client, workflow);
  const nodeRuns = what.nodeRunsPerRun * what.runs * what.repeats;
  return rowOf(
    { scenario: what.name, system: HEDDLE, nodeRuns, note: '1 server, 1 worker, 500 slots' },
    cost,
    { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
  );
}

/** Publishes the scenario's graph. @returns the workflow's id. */
export async function prepare(
  api: HeddleApi,
  { name, graph }: Pick<Scenario, 'name' | 'graph'>,
): Promise<string> {
  const unique = `${name} ${randomUUID()}`;
  const options = { namespace: 'demo', name: unique, graph, whenExists: 'replace' } as const;
  return (await publishGraph(api, options)).id;
}

/** Triggers the runs of one repeat and waits until all of them have ended. */
async function runOnce(
  { cluster, client }: BenchContext,
  workflowId: string,
  { runs, nodeRunsPerRun, graph }: Scenario,
): Promise<void> {
  const isForEach = graph.nodes.length < nodeRunsPerRun;
  const items = isForEach ? Array.from({ length: nodeRunsPerRun }, (_, i) => i) : null;
  const input = items && { items };
  const calls: Promise<unknown>[] = [];
  for (let left = runs; left > 0; left -= RUNS_PER_CALL)
    calls.push(
      cluster.api.request(
        'mutation ($id: ID!, $runs: [StartRunInput!]!) { startRuns(workflowId: $id, runs: $runs) { id } }',
        {
          id: workflowId,
          runs: Array.from({ length: Math.min(left, RUNS_PER_CALL) }, () => ({ input })),
        },
      ),
    );
  await Promise.all(calls);
  for (;;) {
    const open = await client.query({
      name: 'open-runs',
      text: 'select 1 from run where workflow_id = $1 and parent_run_id is null and ended_at is null limit 1',
      values: [workflowId],
    });
    if (open.rowCount === 0) return;
    await sleep(runs === 1 ? POLL_MS_SINGLE : POLL_MS);
  }
}

/** Fails loudly when a run did not succeed: a benchmark of failures would be fast. */
async function checkAllSucceeded(
  client: pg.Client,
  workflowId: string,
  expected: number,
): Promise<void> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from run
     where workflow_id = $1 and parent_run_id is null and state = 'succeeded'`,
    [workflowId],
  );
  if (rows[0]!.count !== expected)
    throw new Error(`Of ${expected} runs ${rows[0]!.count} succeeded.`);
}

/** Milliseconds from creation to end of every run, by the database's own instants. */
async function runLatencies(client: pg.Client, workflowId: string): Promise<number[]> {
  const { rows } = await client.query<{ ms: number }>(
    `select extract(epoch from ended_at - created_at)::float8 * 1000 as ms from run
     where workflow_id = $1 and parent_run_id is null`,
    [workflowId],
  );
  return rows.map((row) => row.ms);
}
