import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { publishGraph, type HeddleApi } from '@heddle/api-client';
import { chainGraph, fanGraph } from '@heddle/cluster';
import type { GraphDocument } from '@heddle/graph';
import type pg from 'pg';

/** Callers that trigger runs at the same time; each waits for its answer before the next trigger. */
const CALLERS = 64;
const EXECUTOR = 'bench.noop';

export interface Scenario {
  name: string;
  graph: GraphDocument;
  /** Runs at the same time. */
  runs: number;
  /** Times that it is repeated, one after the other. */
  repeats: number;
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'chain-40', graph: chainGraph(40, EXECUTOR), runs: 1, repeats: 50 },
  { name: 'fan-out-1000', graph: fanGraph(1000, EXECUTOR), runs: 1, repeats: 10 },
  { name: 'diamond-1000', graph: fanGraph(8, EXECUTOR), runs: 1000, repeats: 3 },
];

/** Publishes the scenario's graph. @returns the workflow's id. */
export async function prepare(api: HeddleApi, scenario: Scenario): Promise<string> {
  const name = `${scenario.name} ${randomUUID()}`;
  return (
    await publishGraph(api, {
      namespace: 'demo',
      name,
      graph: scenario.graph,
      whenExists: 'replace',
    })
  ).id;
}

/** Triggers the runs of one repeat and waits until all of them have ended. */
export async function runOnce(
  api: HeddleApi,
  client: pg.Client,
  workflowId: string,
  runs: number,
): Promise<void> {
  let left = runs;
  const caller = async (): Promise<void> => {
    while (left-- > 0)
      await api.request('mutation ($id: ID!) { startRun(workflowId: $id) { id } }', {
        id: workflowId,
      });
  };
  await Promise.all(Array.from({ length: Math.min(CALLERS, runs) }, caller));
  for (;;) {
    const open = await client.query({
      name: 'open-runs',
      text: 'select 1 from run where workflow_id = $1 and ended_at is null limit 1',
      values: [workflowId],
    });
    if (open.rowCount === 0) return;
    await sleep(2);
  }
}

/** Fails loudly when a run did not succeed: a benchmark of failures would be fast. */
export async function checkAllSucceeded(
  client: pg.Client,
  workflowId: string,
  expected: number,
): Promise<void> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from run where workflow_id = $1 and state = 'succeeded'`,
    [workflowId],
  );
  if (rows[0]!.count !== expected)
    throw new Error(`Of ${expected} runs ${rows[0]!.count} succeeded.`);
}

/** Milliseconds from creation to end of every run, by the database's own instants. */
export async function runLatencies(client: pg.Client, workflowId: string): Promise<number[]> {
  const { rows } = await client.query<{ ms: number }>(
    `select extract(epoch from ended_at - created_at)::float8 * 1000 as ms from run where workflow_id = $1`,
    [workflowId],
  );
  return rows.map((row) => row.ms);
}
