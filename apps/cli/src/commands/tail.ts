import { setTimeout as delay } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { ApiError } from '@heddle/api-client';
import type { Json } from '@heddle/kernel';
import { patiently } from '../patiently.js';
import { openSession, type GlobalOptions, type Session } from '../settings.js';

const POLL_MS = 500;
const PAGE = 200;
/** Pages fetched at once: bounds what a huge log costs. */
const PAGES_MAX = 500;
const LEVELS = ['debug', 'info', 'warn', 'error'];
const ENDED = ['succeeded', 'failed', 'canceled'];

interface LogLine {
  id: string;
  attempt: number;
  at: string;
  level: string;
  message: string;
  fields: Json;
}

interface LogPage {
  lines: LogLine[];
  hasBefore: boolean;
  hasAfter: boolean;
}

/** Whose log, and which of its lines. */
interface LogsOf {
  id: string;
  nodeKey: string;
  filter: object;
}

interface RunNodes {
  run: { state: string; nodeRuns: { key: string; attempt: number; type: string }[] } | null;
}

const RUN = 'query ($id: ID!) { run(id: $id) { state nodeRuns { key attempt type } } }';
const LOGS = `query ($id: ID!, $nodeKey: String!, $filter: LogFilter, $after: ID, $before: ID, $limit: Int!) {
  logs(runId: $id, nodeKey: $nodeKey, filter: $filter, after: $after, before: $before, limit: $limit) { hasBefore hasAfter
    lines { id attempt at level message fields } } }`;

/** `tail <run> [node]`: log lines as they come, until the run has ended. */
export function addTail(program: Command): void {
  program
    .command('tail')
    .description('print the log of a run, or of one of its nodes, until the run ends')
    .argument('<run>', 'id of the run')
    .argument('[node]', 'key of the node; default: all that have begun')
    .option('-l, --level <level>', `this level and those above: ${LEVELS.join(', ')}`, readLevel)
    .option('--search <text>', 'only lines that contain this text')
    .action(
      async (
        run: string,
        node: string | undefined,
        options: { level?: string; search?: string },
        command: Command,
      ) => {
        const session = openSession(command.optsWithGlobals<GlobalOptions>());
        const filter = {
          ...(options.level ? { minLevel: options.level } : {}),
          ...(options.search ? { search: options.search } : {}),
        };
        await tail(session, { run, node, filter });
      },
    );
}

interface Tail {
  run: string;
  node: string | undefined;
  filter: object;
}

async function tail(session: Session, { run: id, node, filter }: Tail): Promise<void> {
  const cursors = new Map<string, string>();
  for (;;) {
    // The state is read before the lines: whatever the run has written by its end is printed.
    const { run } = await patiently(() => session.api.request<RunNodes>(RUN, { id }));
    if (!run)
      throw new ApiError(
        'NOT_FOUND',
        `There is no run ${id}, or you are not a member of its namespace.`,
      );
    if (node && !run.nodeRuns.some(({ key }) => key === node))
      throw new ApiError(
        'NOT_FOUND',
        `Run ${id} has no node "${node}". There are ${run.nodeRuns
          .map(({ key }) => key)
          .slice(0, 20)
          .join(', ')}.`,
      );
    const begun = run.nodeRuns.filter(({ key, attempt }) => (node ? key === node : attempt > 0));
    for (const { key } of begun) await printNew(session, { id, nodeKey: key, filter }, cursors);
    if (ENDED.includes(run.state)) return;
    await delay(POLL_MS);
  }
}

async function printNew(session: Session, of: LogsOf, cursors: Map<string, string>): Promise<void> {
  const after = cursors.get(of.nodeKey);
  const lines =
    after === undefined ? await wholeLog(session, of) : await linesAfter(session, of, after);
  for (const line of lines)
    session.print({ nodeKey: of.nodeKey, ...line }, textOf(of.nodeKey, line));
  const last = lines.at(-1);
  if (last) cursors.set(of.nodeKey, last.id);
}

/** Everything there is so far, page by page from the end, for the API gives the latest lines first. */
async function wholeLog(session: Session, of: LogsOf): Promise<LogLine[]> {
  const pages: LogLine[][] = [];
  let before: string | null = null;
  while (pages.length < PAGES_MAX) {
    const page: LogPage = await fetchLogs(session, { ...of, before });
    pages.unshift(page.lines);
    if (!page.hasBefore || !page.lines[0]) return pages.flat();
    before = page.lines[0].id;
  }
  process.stderr.write(`Only the last ${PAGES_MAX * PAGE} lines of ${of.nodeKey} are shown.\n`);
  return pages.flat();
}

async function linesAfter(session: Session, of: LogsOf, after: string): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for (let page = 0; page < PAGES_MAX; page++) {
    const next = await fetchLogs(session, { ...of, after: lines.at(-1)?.id ?? after });
    lines.push(...next.lines);
    if (!next.hasAfter || next.lines.length === 0) break;
  }
  return lines;
}

async function fetchLogs(
  session: Session,
  variables: LogsOf & { after?: string; before?: string | null },
): Promise<LogPage> {
  const { logs } = await session.api.request<{ logs: LogPage }>(LOGS, {
    ...variables,
    limit: PAGE,
  });
  return logs;
}

function textOf(nodeKey: string, { at, level, attempt, message, fields }: LogLine): string {
  const more = fields === null ? '' : ` ${JSON.stringify(fields)}`;
  return `${at.slice(11, 23)} ${level.toUpperCase().padEnd(5)} ${nodeKey}${attempt > 1 ? `#${attempt}` : ''}: ${message}${more}`;
}

function readLevel(text: string): string {
  if (LEVELS.includes(text)) return text;
  throw new InvalidArgumentError(`The levels are ${LEVELS.join(', ')}.`);
}
