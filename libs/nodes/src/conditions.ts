import { compileExpression, type ScopeShape } from '@heddle/expression';
import type { GraphNode } from '@heddle/graph';
import type { Problem } from '@heddle/kernel';

/** What the condition at a key of a node's config gets wrong: it must be able to be true or false. */
export function conditionProblems(node: GraphNode, key: string, shape: ScopeShape): Problem[] {
  const source = node.config[key];
  if (typeof source !== 'string') return [];
  const result = compileExpression(source, shape);
  // An expression that does not compile has its problem already.
  if (!result.ok || ['bool', 'dyn'].includes(result.expression.type)) return [];
  const message = `A condition must be true or false; this is of type ${result.expression.type}.`;
  const range = { start: 0, end: source.length };
  return [{ code: 'EXPRESSION_TYPE', message, severity: 'error', path: `/config/${key}`, range }];
}
