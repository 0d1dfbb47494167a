import { setTimeout as delay } from 'node:timers/promises';
import type { Json } from '@heddle/kernel';
import { Exit, EXIT } from './exit.js';
import { patiently } from './patiently.js';
import type { Session } from './settings.js';

/** How often a followed run is asked for news; the page of history is fetched again at once while it is full. */
const POLL_MS = 500;
const PAGE = 200;

interface HistoryEntry {
  seq: number;
  at: string;
  event: string;
  nodeKey: string | null;
  delta: {
    nodes?: { key: string; state: string; attempt: number; error: { message: string } | null }[];
  };
}

interface RunNews {
  run: {
    state: string;
    output: Json;
    error: { code: string; message: string; nodeKey: string | null } | null;
  } | null;
  runHistory: HistoryEntry[];
}

const QUERY = `query ($id: ID!, $afterSeq: Int!, $first: Int!) {
  run(id: $id) { state output error { code message nodeKey } }
  runHistory(runId: $id, afterSeq: $afterSeq, first: $first) { seq at event nodeKey delta } }`;

/**
 * Prints each change of a node until the run has ended, then its output or error.
 * @throws {Exit} with `runFailed` or `runCanceled`; nothing when it succeeded.
 */
export async function followRun(session: Session, id: string): Promise<void> {
  const shown = new Map<string, string>();
  let afterSeq = 0;
  for (;;) {
    const variables = { id, afterSeq, first: PAGE };
    const news = await patiently(() => session.api.request<RunNews>(QUERY, variables));
    if (!news.run) throw new Exit(EXIT.notFound, `There is no run ${id}.`);
    for (const entry of news.runHistory) {
      afterSeq = entry.seq;
      if (session.isJson) session.print(entry, '');
      else printChanges(entry, shown);
    }
    if (news.runHistory.length === PAGE) continue;
    if (['succeeded', 'failed', 'canceled'].includes(news.run.state))
      return finish(session, id, news.run);
    await delay(POLL_MS);
  }
}

function printChanges(entry: HistoryEntry, shown: Map<string, string>): void {
  for (const { key, state, attempt, error } of entry.delta.nodes ?? []) {
    const line = `${state}${attempt > 1 ? ` (attempt ${attempt})` : ''}${error && state !== 'succeeded' ? `: ${error.message}` : ''}`;
    if (shown.get(key) === line) continue;
    shown.set(key, line);
    process.stdout.write(`${entry.at.slice(11, 23)}  ${key.padEnd(24)} ${line}\n`);
  }
}

function finish(session: Session, id: string, run: NonNullable<RunNews['run']>): void {
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
