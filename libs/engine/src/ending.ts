import { ExpressionError, renderTemplate, sizeWithin } from '@heddle/expression';
import { assert, type Json } from '@heddle/kernel';
import { beginCompensation, goOnUndoing, skipUndoNodes, stopUndoing } from './compensation.js';
import type { Draft, RunEnd } from './draft.js';
import { endRunHolds } from './held.js';
import { mustEnd } from './lifecycle.js';
import { ENGINE_LIMITS } from './limits.js';
import { cancelOpenNodes } from './node-end.js';
import { expressionFailure } from './node-errors.js';
import type { NodeError } from './node-type.js';
import { runScope } from './run-scope.js';
import { isUndoing } from './undoing.js';

/** Ends the run: what is still open is canceled, and nothing starts any more. */
export function endRun(draft: Draft, end: RunEnd): void {
  const resolved = end.outcome === 'succeeded' ? withOutput(draft, end.output) : end;
  const message = cancelReason(resolved);
  if (resolved.outcome !== 'succeeded' && beginCompensation(draft, resolved, message)) return;
  cancelOpenNodes(draft, message);
  skipUndoNodes(draft);
  assert(draft.get('openCount') === 0, `a run ended with ${draft.get('openCount')} open nodes`);
  endRunHolds(draft);
  draft.set('state', resolved.outcome);
  draft.set('endedAt', draft.at);
  if (resolved.outcome === 'succeeded') draft.set('output', resolved.output);
  else draft.set('error', resolved.error);
  if (draft.graph.graph.settings.deadlineMs !== undefined) {
    draft.effects.push({ type: 'disarmTimer', timer: 'runDeadline', nodeKey: null });
  }
}

function cancelReason(end: RunEnd): string {
  return end.outcome === 'succeeded'
    ? 'The run ended before this node did.'
    : `The run ended: ${end.error.message}`.slice(0, 500);
}

/** A `succeed` node's own output goes before the template of the settings. */
function withOutput(draft: Draft, output: Json | null): RunEnd {
  const template = draft.graph.output;
  if (output !== null || !template) return { outcome: 'succeeded', output };
  const { meta } = draft.state;
  const input = draft.get('input');
  const facts = { input, meta, startedAt: draft.get('startedAt'), context: draft.get('context') };
  try {
    const rendered = renderTemplate(template, runScope(facts, draft, template.nodeReferences));
    if (sizeWithin(rendered, ENGINE_LIMITS.outputSizeMax) !== null) {
      return { outcome: 'succeeded', output: rendered };
    }
    const message = `The output of the run is larger than ${ENGINE_LIMITS.outputSizeMax} characters of JSON or nested too deeply.`;
    return { outcome: 'failed', error: { code: 'OUTPUT_TOO_LARGE', message } };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { outcome: 'failed', error: expressionFailure(error) };
  }
}

/**
 * Ends the run when its time has come: something in this step says so, or nothing is open any more.
 */
export function endIfDone(draft: Draft): void {
  if (isUndoing(draft)) {
    const end = draft.requestedEnd;
    return end && end.outcome !== 'succeeded' ? stopUndoing(draft, end) : goOnUndoing(draft);
  }
  if (draft.requestedEnd) return endRun(draft, draft.requestedEnd);
  const isStopped = mustEnd(draft);
  if (!isStopped && draft.get('openCount') > 0) return;
  const first = isStopped ? draft.firstUncaught : (draft.get('uncaught')[0] ?? null);
  if (first === null) endRun(draft, { outcome: 'succeeded', output: null });
  else endRun(draft, { outcome: 'failed', error: uncaughtError(draft, first) });
}

function uncaughtError(draft: Draft, id: string): NodeError {
  const node = draft.node(id);
  if (node?.error) {
    const { code, message } = node.error;
    const verb = node.state === 'canceled' ? 'was canceled' : 'failed';
    return { code, message: `Node "${id}" ${verb}: ${message}`, details: { nodeKey: id } };
  }
  const edge = draft.graph.edges.get(id.replace('edge:', ''));
  assert(edge, `neither a failed node nor an edge: ${id}`);
  const { source, target } = edge;
  const reason = draft.node(source.key)?.verdicts?.[edge.id]?.message ?? '';
  const message = `The condition of the edge from "${source.key}" to "${target.key}" could not be evaluated: ${reason}`;
  return {
    code: 'EXPRESSION_FAILED',
    message,
    details: { edgeId: edge.id, nodeKey: source.key },
  };
}
