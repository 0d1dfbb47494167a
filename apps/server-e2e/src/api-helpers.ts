import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { publishGraph, type HeddleApi } from '@heddle/api-client';
import type { Json } from '@heddle/kernel';
import type { GraphDocument } from '@heddle/graph';

/** A run as tests look at it. */
export interface RunResult {
  id: string;
  state: string;
  seq: number;
  output: Json;
  error: { code: string; message: string; nodeKey: string | null } | null;
  nodeRuns: {
    key: string;
    state: string;
    attempt: number;
    output: Json;
    startedAt: string | null;
    endedAt: string | null;
    attempts: { number: number; state: string; output: Json }[];
  }[];
}

const RUN_FIELDS = `id state seq output error { code message nodeKey }
  nodeRuns { key state attempt output startedAt endedAt attempts { number state output } }`;

/** Publishes a graph under a name of its own. @returns the workflow's id. */
export async function publish(api: HeddleApi, graph: GraphDocument): Promise<string> {
  const name = `test ${randomUUID()}`;
  return (await publishGraph(api, { namespace: 'demo', name, graph, whenExists: 'replace' })).id;
}

/** Starts a run. @returns its id. */
export async function start(
  api: HeddleApi,
  workflowId: string,
  options: { input?: Json; idempotencyKey?: string } = {},
): Promise<string> {
  const data = await api.request<{ startRun: { id: string } }>(
    `mutation ($workflowId: ID!, $input: JSON, $idempotencyKey: String) {
      startRun(workflowId: $workflowId, input: $input, idempotencyKey: $idempotencyKey) { id } }`,
    { workflowId, ...options },
  );
  return data.startRun.id;
}

/** A run with its nodes. */
export async function getRun(api: HeddleApi, id: string): Promise<RunResult> {
  return (
    await api.request<{ run: RunResult }>(`query ($id: ID!) { run(id: $id) { ${RUN_FIELDS} } }`, {
      id,
    })
  ).run;
}

/** Waits until `look` gives a value; a look that throws (a server that is down) counts as none. @throws at the deadline. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  deadlineMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  let last: unknown = null;
  while (Date.now() < deadline) {
    try {
      const found = await look();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    await sleep(100);
  }
  throw new Error(`${what} did not happen within ${deadlineMs} ms.`, { cause: last });
}

/** Waits until a run has ended. */
export function ended(api: HeddleApi, id: string, deadlineMs?: number): Promise<RunResult> {
  return eventually(
    `The end of run ${id}`,
    async () => {
      const run = await getRun(api, id);
      return ['succeeded', 'failed', 'canceled'].includes(run.state) ? run : null;
    },
    deadlineMs,
  );
}

/** Whether a viewer at a step can apply a delta: it is newer, and leaves nothing out. */
export function isNext(
  { seq, from = seq - 1 }: { seq: number; from?: number },
  at: number,
): boolean {
  return seq > at && from <= at;
}
