import { childrenOf, type SyntaxNode } from './ast.js';
import { charge, CostError } from './budget.js';
import { EXPRESSION_LIMITS } from './limits.js';
import { matchesPattern } from './pattern.js';

/**
 * Makes every node of a checked tree pay for its work: one step each, and for calls and operators
 * the size of what they read. Without it `input.list.map(a, input.list.map(b, a + b))` over a large
 * input would hold the event loop for minutes.
 */
export function meter(root: SyntaxNode): void {
  const { meta } = root;
  root.evaluate = (evaluator, _node, context) => {
    charge(1, root);
    if (meta.alternate) return meta.alternate.evaluate(evaluator, meta.alternate, context);
    if (meta.macro) return meta.macro.evaluate(evaluator, meta.macro, context);
    return meta.evaluate(evaluator, root, context);
  };
  if (root.handle) root.handle = meteredHandle(root, root.handle);
  for (const child of childrenOf(root)) meter(child);
}

function meteredHandle(node: SyntaxNode, inner: NonNullable<SyntaxNode['handle']>) {
  switch (node.op) {
    case 'call':
    case 'rcall': {
      const name = (node.args as [string])[0];
      return (operands: unknown, ...rest: unknown[]) => {
        const values = operands as unknown[];
        chargeCall(name, values, node);
        if (name === 'matches') return matchesPattern(values, node);
        return bounded(inner(values, ...rest), node);
      };
    }
    case '+':
      return (left: unknown, right: unknown, ...rest: unknown[]) => {
        if (Array.isArray(left) && Array.isArray(right)) charge(left.length + right.length, node);
        return bounded(inner(left, right, ...rest), node);
      };
    case '==':
    case '!=':
    case 'in':
      return (left: unknown, right: unknown, ...rest: unknown[]) => {
        chargeDeep(left, node);
        chargeDeep(right, node);
        return inner(left, right, ...rest);
      };
    default:
      return inner;
  }
}

/**
 * Functions that read text with a backtracking scanner of cel-js or with BigInt: quadratic in its
 * length.
 */
const PARSERS: ReadonlySet<string> = new Set(['duration', 'timestamp', 'int', 'uint', 'double']);
/** Functions that take a text apart or build a new one of it: some 10 ns per character. */
const REWRITERS: ReadonlySet<string> = new Set([
  'split',
  'replace',
  'parseJson',
  'urlEncode',
  'json',
]);
/** Functions that look into every value of a list or map, at any depth. */
const DEEP: ReadonlySet<string> = new Set([
  'json',
  'distinct',
  'flatten',
  'sort',
  'min',
  'max',
  'sum',
]);

function chargeCall(name: string, values: readonly unknown[], node: SyntaxNode): void {
  for (const value of values) {
    if (DEEP.has(name)) chargeDeep(value, node);
    else charge(shallowSize(value), node);
    if (REWRITERS.has(name) && typeof value === 'string') charge(value.length / 2, node);
    if (!PARSERS.has(name) || typeof value !== 'string') continue;
    if (value.length <= EXPRESSION_LIMITS.parseLengthMax) continue;
    throw new CostError(
      `${name}() reads at most ${EXPRESSION_LIMITS.parseLengthMax} characters, got ${value.length}.`,
      node,
    );
  }
  if (name === 'join') chargeJoin(values, node);
}

/** A join may build a text far longer than all it reads; check before building. */
function chargeJoin([list, separator]: readonly unknown[], node: SyntaxNode): void {
  if (!Array.isArray(list)) return;
  let length = typeof separator === 'string' ? separator.length * list.length : 0;
  for (const item of list) length += typeof item === 'string' ? item.length : 0;
  if (length > EXPRESSION_LIMITS.valueSizeMax) throw tooLarge(node);
}

function shallowSize(value: unknown): number {
  if (typeof value === 'string') return value.length / 16;
  if (Array.isArray(value)) return value.length;
  if (value instanceof Uint8Array) return value.length / 16;
  // Counting keys costs as much as the call will.
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

/**
 * Charges for all values inside `value`, walking with a stack: input may be nested deeper than the
 * call stack.
 */
function chargeDeep(value: unknown, node: SyntaxNode): void {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    charge(1 + shallowSize(next), node);
    if (Array.isArray(next)) for (const item of next) open.push(item);
    else if (typeof next === 'object' && next !== null) {
      for (const item of Object.values(next)) open.push(item);
    }
  }
}

/**
 * Charges for what a call or an operator made: memory of one evaluation is bounded by its steps.
 */
function bounded(value: unknown, node: SyntaxNode): unknown {
  const size = typeof value === 'string' || Array.isArray(value) ? value.length : 0;
  if (size > EXPRESSION_LIMITS.valueSizeMax) throw tooLarge(node);
  charge(shallowSize(value), node);
  return value;
}

function tooLarge(node: SyntaxNode): CostError {
  return new CostError(
    `The value is larger than ${EXPRESSION_LIMITS.valueSizeMax} characters or elements.`,
    node,
  );
}
