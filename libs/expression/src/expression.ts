import { Environment, type ParseResult } from '@marcbachmann/cel-js';
import { messageOf, type Json } from '@heddle/kernel';
import {
  accessPaths,
  boundVariable,
  macroNesting,
  syntaxOf,
  walk,
  type AccessPath,
} from './ast.js';
import { CostError, newWork, spending, type WorkBudget } from './budget.js';
import { meter } from './cost.js';
import { ExpressionError, type ExpressionProblem, type SourceRange } from './errors.js';
import { registerFunctions } from './functions.js';
import { EXPRESSION_LIMITS } from './limits.js';
import { PatternError } from './pattern.js';
import { RUN_SCOPE, type Scope, type ScopeShape } from './scope.js';
import { NotJsonError, toJson, type SizeBudget } from './values.js';

/** A checked expression, ready to evaluate any number of times. Made once per workflow version. */
export interface Expression {
  readonly source: string;
  /** Static CEL type of the result: `bool`, `string`, `dyn` when only known at run time, … */
  readonly type: string;
  /** Paths of literal keys that it reads, e.g. `['nodes', 'price', 'output']`. */
  readonly paths: readonly AccessPath[];
  /** Runs it; internal, use {@link evaluate}. */
  readonly run: ParseResult;
}

/** Outcome of {@link compileExpression}. */
export type CompiledExpression =
  { ok: true; expression: Expression } | { ok: false; problem: ExpressionProblem };

const environments = new WeakMap<ScopeShape, Environment>();

/**
 * The type-checking environment of a scope shape; building one takes milliseconds, so it is kept.
 */
export function environmentOf(shape: ScopeShape): Environment {
  const known = environments.get(shape);
  if (known) return known;
  const env = new Environment({
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
    limits: {
      maxAstNodes: EXPRESSION_LIMITS.astNodesMax,
      maxDepth: EXPRESSION_LIMITS.depthMax,
      maxListElements: EXPRESSION_LIMITS.listElementsMax,
    },
  });
  registerFunctions(env);
  for (const [name, description] of Object.entries(shape.variables)) {
    env.registerVariable(name, 'dyn', { description });
  }
  environments.set(shape, env);
  return env;
}

/**
 * Compiled expressions of this process, by scope shape and text. A workflow is checked at every
 * edit and its nodes often say the same, so most texts come again.
 */
const caches = new WeakMap<ScopeShape, Map<string, CompiledExpression>>();
const CACHED_MAX = 5_000;
const CACHED_LENGTH_MAX = 300;

function cacheOf(shape: ScopeShape): Map<string, CompiledExpression> {
  const known = caches.get(shape);
  if (known) return known;
  const cache = new Map<string, CompiledExpression>();
  caches.set(shape, cache);
  return cache;
}

/**
 * Parses and type-checks one CEL expression. Never throws: any text gives an expression or a
 * problem with a place. JSON numbers are CEL doubles and may be mixed with integer literals in
 * arithmetic.
 */
export function compileExpression(
  source: string,
  shape: ScopeShape = RUN_SCOPE,
): CompiledExpression {
  const cache = cacheOf(shape);
  const known = cache.get(source);
  if (known) return known;
  const compiled = compileUncached(source, shape);
  if (source.length <= CACHED_LENGTH_MAX) {
    // The oldest leaves, so that texts typed long ago do not pile up.
    if (cache.size >= CACHED_MAX) cache.delete(cache.keys().next().value as string);
    cache.set(source, compiled);
  }
  return compiled;
}

function compileUncached(source: string, shape: ScopeShape): CompiledExpression {
  if (source.trim() === '') return refuse('SYNTAX', 'The expression is empty.', source);
  if (source.length > EXPRESSION_LIMITS.sourceLengthMax) {
    const limit = EXPRESSION_LIMITS.sourceLengthMax;
    return refuse('LIMIT', `${source.length} characters; at most ${limit} are allowed.`, source);
  }
  let run: ParseResult;
  try {
    run = environmentOf(shape).parse(source);
    const checked = run.check();
    if (!checked.valid) return { ok: false, problem: problemOf(checked.error, source, 'TYPE') };
    const root = syntaxOf(run.ast);
    const paths = accessPaths(root);
    const problem = structureProblem(run, shape) ?? fieldProblem(paths, shape);
    if (problem) return { ok: false, problem };
    meter(root);
    return { ok: true, expression: { source, type: checked.type ?? 'dyn', paths, run } };
  } catch (error) {
    // cel-js throws its own ParseError; anything else it throws on odd text is reported as a syntax
    // problem too.
    return { ok: false, problem: problemOf(error, source, 'SYNTAX') };
  }
}

/**
 * Value of an expression in a scope, as JSON; may share structure with the scope. Pure, and bounded
 * in time and memory. What it costs is taken from `work`, which several evaluations may share.
 * @throws {ExpressionError} when a key is missing, types do not fit, or a bound is exceeded;
 * `.range` is the place.
 */
export function evaluate(expression: Expression, scope: Scope, work = newWork()): Json {
  const sizeLeft = EXPRESSION_LIMITS.resultSizeMax;
  return evaluateWithin(expression, scope, { sizeLeft, work });
}

/** What an evaluation may use up: characters of JSON, and steps. */
export interface EvaluationBudget extends SizeBudget {
  work: WorkBudget;
}

/** Looking at 8 characters of the result takes about as long as one step. */
const CHARACTERS_PER_STEP = 8;

/** {@link evaluate}, taking the size of the value from a budget that several expressions share. */
export function evaluateWithin(
  expression: Expression,
  scope: Scope,
  budget: EvaluationBudget,
): Json {
  const sizeBefore = budget.sizeLeft;
  try {
    return spending(budget.work, () => toJson(expression.run(scope), budget));
  } catch (error) {
    throw asExpressionError(error, expression.source);
  } finally {
    budget.work.stepsLeft -= (sizeBefore - budget.sizeLeft) / CHARACTERS_PER_STEP;
  }
}

/** Keys of the nodes that an expression reads, each once. */
export function nodeReferences(expression: Expression): string[] {
  const keys = new Set<string>();
  for (const { path } of expression.paths) if (path[0] === 'nodes') keys.add(String(path[1]));
  return [...keys];
}

function asExpressionError(error: unknown, source: string): ExpressionError {
  return new ExpressionError(evaluationProblem(error, source), source);
}

function evaluationProblem(error: unknown, source: string): ExpressionProblem {
  const range = { start: 0, end: source.length };
  if (error instanceof CostError) {
    return { code: 'COST', message: error.message, range: rangeOf(error.node) };
  }
  if (error instanceof PatternError) {
    return { code: 'EVALUATION', message: error.message, range: rangeOf(error.node) };
  }
  if (error instanceof NotJsonError) return { code: 'RESULT', message: error.message, range };
  if (error instanceof RangeError) {
    return { code: 'COST', message: 'The values are nested too deeply or too large.', range };
  }
  const problem = problemOf(error, source, 'EVALUATION');
  // cel-js tells kinds of values apart by their `constructor`, which such a key hides.
  const isHidden = (error as { code?: string }).code === 'unsupported_type';
  const message = isHidden ? 'An object with a key "constructor" cannot be read.' : problem.message;
  return { ...problem, message, code: 'EVALUATION' };
}

function rangeOf(node: SourceRange): SourceRange {
  return { start: node.start, end: node.end };
}

/** cel-js errors carry `summary`, `code` and `range`; other errors only a message. */
function problemOf(
  error: unknown,
  source: string,
  code: ExpressionProblem['code'],
): ExpressionProblem {
  const cel = error as { summary?: string; code?: string; range?: SourceRange };
  const message = cel.summary ?? messageOf(error);
  const range = inside(cel.range, source);
  if (cel.code === 'unknown_variable') return { code: 'UNKNOWN_VARIABLE', message, range };
  if (/exceeded|limit/i.test(cel.code ?? '') || /^Exceeded/i.test(message)) {
    return { code: 'LIMIT', message, range };
  }
  return { code, message, range };
}

function inside(range: SourceRange | undefined, source: string): SourceRange {
  const start = Math.min(Math.max(range?.start ?? 0, 0), source.length);
  const end = Math.min(Math.max(range?.end ?? source.length, start), source.length);
  return { start, end };
}

function refuse(
  code: ExpressionProblem['code'],
  message: string,
  source: string,
): CompiledExpression {
  return { ok: false, problem: { code, message, range: { start: 0, end: source.length } } };
}

function structureProblem(run: ParseResult, shape: ScopeShape): ExpressionProblem | null {
  const root = syntaxOf(run.ast);
  if (macroNesting(root) > EXPRESSION_LIMITS.macroNestingMax) {
    const message = `Macros may stand ${EXPRESSION_LIMITS.macroNestingMax} deep inside one another at most.`;
    return { code: 'LIMIT', message, range: rangeOf(root) };
  }
  let problem: ExpressionProblem | null = null;
  walk(root, (node) => {
    const name = boundVariable(node);
    if (problem || name === null || !(name in shape.variables)) return;
    const message = `"${name}" is a variable of every expression; choose another name for the element.`;
    problem = { code: 'UNKNOWN_VARIABLE', message, range: rangeOf(node) };
  });
  return problem;
}

/**
 * Finds unknown fields of the variables whose fields are fixed, and uses of `nodes` without a
 * literal key.
 */
function fieldProblem(paths: readonly AccessPath[], shape: ScopeShape): ExpressionProblem | null {
  for (const { path, range } of paths) {
    const [variable, key, field, inner] = path;
    const members = shape.fields[`${String(variable)}.*`];
    const allowed = members ?? shape.fields[String(variable)];
    if (!allowed) continue;
    if (members && typeof key !== 'string') {
      const message = `Name one member: "${String(variable)}.<key>"; it cannot be used as a whole or by a computed key.`;
      return { code: 'UNKNOWN_FIELD', message, range };
    }
    const name = members ? field : key;
    const place = members ? `${String(variable)}.${String(key)}` : String(variable);
    const deeper = members && shape.fields[`${String(variable)}.*.${String(field)}`];
    const problem =
      unknownField(place, name, allowed) ??
      (deeper && unknownField(`${place}.${String(field)}`, inner, deeper));
    if (problem) return { code: 'UNKNOWN_FIELD', message: problem, range };
  }
  return null;
}

/** What is wrong with a field of a place whose fields are fixed; null when it is one of them. */
function unknownField(
  place: string,
  name: string | number | undefined,
  allowed: Readonly<Record<string, string>>,
): string | null {
  if (name === undefined || String(name) in allowed) return null;
  return `"${place}" has no field "${String(name)}"; it has ${Object.keys(allowed).join(', ')}.`;
}
