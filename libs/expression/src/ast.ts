import type { ASTNode } from '@marcbachmann/cel-js';

/**
 * The parts of cel-js syntax nodes that its published types leave out. `handle` runs the node on
 * evaluated operands; it is set by the type check. A macro node carries either an expansion
 * (`alternate`) or its own object (`macro`).
 */
export interface SyntaxNode {
  op: string;
  args: unknown;
  start: number;
  end: number;
  meta: {
    evaluate: EvaluateNode;
    alternate?: SyntaxNode;
    macro?: MacroNode;
  };
  evaluate: EvaluateNode;
  handle?: (...args: unknown[]) => unknown;
}

/** Evaluates a node; `node` is the node itself, or the macro's own object. */
export type EvaluateNode = (evaluator: unknown, node: unknown, context: unknown) => unknown;

interface MacroNode {
  evaluate: EvaluateNode;
  [part: string]: unknown;
}

interface Comprehension {
  iterable: SyntaxNode;
  iterVarName: string;
  init: SyntaxNode;
  step: SyntaxNode;
}

/** The syntax tree of a parsed expression with its undocumented parts. */
export function syntaxOf(ast: ASTNode): SyntaxNode {
  return ast as unknown as SyntaxNode;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'meta' in value;
}

/** Parts of a macro's own object that are expressions (`ast` is the macro call itself). */
const MACRO_PARTS = ['val', 'exp', 'receiver', 'arg'] as const;

/**
 * The nodes that evaluation visits below this one: macros expanded, variables of macros left out.
 */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  if (node.meta.alternate) return [node.meta.alternate];
  if (node.meta.macro) {
    const macro = node.meta.macro;
    const parts = MACRO_PARTS.map((part) => macro[part]).filter(isNode);
    // `has(a.b.c)` keeps its argument in `args`; the others keep variables there, which are no
    // values.
    const tested = Array.isArray(macro['args']) ? macro['args'].filter(isNode) : [];
    return parts.length > 0 ? parts : tested;
  }
  if (node.op === 'comprehension') {
    const { iterable, init, step } = node.args as Comprehension;
    return [iterable, init, step];
  }
  return isNode(node.args) ? [node.args] : flatNodes(node.args);
}

function flatNodes(args: unknown): SyntaxNode[] {
  if (!Array.isArray(args)) return [];
  return args.flatMap((arg) => (isNode(arg) ? [arg] : flatNodes(arg)));
}

/**
 * Calls `visit` for every node that evaluation can reach. The tree's depth is bounded by the
 * parser.
 */
export function walk(node: SyntaxNode, visit: (node: SyntaxNode) => void): void {
  visit(node);
  for (const child of childrenOf(node)) walk(child, visit);
}

/** Name of the variable that a macro node introduces; null for every other node. */
export function boundVariable(node: SyntaxNode): string | null {
  if (node.op === 'comprehension') return (node.args as Comprehension).iterVarName;
  const bound = node.meta.macro?.['var'];
  return typeof bound === 'string' ? bound : null;
}

/** How deep macros stand inside one another below this node. */
export function macroNesting(node: SyntaxNode): number {
  const inner = childrenOf(node).reduce((most, child) => Math.max(most, macroNesting(child)), 0);
  return inner + (node.op === 'comprehension' ? 1 : 0);
}

/**
 * `a.b["c"][0]` as `['a', 'b', 'c', 0]`; null when the node is anything but a path of literal keys
 * from a variable.
 */
export function literalPath(node: SyntaxNode): (string | number)[] | null {
  if (node.op === 'id') return [node.args as string];
  if (!['.', '.?', '[]', '[?]'].includes(node.op)) return null;
  const [receiver, key] = node.args as [SyntaxNode, unknown];
  const path = literalPath(receiver);
  if (!path) return null;
  const literal = isNode(key) && key.op === 'value' ? key.args : key;
  if (typeof literal === 'string') return [...path, literal];
  if (typeof literal === 'bigint') return [...path, Number(literal)];
  return null;
}

/** A path of literal keys from a variable, with the text range of the whole path. */
export interface AccessPath {
  path: (string | number)[];
  range: { start: number; end: number };
}

/** The longest paths of literal keys that the expression reads, from free variables only. */
export function accessPaths(root: SyntaxNode): AccessPath[] {
  const found: AccessPath[] = [];
  collectPaths(root, new Set(), found);
  return found;
}

function collectPaths(node: SyntaxNode, bound: ReadonlySet<string>, found: AccessPath[]): void {
  const path = node.meta.alternate || node.meta.macro ? null : literalPath(node);
  if (path) {
    if (!bound.has(path[0] as string)) found.push({ path, range: accessRange(node) });
    return;
  }
  const own = boundVariable(node);
  const inner = own === null ? bound : new Set([...bound, own]);
  // The iterated list stands outside of its own variable, but a scope variable cannot be shadowed,
  // so the wider set is safe.
  for (const child of childrenOf(node)) collectPaths(child, inner, found);
}

/** cel-js marks a field access from its dot on; people mean the whole `a.b.c`. */
function accessRange(node: SyntaxNode): { start: number; end: number } {
  let first = node;
  while (first.op !== 'id') first = (first.args as [SyntaxNode])[0];
  return { start: first.start, end: node.end };
}
