import { writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { stringify } from 'yaml';
import { messageOf, type Json } from '@heddle/kernel';
import { ApiError } from '@heddle/api-client';
import { UsageError } from '../exit.js';
import { findWorkflow } from '../lookups.js';
import { openSession, type GlobalOptions } from '../settings.js';

interface ExportOptions {
  draft?: boolean;
  format: 'json' | 'yaml';
  output?: string;
}

const QUERY =
  'query ($id: ID!) { workflow(id: $id) { draft { graph } published { graph number } } }';

/** `export <workflow>`: the graph as a file that `import` reads. */
export function addExport(program: Command): void {
  program
    .command('export')
    .description('write the graph of a workflow')
    .argument('<workflow>', 'name or id')
    .option('--draft', 'the draft instead of the published version')
    .addOption(
      new Option('--format <format>', 'json or yaml').choices(['json', 'yaml']).default('json'),
    )
    .option('-o, --output <file>', 'file to write; default: standard output')
    .action(async (name: string, options: ExportOptions, command: Command) => {
      const session = openSession(command.optsWithGlobals<GlobalOptions>());
      const { id } = await findWorkflow(session, name);
      const { workflow } = await session.api.request<{
        workflow: { draft: { graph: Json }; published: { graph: Json } | null };
      }>(QUERY, { id });
      const graph = options.draft ? workflow.draft.graph : workflow.published?.graph;
      if (graph === undefined)
        throw new ApiError(
          'NOT_FOUND',
          `"${name}" was never published; --draft exports its draft.`,
        );
      const text =
        options.format === 'yaml' ? stringify(graph) : `${JSON.stringify(graph, null, 2)}\n`;
      await write(options.output, text);
    });
}

async function write(path: string | undefined, text: string): Promise<void> {
  if (path === undefined) {
    process.stdout.write(text);
    return;
  }
  await writeFile(path, text).catch((error: unknown) => {
    throw new UsageError(`Cannot write ${path}: ${messageOf(error)}.`);
  });
}
