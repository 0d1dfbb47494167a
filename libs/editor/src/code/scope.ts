import { HTTP_RESULT_SCOPE, RETRY_SCOPE, RUN_SCOPE, type ScopeShape } from '@heddle/expression';
import { type GraphDocument, upstreamOf } from '@heddle/graph';
import { isJsonObject } from '@heddle/kernel';

/** What an expression at some place may use: its variables, and the names that completions offer below them. */
export interface CodeScope {
  shape: ScopeShape;
  /** Keys of the nodes that have ended when the expression runs. */
  upstreamKeys: readonly string[];
  /** Names below `input`, from the workflow's input schema. */
  inputNames: readonly string[];
}

const NO_NAMES: readonly string[] = [];

/** Names of the properties that the workflow's input schema knows. */
export function inputNamesOf(graph: GraphDocument): readonly string[] {
  const properties = graph.inputSchema?.['properties'];
  return isJsonObject(properties) ? Object.keys(properties) : NO_NAMES;
}

/** Scope of a node's parameters. */
export function nodeScope(graph: GraphDocument, key: string): CodeScope {
  return {
    shape: RUN_SCOPE,
    upstreamKeys: [...upstreamOf(graph, key)],
    inputNames: inputNamesOf(graph),
  };
}

/** Scope of an edge's condition: its source has ended. */
export function edgeScope(graph: GraphDocument, source: string): CodeScope {
  const scope = nodeScope(graph, source);
  return { ...scope, upstreamKeys: [source, ...scope.upstreamKeys] };
}

/** Scope of the run's output: every node may have ended. */
export function outputScope(graph: GraphDocument): CodeScope {
  return {
    shape: RUN_SCOPE,
    upstreamKeys: graph.nodes.map((node) => node.key),
    inputNames: inputNamesOf(graph),
  };
}

/** Scope of a retry filter. */
export const RETRY_CODE_SCOPE: CodeScope = {
  shape: RETRY_SCOPE,
  upstreamKeys: NO_NAMES,
  inputNames: NO_NAMES,
};

/** Scope of an http node's `successWhen`. */
export const HTTP_CODE_SCOPE: CodeScope = {
  shape: HTTP_RESULT_SCOPE,
  upstreamKeys: NO_NAMES,
  inputNames: NO_NAMES,
};
