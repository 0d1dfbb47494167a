import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { stringify } from 'yaml';
import { ApiError } from '@heddle/api-client';
import { emptyGraph, type GraphDocument } from '@heddle/graph';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT, Exit, UsageError, exitCodeOf, sentenceOf } from './exit.js';
import { readGraphFile } from './graph-file.js';
import { readJson } from './lookups.js';
import { buildProgram } from './program.js';
import { table } from './table.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heddle-cli-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

const GRAPH: GraphDocument = {
  ...emptyGraph(),
  nodes: [{ key: 'a', type: 'succeed', config: {}, position: { x: 0, y: 0 } }],
};
const SCALE = { scale: 0.01, group: 'demo' };

describe('readGraphFile', () => {
  it('reads a graph document, as JSON and as YAML', async () => {
    const json = await readGraphFile(await file('my-graph.json', JSON.stringify(GRAPH)), SCALE);
    expect(json).toEqual({ name: 'my-graph', graph: GRAPH, format: 'graph' });
    const yaml = await readGraphFile(await file('my-graph.yaml', stringify(GRAPH)), SCALE);
    expect(yaml.graph).toEqual(GRAPH);
  });

  it('reads a WfCommons workflow, its measured times scaled', async () => {
    const tasks = [
      { id: 't1', parents: [], runtimeSeconds: 20 },
      { id: 't2', parents: ['t1'], runtimeSeconds: 4 },
    ];
    const { graph, format, name } = await readGraphFile(
      await file('w.json', JSON.stringify({ name: 'montage', tasks })),
      SCALE,
    );
    expect({ format, name }).toEqual({ format: 'wfcommons', name: 'montage' });
    expect(graph.nodes.map((node) => node.config)).toMatchObject([
      { group: 'demo', executor: 'demo.sleep', input: { ms: 200 } },
      { input: { ms: 40 } },
    ]);
    expect(graph.edges).toHaveLength(1);
  });

  it.each([
    ['broken.json', '{', 'is no JSON'],
    ['broken.yaml', 'a: [', 'is no YAML'],
    ['other.json', '{"some":"thing"}', 'is neither a graph nor a WfCommons workflow'],
    ['list.json', '[1]', 'is neither a graph nor a WfCommons workflow'],
    [
      'bad.json',
      JSON.stringify({ ...GRAPH, nodes: [{ key: '1 2' }] }),
      'bad.json is a graph with errors:\n  1 2/type',
    ],
  ])('refuses %s with the place and the reason', async (name, text, message) => {
    await expect(readGraphFile(await file(name, text), SCALE)).rejects.toThrow(message);
  });

  it('refuses a file that is not there', async () => {
    await expect(readGraphFile(join(directory, 'none.json'), SCALE)).rejects.toThrow(
      'there is no such file',
    );
  });
});

describe('readJson', () => {
  const read = async (path: string) => (path === 'in.json' ? '{"b":2}' : '"piped"');

  it.each([
    ['{"a":1}', { a: 1 }],
    ['@in.json', { b: 2 }],
    ['-', 'piped'],
  ])('reads %s', async (text, value) =>
    expect(await readJson('--input', text, read)).toEqual(value),
  );

  it('says what is wrong', async () => {
    await expect(readJson('--input', '{a}', read)).rejects.toThrow(
      /--input is no JSON: .*single quotes/,
    );
  });
});

describe('exit codes', () => {
  it.each([
    [new ApiError('NOT_FOUND', 'x'), EXIT.notFound],
    [new ApiError('UNAUTHENTICATED', 'x'), EXIT.denied],
    [new ApiError('NETWORK', 'x'), EXIT.unavailable],
    [new ApiError('VALIDATION_FAILED', 'x'), EXIT.usage],
    [new ApiError('CONFLICT', 'x'), EXIT.failed],
    [new UsageError('x'), EXIT.usage],
    [new Exit(EXIT.runFailed, 'x'), EXIT.runFailed],
    [new CommanderError(1, 'commander.unknownCommand', 'x'), EXIT.usage],
    [new CommanderError(0, 'commander.helpDisplayed', 'x'), EXIT.ok],
    [new Error('x'), EXIT.failed],
  ])('%s ends with %i', (error, code) => expect(exitCodeOf(error)).toBe(code));

  it('tell how to sign in', () => {
    expect(sentenceOf(new ApiError('UNAUTHENTICATED', 'Who?'))).toContain('Set HEDDLE_API_KEY');
  });
});

describe('the program', () => {
  it('has the commands of the README, each with help', () => {
    const program = buildProgram();
    const names = program.commands.map((command) => command.name());
    expect(names).toEqual(['start', 'migrate', 'import', 'export', 'run', 'runs', 'tail']);
    for (const command of program.commands) expect(command.description()).not.toBe('');
  });

  it.each([['frob'], ['run'], ['runs', '--limit', '0'], ['runs', '--state', 'lost'], ['import', 'x', '--scale', 'fast'], ['export', 'x', '--format', 'xml']])(
    'refuses "%s %s %s"', async (...args) => {
      const program = buildProgram();
      for (const command of [program, ...program.commands]) command.configureOutput({ writeErr: () => undefined });
      const error: unknown = await program.parseAsync(['node', 'heddle', ...args]).catch((thrown: unknown) => thrown);
      expect(exitCodeOf(error)).toBe(EXIT.usage);
    },
  ); // prettier-ignore
});

it('table aligns its columns', () => {
  expect(table(['A', 'LONG'], [['longer', 'x'], ['y', '']])).toBe('A       LONG\nlonger  x\ny');
}); // prettier-ignore
