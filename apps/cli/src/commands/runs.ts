import { InvalidArgumentError, type Command } from 'commander';
import { findWorkflow } from '../lookups.js';
import { openSession, type GlobalOptions } from '../settings.js';
import { table } from '../table.js';

/** Most runs that one page of the API holds. */
const PAGE_MAX = 200;
const STATES = ['queued', 'running', 'paused', 'succeeded', 'failed', 'canceled'];

interface ListedRun {
  id: string;
  state: string;
  version: number | null;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
  workflow: { name: string };
  error: { message: string; nodeKey: string | null } | null;
}

const QUERY = `query ($namespace: String!, $filter: RunFilter, $first: Int!) {
  runs(namespace: $namespace, filter: $filter, first: $first) { totalCount nodes {
    id state version createdAt startedAt endedAt workflow { name } error { message nodeKey } } } }`;

/** `runs`: the latest runs of the namespace. */
export function addRuns(program: Command): void {
  program
    .command('runs')
    .description('list runs, newest first')
    .option('-w, --workflow <workflow>', 'only of this workflow (name or id)')
    .option('-s, --state <state...>', `only in these states: ${STATES.join(', ')}`, readState)
    .option('--limit <number>', 'at most so many', readLimit, 20)
    .action(
      async (options: { workflow?: string; state?: string[]; limit: number }, command: Command) => {
        const session = openSession(command.optsWithGlobals<GlobalOptions>());
        const workflowId = options.workflow
          ? (await findWorkflow(session, options.workflow)).id
          : undefined;
        const filter = {
          ...(workflowId ? { workflowId } : {}),
          ...(options.state ? { states: options.state } : {}),
        };
        const { namespace } = session;
        const { runs } = await session.api.request<{
          runs: { totalCount: number; nodes: ListedRun[] };
        }>(QUERY, { namespace, filter, first: options.limit });
        session.print(
          runs,
          runs.nodes.length === 0
            ? 'There are no such runs.'
            : table(
                ['RUN', 'WORKFLOW', 'STATE', 'CREATED', 'TOOK', 'ERROR'],
                runs.nodes.map(rowOf),
              ),
        );
      },
    );
}

function rowOf(run: ListedRun): string[] {
  const took =
    run.startedAt && run.endedAt
      ? `${((Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000).toFixed(1)} s`
      : '';
  const error = run.error
    ? `${run.error.nodeKey ?? ''} ${run.error.message}`.trim().slice(0, 60)
    : '';
  return [
    run.id,
    run.workflow.name,
    run.state,
    run.createdAt.slice(0, 19).replace('T', ' '),
    took,
    error,
  ];
}

function readState(text: string, earlier: string[] = []): string[] {
  if (STATES.includes(text)) return [...earlier, text];
  throw new InvalidArgumentError(`The states are ${STATES.join(', ')}.`);
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= PAGE_MAX) return limit;
  throw new InvalidArgumentError(`It must be a number from 1 to ${PAGE_MAX}.`);
}
