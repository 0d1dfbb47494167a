import { setTimeout as sleep } from 'node:timers/promises';
import { graphOf, jobNode } from '@heddle/cluster';
import pg from 'pg';
import type { BenchContext } from './bench-context.js';
import { percentile } from './measure.js';
import { prepare } from './scenarios.js';

const TRIGGERS_PER_SECOND = 10;
const SECONDS = 30;
/** Triggers before anything counts. */
const WARM_UP_COUNT = 50;
const WAIT_MS_MAX = 10_000;
const WAIT_STEP_MS = 20;

/** From the trigger to the first line of the job's code, beside a bare commit of the same database in the same seconds. */
export interface TriggerResult {
  triggers: number;
  msP50: number;
  msP99: number;
  commitMsP50: number;
  commitMsP99: number;
  /** `msP50` in commits. */
  commits: number;
}

/** Ten triggers a second, and between every two of them one bare commit. */
export async function benchTrigger(context: BenchContext): Promise<TriggerResult> {
  context.say('trigger');
  const graph = graphOf([jobNode('first', 'bench.stamp')], []);
  const workflow = await prepare(context.cluster.api, { name: 'trigger', graph });
  const client = new pg.Client({ connectionString: context.cluster.databaseUrl });
  await client.connect();
  try {
    await client.query('create table if not exists bench_commit (id bigint, at timestamptz)');
    for (let i = 0; i < WARM_UP_COUNT; i++) {
      await latencyOf(context, await triggerOnce(context, workflow));
      await commitOnce(client, i);
    }
    const commits: number[] = [];
    const triggers: Promise<Triggered>[] = [];
    const pauseMs = 1000 / TRIGGERS_PER_SECOND;
    const from = performance.now();
    for (let i = 0; i < TRIGGERS_PER_SECOND * SECONDS; i++) {
      await sleepUntil(from + i * pauseMs);
      triggers.push(triggerOnce(context, workflow));
      await sleepUntil(from + (i + 0.5) * pauseMs);
      commits.push(await commitOnce(client, i));
    }
    // Asked only now: a question in between would keep the server from what is measured.
    const latencies: number[] = [];
    for (const triggered of await Promise.all(triggers))
      latencies.push(await latencyOf(context, triggered));
    const [msP50, commitMsP50] = [percentile(latencies, 0.5), percentile(commits, 0.5)];
    return {
      triggers: latencies.length,
      msP50,
      msP99: percentile(latencies, 0.99),
      commitMsP50,
      commitMsP99: percentile(commits, 0.99),
      commits: msP50 / commitMsP50,
    };
  } finally {
    await client.end();
  }
}

const sleepUntil = (at: number): Promise<void> => sleep(Math.max(0, at - performance.now()));

/** @returns milliseconds of a transaction that writes one small row. */
async function commitOnce(client: pg.Client, id: number): Promise<number> {
  const from = performance.now();
  await client.query({
    name: 'bench-commit',
    text: 'insert into bench_commit values ($1, now())',
    values: [id],
  });
  return performance.now() - from;
}

/** A run that was triggered, and when, in nanoseconds of the clock that all processes of a machine share. */
interface Triggered {
  runId: string;
  atNs: bigint;
}

async function triggerOnce({ cluster }: BenchContext, workflowId: string): Promise<Triggered> {
  const atNs = process.hrtime.bigint();
  const { startRun } = await cluster.api.request<{ startRun: { id: string } }>(
    'mutation ($id: ID!) { startRun(workflowId: $id) { id } }',
    { id: workflowId },
  );
  return { runId: startRun.id, atNs };
}

/** @returns milliseconds from the request to the job's first line, which the job tells in its output. */
async function latencyOf({ cluster }: BenchContext, { runId, atNs }: Triggered): Promise<number> {
  const deadline = performance.now() + WAIT_MS_MAX;
  while (performance.now() < deadline) {
    const { run } = await cluster.api.request<{
      run: { nodeRuns: { output: { startedAtNs: string } | null }[] };
    }>('query ($id: ID!) { run(id: $id) { nodeRuns { output } } }', { id: runId });
    const output = run.nodeRuns[0]?.output;
    if (output) return Number(BigInt(output.startedAtNs) - atNs) / 1e6;
    await sleep(WAIT_STEP_MS);
  }
  throw new Error(`The job of run ${runId} did not start within ${WAIT_MS_MAX} ms.`);
}

/** The result in words. */
export function describeTrigger(result: TriggerResult): string {
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  return [
    `trigger → first line of the job, ${TRIGGERS_PER_SECOND}/s for ${SECONDS} s:`,
    `p50 ${ms(result.msP50)}, p99 ${ms(result.msP99)};`,
    `a bare commit p50 ${ms(result.commitMsP50)}, p99 ${ms(result.commitMsP99)};`,
    `so p50 is ${result.commits.toFixed(1)} commits`,
  ].join(' ');
}
