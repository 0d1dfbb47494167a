import { InvalidArgumentError, type Command } from 'commander';
import { publishGraph } from '@heddle/api-client';
import { readGraphFile } from '../graph-file.js';
import { followRun } from '../follow-run.js';
import { openSession, type GlobalOptions } from '../settings.js';
import { startRun } from '../start-run.js';

interface ImportOptions {
  name?: string;
  publish?: boolean;
  run?: boolean;
  scale: number;
  group: string;
}

/** `import <file>`: a graph document or a WfCommons workflow becomes a workflow. */
export function addImport(program: Command): void {
  program
    .command('import')
    .description('make a workflow of a graph document (JSON, YAML) or a WfCommons file')
    .argument('<file>', 'file to read')
    .option('--name <name>', 'name of the workflow (default: from the file)')
    .option('--publish', 'publish it at once')
    .option('--run', 'publish it, start a run and follow it')
    .option(
      '--scale <factor>',
      'WfCommons: share of the measured run times that tasks sleep',
      readScale,
      0.01,
    )
    .option('--group <group>', 'WfCommons: worker group of the tasks', 'demo')
    .action(async (file: string, options: ImportOptions, command: Command) => {
      const session = openSession(command.optsWithGlobals<GlobalOptions>());
      const { name, graph, format } = await readGraphFile(file, options);
      const isPublished = options.publish === true || options.run === true;
      const { namespace, api } = session;
      const request = {
        namespace,
        name: options.name ?? name,
        graph,
        isPublished,
        whenExists: 'replace',
      } as const;
      const workflow = await publishGraph(api, request);
      const facts = {
        ...workflow,
        name: request.name,
        format,
        nodes: graph.nodes.length,
        edges: graph.edges.length,
      };
      const state = isPublished
        ? `published as version ${workflow.publishedVersion}`
        : 'saved as a draft';
      session.print(
        facts,
        `${workflow.isNew ? 'Created' : 'Replaced'} "${request.name}" (id ${workflow.id}): ${facts.nodes} nodes, ${facts.edges} edges, ${state}.`,
      );
      if (options.run) await followRun(session, await startRun(session, workflow.id, {}));
    });
}

function readScale(text: string): number {
  const scale = Number(text);
  if (Number.isFinite(scale) && scale >= 0 && scale <= 1_000) return scale;
  throw new InvalidArgumentError('It must be a number from 0 to 1000.');
}
