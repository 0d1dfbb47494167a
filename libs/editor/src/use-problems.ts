import { checkGraph, type NodeRegistry } from '@heddle/engine';
import type { GraphDocument } from '@heddle/graph';
import type { Problem } from '@heddle/kernel';
import { useEffect, useState } from 'react';

/** Pause after an edit before the draft is checked; longer for graphs whose check takes noticeable time. */
const CHECK_DELAY_MS = 200;
const CHECK_DELAY_LARGE_MS = 900;
const LARGE_NODES_MIN = 400;

/** The check of this code compiles JSON Schemas, which a page may not do: the server's word counts there. */
const SERVER_ONLY: ReadonlySet<string> = new Set(['INPUT_SCHEMA']);

/**
 * Problems of the document, found in the page itself shortly after each edit. The server's own, which came with the last
 * save, stand until then, and always for what only the server can check.
 */
export function useProblems(
  registry: NodeRegistry,
  graph: GraphDocument,
  serverProblems: readonly Problem[],
): readonly Problem[] {
  const [problems, setProblems] = useState(serverProblems);
  useEffect(() => {
    const delayMs = graph.nodes.length > LARGE_NODES_MIN ? CHECK_DELAY_LARGE_MS : CHECK_DELAY_MS;
    const timer = setTimeout(() => {
      const own = checkGraph(graph, registry).filter((problem) => !SERVER_ONLY.has(problem.code));
      setProblems([...own, ...serverProblems.filter((problem) => SERVER_ONLY.has(problem.code))]);
    }, delayMs);
    return () => clearTimeout(timer);
  }, [registry, graph, serverProblems]);
  return problems;
}
