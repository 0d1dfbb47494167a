import type { Json } from '@heddle/kernel';
import type { Session } from './settings.js';

/** What a run is started with. */
export interface StartOptions {
  input?: Json;
  version?: number;
  idempotencyKey?: string;
}

/** Starts a run and says so. Returns its id. */
export async function startRun(
  session: Session,
  workflowId: string,
  options: StartOptions,
): Promise<string> {
  const query = `mutation ($workflowId: ID!, $input: JSON, $version: Int, $idempotencyKey: String) {
    startRun(workflowId: $workflowId, input: $input, version: $version, idempotencyKey: $idempotencyKey) { id state } }`;
  const { startRun: run } = await session.api.request<{ startRun: { id: string; state: string } }>(
    query,
    { workflowId, ...options },
  );
  session.print(run, `Run ${run.id} started: ${session.url.replace(/\/+$/, '')}/runs/${run.id}`);
  return run.id;
}
