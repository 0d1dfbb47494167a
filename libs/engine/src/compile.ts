import {
  compileExpression, compileTemplate, nodeReferences, RETRY_SCOPE, type Expression, type ScopeShape, type Template,
} from '@heddle/expression'; // prettier-ignore
import {
  bodyOf,
  type GraphDocument,
  type GraphEdge,
  type GraphNode,
  type Join,
  UNDO_PORT,
} from '@heddle/graph';
import { assert, isJsonObject, type Json, type Problem } from '@heddle/kernel';
import { checkGraph } from './check.js';
import { configParts, shapeAt } from './config-parts.js';
import { DEFAULT_JOIN } from './join.js';
import type { ChildrenRule, NodeRegistry, NodeType } from './node-type.js';

/**
 * A graph made ready to run: looked up, parsed and checked once per workflow version. Shared by all
 * runs of that version.
 */
export interface CompiledGraph {
  readonly graph: GraphDocument;
  readonly nodes: ReadonlyMap<string, CompiledNode>;
  /** Nodes without incoming edges: they start with the run. */
  readonly sources: readonly CompiledNode[];
  readonly edges: ReadonlyMap<string, CompiledEdge>;
  /** Nodes that undo others, in document order; not part of the normal course. */
  readonly undoNodes: readonly CompiledNode[];
  /** The run's output; null when the settings name none. */
  readonly output: Template | null;
}

/** A node with its type, its neighbours and its parsed expressions. */
export interface CompiledNode {
  readonly key: string;
  readonly node: GraphNode;
  readonly type: NodeType;
  readonly join: Join;
  /** Without the edges of port `undo`, which join nothing. */
  readonly incoming: readonly CompiledEdge[];
  readonly outgoing: readonly CompiledEdge[];
  /** The node whose work this one undoes; null for a node of the normal course. */
  readonly undoes: CompiledNode | null;
  /** The node that undoes this one's work. */
  readonly undoneBy: CompiledNode | null;
  readonly retryOn: Expression | null;
  /** Keys of the nodes that the config's templates and expressions read. */
  readonly references: readonly string[];
  /** The graph drawn inside the node; null when its type has none. */
  readonly body: CompiledGraph | null;
  /** How it runs child runs; null when it runs none. */
  readonly children: ChildrenRule | null;
  /**
   * Template at a JSON pointer of the node; undefined when nothing is there. Compiled at first use.
   */
  template(path: string): Template | undefined;
  /** Bare expression at a JSON pointer of the node. */
  expression(path: string): Expression;
}

/** An edge between two compiled nodes. */
export interface CompiledEdge {
  readonly id: string;
  readonly port: string;
  readonly source: CompiledNode;
  readonly target: CompiledNode;
  readonly when: Expression | null;
}

/** Outcome of {@link compileGraph}. */
export type CompileResult =
  { ok: true; compiled: CompiledGraph } | { ok: false; problems: Problem[] };

/**
 * Makes a graph ready to run. Refused, with all problems, exactly when `checkGraph` finds an error;
 * warnings do not hinder.
 */
export function compileGraph(graph: GraphDocument, registry: NodeRegistry): CompileResult {
  const problems = checkGraph(graph, registry);
  if (problems.some((problem) => problem.severity === 'error')) return { ok: false, problems };
  return { ok: true, compiled: build(graph, registry) };
}

/**
 * The graph inside nodes, as `graphAt` of a document: `[]` is the graph itself. Null when there is
 * none at that path.
 */
export function compiledAt(compiled: CompiledGraph, path: readonly string[]): CompiledGraph | null {
  let graph: CompiledGraph | null = compiled;
  for (const key of path) graph = graph?.nodes.get(key)?.body ?? null;
  return graph;
}

interface MutableNode extends CompiledNode {
  readonly incoming: CompiledEdge[];
  readonly outgoing: CompiledEdge[];
  undoes: CompiledNode | null;
  undoneBy: CompiledNode | null;
}

function build(graph: GraphDocument, registry: NodeRegistry): CompiledGraph {
  const nodes = new Map<string, MutableNode>();
  for (const node of graph.nodes) nodes.set(node.key, compileNode(node, registry));
  const edges = new Map<string, CompiledEdge>();
  for (const edge of graph.edges) {
    const compiled = compileEdge(edge, nodes);
    edges.set(edge.id, compiled);
    const source = compiled.source as MutableNode;
    const target = compiled.target as MutableNode;
    if (edge.port === UNDO_PORT) {
      source.undoneBy = target;
      target.undoes = source;
      continue;
    }
    source.outgoing.push(compiled);
    target.incoming.push(compiled);
  }
  const { output } = graph.settings;
  return {
    graph,
    nodes,
    edges,
    sources: [...nodes.values()].filter(
      (node) => node.incoming.length === 0 && node.undoes === null,
    ),
    undoNodes: [...nodes.values()].filter((node) => node.undoes !== null),
    output: output === undefined ? null : mustCompileTemplate(output, '/settings/output'),
  };
}

function compileEdge(edge: GraphEdge, nodes: ReadonlyMap<string, CompiledNode>): CompiledEdge {
  const source = nodes.get(edge.source);
  const target = nodes.get(edge.target);
  assert(source && target, `edge ${edge.id} has unknown ends after checkGraph`);
  const when = edge.when === undefined ? null : mustCompile(edge.when);
  return { id: edge.id, port: edge.port, source, target, when };
}

function compileNode(node: GraphNode, registry: NodeRegistry): MutableNode {
  const type = registry[node.type] as NodeType;
  const body = bodyOf(node);
  const templates = new Map<string, Template | undefined>();
  const expressions = new Map<string, Expression>();
  return {
    key: node.key,
    node,
    type,
    join: node.join ?? DEFAULT_JOIN,
    incoming: [],
    outgoing: [],
    undoes: null,
    undoneBy: null,
    retryOn:
      node.retry?.retryOn === undefined ? null : mustCompile(node.retry.retryOn, RETRY_SCOPE),
    references: configReferences(node, type),
    body: body && build(body, registry),
    children: type.children?.(node.config) ?? null,
    template(path) {
      if (templates.has(path)) return templates.get(path);
      const value = valueAt(node, path);
      const template =
        value === undefined ? undefined : mustCompileTemplate(value, path, shapeAt(type, path));
      templates.set(path, template);
      return template;
    },
    expression(path) {
      const known = expressions.get(path);
      if (known) return known;
      const source = valueAt(node, path);
      assert(typeof source === 'string', `no expression at ${path} of node ${node.key}`);
      const expression = mustCompile(source, shapeAt(type, path));
      expressions.set(path, expression);
      return expression;
    },
  };
}

function configReferences(node: GraphNode, type: NodeType): string[] {
  const { bare, templates } = configParts(node, type);
  const keys = new Set(
    templates.flatMap(
      ({ value, path, shape }) => mustCompileTemplate(value, path, shape).nodeReferences,
    ),
  );
  for (const { source, shape } of bare)
    for (const key of nodeReferences(mustCompile(source, shape))) keys.add(key);
  return [...keys];
}

function mustCompile(source: string, shape?: ScopeShape): Expression {
  const result = compileExpression(source, shape);
  assert(result.ok, `expression was not checked: ${source}`);
  return result.expression;
}

function mustCompileTemplate(value: Json, path: string, shape?: ScopeShape): Template {
  const result = compileTemplate(value, path, shape);
  assert(result.ok, `template was not checked: ${path}`);
  return result.template;
}

function valueAt(node: GraphNode, path: string): Json | undefined {
  let value: Json | undefined = node as unknown as Json;
  for (const step of path.split('/').slice(1)) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isJsonObject(value) && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
  }
  return value;
}
