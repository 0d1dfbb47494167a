import {
  type GraphDocument,
  importWfCommons,
  parseGraph,
  type WfCommonsOptions,
} from '@heddle/graph';
import { isJsonObject, messageOf, type Problem } from '@heddle/kernel';

/** What a text turned out to be. */
export type ImportReading =
  | { kind: 'empty' }
  | { kind: 'notJson'; message: string }
  | { kind: 'problems'; problems: Problem[] }
  | { kind: 'graph' | 'wfCommons'; name: string; graph: GraphDocument };

/** Whether a JSON value is a WfCommons file rather than a graph of ours. */
export function isWfCommons(value: unknown): boolean {
  return isJsonObject(value) && !('nodes' in value) && ('workflow' in value || 'tasks' in value);
}

/** Reads a file's text as a graph document or as a WfCommons workflow. Never throws. */
export function readImport(text: string, options: WfCommonsOptions): ImportReading {
  if (text.trim() === '') return { kind: 'empty' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: 'notJson', message: messageOf(error) };
  }
  if (isWfCommons(value)) {
    const imported = importWfCommons(value, options);
    if (!imported.ok) return { kind: 'problems', problems: imported.problems };
    return { kind: 'wfCommons', name: imported.name, graph: imported.graph };
  }
  const parsed = parseGraph(value);
  if (!parsed.ok) return { kind: 'problems', problems: parsed.problems };
  return { kind: 'graph', name: '', graph: parsed.graph };
}
