import { isJsonObject, setOwn, type Json, type JsonObject } from '@heddle/kernel';
import { ExpressionError, type ExpressionProblem } from './errors.js';
import { newWork, type WorkBudget } from './budget.js';
import {
  compileExpression,
  evaluateWithin,
  nodeReferences,
  type EvaluationBudget,
  type Expression,
} from './expression.js';
import { EXPRESSION_LIMITS } from './limits.js';
import { RUN_SCOPE, type Scope, type ScopeShape } from './scope.js';
import { splitTemplate, type TemplateSegment } from './segments.js';

/**
 * JSON whose strings may hold `${{ … }}`, checked and ready to render. Made once per workflow
 * version.
 */
export interface Template {
  /** The whole value when it holds no expression: rendering returns it as it is. */
  readonly constant: Json | undefined;
  /** Keys of the nodes that its expressions read, each once. */
  readonly nodeReferences: readonly string[];
  /** Its expressions, each with the pointer of its string and where it starts in it. */
  readonly expressions: readonly { path: string; offset: number; expression: Expression }[];
  readonly root: TemplateNode;
}

type TemplateNode =
  | { kind: 'constant'; value: Json }
  /** A string that is one whole expression: keeps the value's type. */
  | { kind: 'value'; path: string; source: string; part: CompiledPart }
  | { kind: 'text'; path: string; source: string; parts: (string | CompiledPart)[] }
  | { kind: 'list'; items: TemplateNode[] }
  | { kind: 'record'; entries: [string, TemplateNode][] };

interface CompiledPart {
  expression: Expression;
  /** Where the expression's text starts inside the string. */
  offset: number;
}

/**
 * A problem inside a template: `path` is the JSON pointer of the string, `range` the place in it.
 */
export interface TemplateProblem extends ExpressionProblem {
  path: string;
}

/** Outcome of {@link compileTemplate}. */
export type CompiledTemplate =
  { ok: true; template: Template } | { ok: false; problems: TemplateProblem[] };

interface Compilation {
  shape: ScopeShape;
  problems: TemplateProblem[];
  expressions: { path: string; offset: number; expression: Expression }[];
  segmentCount: number;
}

/**
 * Checks every `${{ … }}` in a JSON value. Never throws; all problems are returned, with paths
 * below `path`. Keys of objects are not templates.
 */
export function compileTemplate(
  value: Json,
  path = '',
  shape: ScopeShape = RUN_SCOPE,
): CompiledTemplate {
  const state: Compilation = { shape, problems: [], expressions: [], segmentCount: 0 };
  const root = compileValue(value, path, 0, state);
  if (state.problems.length > 0) return { ok: false, problems: state.problems };
  const constant = root.kind === 'constant' ? root.value : undefined;
  const references = new Set(state.expressions.flatMap((part) => nodeReferences(part.expression)));
  const { expressions } = state;
  return { ok: true, template: { constant, root, expressions, nodeReferences: [...references] } };
}

/**
 * The template with all expressions replaced by their values. A string that is one whole `${{ … }}`
 * keeps the value's type; in other strings texts stand as they are and anything else as its JSON
 * text. May share structure with the template and the scope.
 * All its expressions together may take `costMax` steps, which are taken from `work`.
 * @throws {ExpressionError} with `path` and `range` of the expression that failed.
 */
export function renderTemplate(template: Template, scope: Scope, work = newWork()): Json {
  if (template.constant !== undefined) return template.constant;
  const granted = Math.min(work.stepsLeft, EXPRESSION_LIMITS.costMax);
  const own: WorkBudget = { stepsLeft: granted };
  try {
    return render(template.root, { scope, sizeLeft: EXPRESSION_LIMITS.resultSizeMax, work: own });
  } finally {
    work.stepsLeft -= granted - own.stepsLeft;
  }
}

function compileValue(value: Json, path: string, depth: number, state: Compilation): TemplateNode {
  if (typeof value === 'string') return compileString(value, path, state);
  if (typeof value !== 'object' || value === null) return { kind: 'constant', value };
  if (depth >= EXPRESSION_LIMITS.jsonDepthMax) {
    const message = `The value is nested more than ${EXPRESSION_LIMITS.jsonDepthMax} deep.`;
    state.problems.push({ code: 'LIMIT', message, path, range: { start: 0, end: 0 } });
    return { kind: 'constant', value: null };
  }
  if (Array.isArray(value)) {
    const items = value.map((item, i) => compileValue(item, `${path}/${i}`, depth + 1, state));
    return items.every(isConstant) ? { kind: 'constant', value } : { kind: 'list', items };
  }
  const entries = Object.entries(value).map(([key, item]): [string, TemplateNode] => [
    key,
    compileValue(item, `${path}/${escapePointer(key)}`, depth + 1, state),
  ]);
  const allConstant = entries.every(([, node]) => isConstant(node));
  return allConstant ? { kind: 'constant', value } : { kind: 'record', entries };
}

function isConstant(node: TemplateNode): boolean {
  return node.kind === 'constant';
}

/** A key as one step of a JSON pointer (RFC 6901). */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function compileString(source: string, path: string, state: Compilation): TemplateNode {
  if (!source.includes('${{')) return { kind: 'constant', value: source };
  const split = splitTemplate(source);
  if (!split.ok) {
    state.problems.push({ code: 'SYNTAX', message: split.message, path, range: split.range });
    return { kind: 'constant', value: null };
  }
  const parts: (string | CompiledPart)[] = [];
  for (const segment of split.segments) {
    if (segment.kind === 'text') parts.push(segment.text);
    else parts.push(...compileSegment(segment, path, state));
  }
  const [only] = parts;
  const isWhole = split.segments.length === 1 && typeof only === 'object';
  if (isWhole) return { kind: 'value', path, source, part: only };
  return { kind: 'text', path, source, parts };
}

function compileSegment(
  segment: TemplateSegment & { kind: 'expression' },
  path: string,
  state: Compilation,
): CompiledPart[] {
  state.segmentCount++;
  if (state.segmentCount > EXPRESSION_LIMITS.templateSegmentsMax) {
    if (state.segmentCount > EXPRESSION_LIMITS.templateSegmentsMax + 1) return [];
    const message = `More than ${EXPRESSION_LIMITS.templateSegmentsMax} expressions in one template.`;
    state.problems.push({ code: 'LIMIT', message, path, range: segment.range });
    return [];
  }
  const compiled = compileExpression(segment.source, state.shape);
  const offset = segment.sourceStart;
  if (!compiled.ok) {
    const { range, ...problem } = compiled.problem;
    const moved = { start: range.start + offset, end: range.end + offset };
    state.problems.push({ ...problem, path, range: moved });
    return [];
  }
  state.expressions.push({ path, offset, expression: compiled.expression });
  return [{ expression: compiled.expression, offset }];
}

interface Rendering extends EvaluationBudget {
  scope: Scope;
}

function render(node: TemplateNode, rendering: Rendering): Json {
  switch (node.kind) {
    case 'constant':
      return node.value;
    case 'value':
      return renderPart(node, node.part, rendering);
    case 'text': {
      const texts = node.parts.map((part) =>
        typeof part === 'string' ? part : textOf(renderPart(node, part, rendering)),
      );
      return texts.join('');
    }
    case 'list':
      return node.items.map((item) => render(item, rendering));
    case 'record': {
      const record: JsonObject = {};
      for (const [key, item] of node.entries) setOwn(record, key, render(item, rendering));
      return record;
    }
  }
}

function renderPart(
  node: { path: string; source: string },
  { expression, offset }: CompiledPart,
  rendering: Rendering,
): Json {
  try {
    return evaluateWithin(expression, rendering.scope, rendering);
  } catch (error) {
    if (error instanceof ExpressionError) throw error.within(node.source, node.path, offset);
    throw error;
  }
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Whether a JSON value holds any `${{`; cheaper than compiling it. */
export function hasExpressions(value: Json): boolean {
  if (typeof value === 'string') return value.includes('${{');
  if (Array.isArray(value)) return value.some(hasExpressions);
  return isJsonObject(value) && Object.values(value).some(hasExpressions);
}
