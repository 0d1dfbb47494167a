import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { parse } from 'yaml';
import { importWfCommons, parseGraph, type GraphDocument } from '@heddle/graph';
import { isJsonObject, messageOf, type Json, type Problem } from '@heddle/kernel';
import { UsageError } from './exit.js';

/** Largest file that is read, in bytes. */
const FILE_BYTES_MAX = 50_000_000;
const PROBLEMS_SHOWN_MAX = 10;

/** A graph from a file, with a name for its workflow. */
export interface GraphFile {
  name: string;
  graph: GraphDocument;
  /** What the file was. */
  format: 'graph' | 'wfcommons';
}

/** How tasks of a WfCommons file become jobs. */
export interface ImportScale {
  /** Share of the measured run time that a task sleeps: 1 is real time, 0.01 a hundredth. */
  scale: number;
  group: string;
}

/**
 * Reads a graph document (JSON or YAML) or a WfCommons workflow.
 * @throws {UsageError} with the file, the place and the reason.
 */
export async function readGraphFile(
  path: string,
  { scale, group }: ImportScale,
): Promise<GraphFile> {
  const value = await readDocument(path);
  const fallback = basename(path, extname(path));
  if (isJsonObject(value) && 'schemaVersion' in value && 'nodes' in value) {
    const parsed = parseGraph(value);
    if (!parsed.ok) throw problemsIn(path, 'a graph with errors', parsed.problems);
    return { name: fallback, graph: parsed.graph, format: 'graph' };
  }
  const imported = importWfCommons(value, {
    secondsScale: scale * 1_000,
    group,
    executor: 'demo.sleep',
  });
  if (!imported.ok)
    throw problemsIn(
      path,
      'neither a graph nor a WfCommons workflow that can be read',
      imported.problems,
    );
  const name = imported.name === 'Imported workflow' ? fallback : imported.name;
  return { name, graph: imported.graph, format: 'wfcommons' };
}

async function readDocument(path: string): Promise<Json> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'there is no such file' : messageOf(error);
    throw new UsageError(`Cannot read ${path}: ${reason}.`);
  });
  if (Buffer.byteLength(text) > FILE_BYTES_MAX)
    throw new UsageError(`${path} has more than ${FILE_BYTES_MAX / 1e6} MB.`);
  try {
    return /\.ya?ml$/i.test(path)
      ? (parse(text, { maxAliasCount: 100 }) as Json)
      : (JSON.parse(text) as Json);
  } catch (error) {
    throw new UsageError(
      `${path} is no ${/\.ya?ml$/i.test(path) ? 'YAML' : 'JSON'}: ${messageOf(error)}`,
    );
  }
}

function problemsIn(path: string, what: string, problems: readonly Problem[]): UsageError {
  const lines = problems
    .slice(0, PROBLEMS_SHOWN_MAX)
    .map(({ nodeKey, edgeId, path: at, message }) => {
      return `\n  ${nodeKey ?? edgeId ?? ''}${at || '/'}: ${message}`;
    });
  const hidden = problems.length - PROBLEMS_SHOWN_MAX;
  const more = hidden > 0 ? `\n  … and ${hidden} more` : '';
  return new UsageError(`${path} is ${what}:${lines.join('')}${more}`);
}
