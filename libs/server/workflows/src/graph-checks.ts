import type { Problem } from '@heddle/kernel';
import { checkGraph } from '@heddle/engine';
import { parseGraph, type GraphDocument } from '@heddle/graph';
import { NODE_TYPES } from '@heddle/nodes';

/** Everything that is wrong with a graph from outside; the document is null when it is not even shaped like one. */
export function checkDocument(value: unknown): {
  graph: GraphDocument | null;
  problems: Problem[];
} {
  const parsed = parseGraph(value);
  if (!parsed.ok) return { graph: null, problems: parsed.problems };
  return { graph: parsed.graph, problems: checkGraph(parsed.graph, NODE_TYPES) };
}

/** True when nothing keeps the graph from running; warnings do not. */
export function isRunnable(problems: readonly Problem[]): boolean {
  return problems.every((problem) => problem.severity !== 'error');
}

/** Whether two documents say the same, positions included. */
export function isSameGraph(a: GraphDocument, b: GraphDocument | null): boolean {
  return b !== null && JSON.stringify(a) === JSON.stringify(b);
}
