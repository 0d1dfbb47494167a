import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { messageOf } from '@heddle/kernel';
import { Exit, EXIT, UsageError } from '../exit.js';
import { followRun } from '../follow-run.js';
import { findWorkflow, readJson } from '../lookups.js';
import { openSession, type GlobalOptions } from '../settings.js';
import { startRun, type StartOptions } from '../start-run.js';

interface RunOptions {
  input?: string;
  follow?: boolean;
  version?: number;
  key?: string;
}

/** `run <workflow>` starts a run of the published version; `run verify <id>` replays the history of one. */
export function addRun(program: Command): void {
  const run = program
    .command('run')
    .description('start a run of a workflow')
    .argument('<workflow>', 'name or id')
    .option('-i, --input <json>', 'input as JSON, @file, or - for standard input')
    .option('-f, --follow', 'print what happens until the run ends, and exit by its outcome')
    .option('--version <number>', 'another version than the published one', readVersion)
    .option('--key <text>', 'idempotency key: the same key starts one run only')
    .action(async (workflow: string, options: RunOptions, command: Command) => {
      const session = openSession(command.optsWithGlobals<GlobalOptions>());
      const found = await findWorkflow(session, workflow);
      const id = await startRun(session, found.id, await startOptions(options));
      if (options.follow) await followRun(session, id);
    });
  run
    .command('verify')
    .description(
      'replay the history of a run through the engine and compare it with what is stored',
    )
    .argument('<run>', 'id of the run')
    .action(verify);
}

const VERIFY = `query ($id: ID!) { verifyRun(id: $id) { isSame stepCount differences } }`;

async function verify(id: string, _options: object, command: Command): Promise<void> {
  const session = openSession(command.optsWithGlobals<GlobalOptions>());
  const { verifyRun } = await session.api.request<{
    verifyRun: { isSame: boolean; stepCount: number; differences: string[] };
  }>(VERIFY, { id });
  const { isSame, stepCount, differences } = verifyRun;
  const verdict = isSame
    ? `Run ${id}: ${stepCount} steps replayed, the stored state is the same.`
    : [
        `Run ${id}: ${stepCount} steps replayed, and the stored state differs:`,
        ...differences,
      ].join('\n  ');
  session.print(verifyRun, verdict);
  if (!isSame) throw new Exit(EXIT.failed);
}

async function startOptions({ input, version, key }: RunOptions): Promise<StartOptions> {
  return {
    ...(input === undefined ? {} : { input: await readJson('--input', input, readText) }),
    ...(version === undefined ? {} : { version }),
    ...(key === undefined ? {} : { idempotencyKey: key }),
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${messageOf(error)}.`);
  }
}

function readVersion(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a version number, from 1.');
}
