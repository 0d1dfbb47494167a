import { Command } from 'commander';
import { addExport } from './commands/export.js';
import { addImport } from './commands/import.js';
import { addLocal } from './commands/local.js';
import { addRun } from './commands/run.js';
import { addRuns } from './commands/runs.js';
import { addTail } from './commands/tail.js';
import { EXIT } from './exit.js';

/** The whole command line. */
export function buildProgram(): Command {
  const program = new Command('heddle')
    .description(
      'Draw a workflow, run every job on real workers, watch each node live and repair one with a click.',
    )
    .option(
      '--url <address>',
      'address of the server',
      process.env.HEDDLE_URL || 'http://localhost:8420',
    )
    .option('-n, --namespace <name>', 'namespace', process.env.HEDDLE_NAMESPACE || 'default')
    .option('--json', 'print JSON for programs')
    .showHelpAfterError('(heddle --help shows all commands)')
    .addHelpText('after', environmentHelp())
    .exitOverride();
  for (const add of [addLocal, addImport, addExport, addRun, addRuns, addTail]) add(program);
  for (const command of program.commands) {
    command.exitOverride();
    for (const sub of command.commands) sub.exitOverride();
  }
  return program;
}

function environmentHelp(): string {
  return `
Environment:
  HEDDLE_URL        address of the server (default http://localhost:8420)
  HEDDLE_API_KEY    API key, from the Settings page of Studio
  HEDDLE_NAMESPACE  namespace (default "default")
  DATABASE_URL      database for migrate and start; without it the embedded one

Exit codes:
  ${EXIT.ok} done   ${EXIT.failed} failed   ${EXIT.usage} wrong command, file or input   ${EXIT.notFound} not found   ${EXIT.denied} not allowed
  ${EXIT.unavailable} no answer   ${EXIT.runFailed} the followed run failed   ${EXIT.runCanceled} the followed run was canceled`;
}
