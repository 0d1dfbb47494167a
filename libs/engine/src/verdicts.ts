import { evaluate, ExpressionError, nodeReferences, usedValues } from '@heddle/expression';
import type { CompiledEdge, CompiledNode } from './compile.js';
import type { Draft } from './draft.js';
import { runScope } from './run-scope.js';
import type { EdgeVerdict } from './state.js';

const TAKEN: EdgeVerdict = { isLive: true, reason: 'taken' };
const OTHER_PORT: EdgeVerdict = { isLive: false, reason: 'port' };

/** How a node ended, as its outgoing edges see it. `ports` are the live ones. */
export type LivePorts = ReadonlySet<string>;

/** Live after a success, beside a decision's cases. */
export const SUCCESS_PORTS: LivePorts = new Set(['success', 'always']);
/** Live after a failure or a cancellation. */
export const FAILURE_PORTS: LivePorts = new Set(['failure', 'always']);

/**
 * Decides every outgoing edge of a node that has just ended. The node's output and error must be
 * set already: conditions read them.
 */
export function decideEdges(
  draft: Draft,
  node: CompiledNode,
  ports: LivePorts,
): Record<string, EdgeVerdict> {
  const verdicts: Record<string, EdgeVerdict> = {};
  for (const edge of node.outgoing) {
    verdicts[edge.id] = ports.has(edge.port) ? decideCondition(draft, edge) : OTHER_PORT;
  }
  return verdicts;
}

function decideCondition(draft: Draft, edge: CompiledEdge): EdgeVerdict {
  if (!edge.when) return TAKEN;
  const { state } = draft;
  const scope = runScope(
    {
      input: draft.get('input'),
      meta: state.meta,
      startedAt: draft.get('startedAt'),
      context: draft.get('context'),
    },
    draft,
    nodeReferences(edge.when),
  );
  const values = usedValues(edge.when, scope);
  try {
    const result = evaluate(edge.when, scope, draft.work);
    if (typeof result === 'boolean') return { isLive: result, reason: 'when', values };
    const message = `The condition must be true or false, but is ${JSON.stringify(result).slice(0, 80)}.`;
    return { isLive: false, reason: 'error', values, message };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { isLive: false, reason: 'error', values, message: error.message.slice(0, 500) };
  }
}
