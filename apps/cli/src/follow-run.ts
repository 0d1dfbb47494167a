import { setTimeout as delay } from 'node:timers/promises';
import type { Json } from '@heddle/kernel';
import { Exit, EXIT } from './exit.js';
import { patiently } from './patiently.js';
import type { Session } from './settings.js';

/** How often a followed run is asked for news. */
const POLL_MS = 500;

interface NodeNews {
  key: string;
  state: string;
  attempt: number;
  error: { message: string } | null;
  startedAt: string | null;
  endedAt: string | null;
}

interface RunNews {
  run: {
    state: string;
    output: Json;
    error: { code: string; message: string; nodeKey: string | null } | null;
    nodeRuns: NodeNews[];
  } | null;
}

const QUERY = `query ($id: ID!) {
  run(id: $id) { state output error { code message nodeKey }
    nodeRuns { key state attempt error { message } startedAt endedAt } } }`;

/**
 * Prints each change of a node until the run has ended, then its output or error. What happens between two looks is told as
 * its outcome.
 * @throws {Exit} with `runFailed` or `runCanceled`; nothing when it succeeded.
 */
export async function followRun(session: Session, id: string): Promise<void> {
  const shown = new Map<string, string>();
  for (;;) {
    const { run } = await patiently(() => session.api.request<RunNews>(QUERY, { id }));
    if (!run) throw new Exit(EXIT.notFound, `There is no run ${id}.`);
    const { nodeRuns, ...outcome } = run;
    for (const node of byTime(nodeRuns)) printChange(session, node, shown);
    if (['succeeded', 'failed', 'canceled'].includes(run.state))
      return finish(session, id, outcome);
    await delay(POLL_MS);
  }
}

function byTime(nodes: readonly NodeNews[]): NodeNews[] {
  const at = (node: NodeNews): string => node.endedAt ?? node.startedAt ?? '9';
  return [...nodes].sort((a, b) => (at(a) < at(b) ? -1 : Number(at(a) > at(b))));
}

function printChange(session: Session, node: NodeNews, shown: Map<string, string>): void {
  const { key, state, attempt, error } = node;
  const line = `${state}${attempt > 1 ? ` (attempt ${attempt})` : ''}${error && state !== 'succeeded' ? `: ${error.message}` : ''}`;
  if ((shown.get(key) ?? 'pending') === line) return;
  shown.set(key, line);
  const at = node.endedAt ?? node.startedAt ?? new Date().toISOString();
  session.print(node, `${at.slice(11, 23)}  ${key.padEnd(24)} ${line}`);
}

function finish(
  session: Session,
  id: string,
  run: Omit<NonNullable<RunNews['run']>, 'nodeRuns'>,
): void {
  session.print(
    { id, ...run },
    `Run ${id} ${run.state}.${run.output === null ? '' : `\n${JSON.stringify(run.output, null, 2)}`}`,
  );
  if (run.state === 'succeeded') return;
  const reason = run.error
    ? `${run.error.nodeKey ? `${run.error.nodeKey}: ` : ''}${run.error.message}`
    : '';
  throw new Exit(run.state === 'failed' ? EXIT.runFailed : EXIT.runCanceled, reason);
}
