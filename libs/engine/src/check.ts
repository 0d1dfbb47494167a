import {
  compileExpression, compileTemplate, RETRY_SCOPE, RUN_SCOPE, type Expression, type ScopeShape,
} from '@heddle/expression'; // prettier-ignore
import {
  bodyOf, checkInputSchema, checkSchema, indexOf, problemsInBody, structureProblems, type GraphDocument, type GraphEdge, type GraphNode, UNDO_PORT } from '@heddle/graph'; // prettier-ignore
import type { Problem } from '@heddle/kernel';
import { Ancestors } from './ancestors.js';
import { joinWarnings } from './check-joins.js';
import { undoProblems } from './check-undo.js';
import { configParts, type TemplatePart } from './config-parts.js';
import type { NodeRegistry, NodeType } from './node-type.js';

/** Problems reported for one graph; more would not help anybody. */
const PROBLEMS_MAX = 500;

/** Expressions of one document: compiling one takes some 20 µs, so checking stays below a second. */
const EXPRESSIONS_MAX = 20_000;

/** Static types that can turn out to be a boolean. */
const BOOLEAN_TYPES: ReadonlySet<string> = new Set(['bool', 'dyn', 'dyn<bool>']);

interface Check {
  graph: GraphDocument;
  registry: NodeRegistry;
  ancestors: Ancestors;
  problems: Problem[];
  allowance: Allowance;
}

/** What the checks of a document, bodies included, may still cost. */
interface Allowance {
  /** Expressions that may still be compiled. */
  expressionsLeft: number;
}

type Place = Pick<Problem, 'nodeKey' | 'edgeId' | 'path'>;

/**
 * Everything that can be known to be wrong with a graph before it runs: configs, expressions and
 * what they refer to, ports, conditions, policies (errors), and joins that can never fire
 * (warnings). Each problem names its node or edge, the place inside, and for expressions the
 * characters. Graphs inside nodes are checked as well; see `problemsInBody` for how their problems are
 * placed.
 */
export function checkGraph(graph: GraphDocument, registry: NodeRegistry): Problem[] {
  const structure = structureProblems(graph);
  if (structure.length > 0) return structure.slice(0, PROBLEMS_MAX);
  const allowance = { expressionsLeft: EXPRESSIONS_MAX };
  return checkLevel(graph, registry, allowance).slice(0, PROBLEMS_MAX);
}

function checkLevel(graph: GraphDocument, registry: NodeRegistry, allowance: Allowance): Problem[] {
  const check: Check = {
    graph,
    registry,
    ancestors: new Ancestors(graph),
    problems: [],
    allowance,
  };
  if (graph.nodes.length === 0) {
    report(check, 'EMPTY_GRAPH', 'There is nothing to run yet: add a node.', { path: '/nodes' });
  }
  for (const node of graph.nodes) checkNode(check, node);
  for (const edge of graph.edges) checkEdge(check, edge);
  checkSettings(check);
  check.problems.push(...undoProblems(graph, registry), ...joinWarnings(graph, registry));
  return check.problems;
}

function report(check: Check, code: string, message: string, place: Place): void {
  check.problems.push({ code, message, severity: 'error', ...place });
}

function checkNode(check: Check, node: GraphNode): void {
  const type = Object.hasOwn(check.registry, node.type) ? check.registry[node.type] : undefined;
  const place = { nodeKey: node.key };
  if (!type) {
    const known = Object.keys(check.registry).join(', ');
    const message = `There is no node type "${node.type}"; the types are ${known}.`;
    report(check, 'UNKNOWN_TYPE', message, { ...place, path: '/type' });
    return;
  }
  const misfits = checkSchema(type.configSchema, node.config, '/config');
  for (const { path, message } of misfits) report(check, 'CONFIG', message, { ...place, path });
  // A type's own check may rely on a config that fits its schema.
  if (misfits.length === 0) {
    for (const found of type.check?.(node) ?? [])
      check.problems.push({ ...found, nodeKey: node.key });
  }
  checkConfigExpressions(check, node, type);
  checkPolicies(check, node);
  const body = bodyOf(node);
  if (!body) return;
  const inside = checkLevel(body, check.registry, check.allowance);
  check.problems.push(...problemsInBody(node.key, body, inside.slice(0, PROBLEMS_MAX)));
}

function checkConfigExpressions(check: Check, node: GraphNode, type: NodeType): void {
  const isUpstream = (key: string) => check.ancestors.has(node.key, key);
  const { bare, templates } = configParts(node, type);
  for (const { path, source, shape } of bare) {
    checkExpression(check, source, { nodeKey: node.key, path }, { shape, isUpstream });
  }
  for (const part of templates) checkTemplate(check, part, { nodeKey: node.key }, isUpstream);
}

function checkPolicies(check: Check, node: GraphNode): void {
  const place = (path: string) => ({ nodeKey: node.key, path });
  const retryOn = node.retry?.retryOn;
  if (retryOn !== undefined) {
    checkExpression(check, retryOn, place('/retry/retryOn'), {
      shape: RETRY_SCOPE,
      isBoolean: true,
    });
  }
  if (
    node.deadlineMs !== undefined &&
    node.timeoutMs !== undefined &&
    node.deadlineMs < node.timeoutMs
  ) {
    const message = `The deadline (${node.deadlineMs} ms) ends before one attempt's timeout (${node.timeoutMs} ms).`;
    check.problems.push({
      code: 'DEADLINE_BELOW_TIMEOUT',
      message,
      severity: 'warning',
      ...place('/deadlineMs'),
    });
  }
}

function checkEdge(check: Check, edge: GraphEdge): void {
  const source = indexOf(check.graph).nodes.get(edge.source) as GraphNode;
  const type = Object.hasOwn(check.registry, source.type) ? check.registry[source.type] : undefined;
  if (type) checkPort(check, edge, source, type);
  if (edge.when === undefined) return;
  const isUpstream = (key: string) => key === edge.source || check.ancestors.has(edge.source, key);
  checkExpression(
    check,
    edge.when,
    { edgeId: edge.id, path: '/when' },
    { isUpstream, isBoolean: true },
  );
}

function checkPort(check: Check, edge: GraphEdge, source: GraphNode, type: NodeType): void {
  const ports = type.ports(source.config).map((port) => port.name);
  if (ports.includes(edge.port)) return;
  if (edge.port === UNDO_PORT && ports.includes('success')) return;
  const message =
    ports.length === 0
      ? `"${source.key}" ends the run: no edge can leave it.`
      : `"${source.key}" has no port "${edge.port}"; it has ${ports.join(', ')}.`;
  report(check, 'UNKNOWN_PORT', message, { edgeId: edge.id, path: '/port' });
}

function checkSettings(check: Check): void {
  const { settings, inputSchema } = check.graph;
  if (settings.output !== undefined) {
    const part = { path: '/settings/output', value: settings.output, shape: RUN_SCOPE };
    checkTemplate(check, part, {}, () => true);
  }
  if (inputSchema) check.problems.push(...checkInputSchema(inputSchema));
}

/** False, and reported once, when the graph has more expressions than may be compiled. */
function spend(check: Check, count: number): boolean {
  const { allowance } = check;
  if (allowance.expressionsLeft < 0) return false;
  allowance.expressionsLeft -= count;
  if (allowance.expressionsLeft >= 0) return true;
  const message = `The graph has more than ${EXPRESSIONS_MAX} expressions.`;
  report(check, 'TOO_MANY_EXPRESSIONS', message, { path: '/nodes' });
  return false;
}

interface Expectation {
  shape?: ScopeShape;
  /** Whether a node has ended for sure when the expression is evaluated. */
  isUpstream?: (key: string) => boolean;
  isBoolean?: boolean;
}

function checkExpression(check: Check, source: string, place: Place, expected: Expectation): void {
  if (!spend(check, 1)) return;
  const { shape = RUN_SCOPE, isUpstream = () => true, isBoolean = false } = expected;
  const result = compileExpression(source, shape);
  if (!result.ok) {
    check.problems.push({
      severity: 'error',
      ...place,
      ...result.problem,
      code: `EXPRESSION_${result.problem.code}`,
    });
    return;
  }
  if (isBoolean && !BOOLEAN_TYPES.has(result.expression.type)) {
    const range = { start: 0, end: source.length };
    const message = `A condition must be true or false; this is of type ${result.expression.type}.`;
    check.problems.push({ code: 'EXPRESSION_TYPE', message, severity: 'error', ...place, range });
  }
  checkReferences(check, result.expression, { place, isUpstream, offset: 0 });
}

function checkTemplate(
  check: Check,
  { path, value, shape }: TemplatePart,
  owner: Place,
  isUpstream: (key: string) => boolean,
): void {
  if (!spend(check, 0)) return;
  const result = compileTemplate(value, path, shape);
  if (!result.ok) {
    for (const found of result.problems) {
      check.problems.push({
        severity: 'error',
        ...owner,
        ...found,
        code: `EXPRESSION_${found.code}`,
      });
    }
    return;
  }
  spend(check, result.template.expressions.length);
  for (const { path: at, offset, expression } of result.template.expressions) {
    checkReferences(check, expression, { place: { ...owner, path: at }, isUpstream, offset });
  }
}

/** Where an expression stands, and what has ended for sure when it is evaluated. */
interface Standing {
  place: Place;
  isUpstream: (key: string) => boolean;
  /** Where its text starts in the string at the place. */
  offset: number;
}

function checkReferences(
  check: Check,
  expression: Expression,
  { place, isUpstream, offset }: Standing,
): void {
  for (const { path, range } of expression.paths) {
    if (path[0] !== 'nodes') continue;
    const key = String(path[1]);
    const at = { ...place, range: { start: range.start + offset, end: range.end + offset } };
    if (!check.ancestors.isNode(key)) {
      const message = `There is no node "${key}".`;
      check.problems.push({ code: 'UNKNOWN_NODE', message, severity: 'error', ...at });
    } else if (!isUpstream(key)) {
      const message = `"${key}" does not come before this, so its output is not known here: join them by an edge.`;
      check.problems.push({ code: 'NOT_UPSTREAM', message, severity: 'error', ...at });
    }
  }
}
