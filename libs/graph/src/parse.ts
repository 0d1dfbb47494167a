import { isJsonObject, type Json, type Problem } from '@heddle/kernel';
import { BODY_TYPES, graphSize, problemsInBody } from './bodies.js';
import { checkSchema, type SchemaProblem } from './schema-check.js';
import {
  emptyGraph,
  GRAPH_LIMITS,
  type GraphDocument,
  type GraphEdge,
  type GraphNode,
} from './document.js';
import { GRAPH_SCHEMA } from './document-schema.js';
import { findCycle, incoming, indexOf } from './index-graph.js';
import { jsonValueProblem } from './json-value.js';
import { edgeIdProblem, nodeKeyProblem } from './keys.js';
import { migrateGraph } from './migrate.js';

/** Outcome of {@link parseGraph}. */
export type ParsedGraph = { ok: true; graph: GraphDocument } | { ok: false; problems: Problem[] };

/**
 * Checks a document from outside, of this or an older schema version: shape, bounds, unique keys,
 * known ends, no cycle; the same of graphs inside nodes (see `problemsInBody` for how their problems
 * are placed). Never throws. What the nodes are configured to do is not looked at: see
 * `checkGraph` of the engine.
 */
export function parseGraph(value: unknown): ParsedGraph {
  const unfit = jsonValueProblem(value, GRAPH_LIMITS.sizeBytesMax);
  if (unfit) return { ok: false, problems: [problem('NOT_JSON', unfit.message, unfit.path)] };
  const migrated = migrateGraph(value as Json);
  if (!migrated.ok) return { ok: false, problems: [migrated.problem] };
  const shape = checkSchema(GRAPH_SCHEMA, migrated.value);
  if (shape.length > 0) {
    return { ok: false, problems: shape.map((found) => located(found, migrated.value)) };
  }
  const graph = migrated.value as unknown as GraphDocument;
  const problems = structureProblems(graph);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, graph };
}

/** What a schema cannot say about a well-shaped document. Empty when it is sound. */
export function structureProblems(graph: GraphDocument): Problem[] {
  const problems = problemsWithin(graph, 0);
  if (problems.length > 0) return problems;
  const { nodes, edges } = graphSize(graph);
  if (nodes <= GRAPH_LIMITS.nodesMax && edges <= GRAPH_LIMITS.edgesMax) return [];
  const message = `The graph has ${nodes} nodes and ${edges} edges, those inside its nodes included; at most ${GRAPH_LIMITS.nodesMax} and ${GRAPH_LIMITS.edgesMax} are allowed.`;
  return [problem('TOO_LARGE', message, '/nodes')];
}

function problemsWithin(graph: GraphDocument, depth: number): Problem[] {
  const own = [...nodeProblems(graph), ...edgeProblems(graph)];
  // A cycle is only meaningful between edges whose ends are known and keys that are unique.
  if (own.length === 0) own.push(...cycleProblems(graph), ...joinProblems(graph));
  for (const node of graph.nodes) own.push(...bodyProblems(node, depth + 1));
  return own;
}

/**
 * What is wrong with the graph inside a node, placed as problems of the node; empty when it is
 * sound, or there is none. `depth` is that of the body, from 1.
 */
export function bodyProblems(node: GraphNode, depth: number): Problem[] {
  const body = BODY_TYPES.has(node.type) ? node.config['body'] : undefined;
  if (body === undefined) return [];
  const place = { nodeKey: node.key };
  if (depth > GRAPH_LIMITS.bodyDepthMax) {
    const message = `Graphs may stand ${GRAPH_LIMITS.bodyDepthMax} deep inside one another at most.`;
    return [{ ...problem('TOO_DEEP', message, '/config/body'), ...place }];
  }
  const migrated = migrateGraph(body);
  const graph = (isJsonObject(body) ? body : emptyGraph()) as unknown as GraphDocument;
  if (!migrated.ok) return problemsInBody(node.key, graph, [migrated.problem]);
  const shape = checkSchema(GRAPH_SCHEMA, body).map((found) => located(found, body));
  const found = shape.length > 0 ? shape : problemsWithin(graph, depth);
  return problemsInBody(node.key, graph, found);
}

function problem(code: string, message: string, path: string): Problem {
  return { code, message, severity: 'error', path };
}

/** Turns `/nodes/3/config` into the node's key and `/config`, when the key can be read. */
function located({ path, message }: SchemaProblem, document: Json): Problem {
  const place = /^\/(nodes|edges)\/(\d+)(.*)$/.exec(path);
  const list = place && isJsonObject(document) ? document[place[1] as string] : undefined;
  const item = place && Array.isArray(list) ? list[Number(place[2])] : undefined;
  if (place && isJsonObject(item)) {
    const inside = { ...problem('SCHEMA', message, place[3] as string) };
    if (place[1] === 'nodes' && typeof item['key'] === 'string') {
      return { ...inside, nodeKey: item['key'].slice(0, 80) };
    }
    if (place[1] === 'edges' && typeof item['id'] === 'string') {
      return { ...inside, edgeId: item['id'].slice(0, 80) };
    }
  }
  return problem('SCHEMA', message, path);
}

function nodeProblems(graph: GraphDocument): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  graph.nodes.forEach((node, i) => {
    const bad = nodeKeyProblem(node.key);
    if (bad) problems.push(problem('INVALID_KEY', bad, `/nodes/${i}/key`));
    if (seen.has(node.key)) {
      const message = `The node key "${node.key}" is used more than once.`;
      problems.push({ ...problem('DUPLICATE_KEY', message, '/key'), nodeKey: node.key });
    }
    seen.add(node.key);
  });
  return problems;
}

function edgeProblems(graph: GraphDocument): Problem[] {
  const problems: Problem[] = [];
  const { nodes } = indexOf(graph);
  const ids = new Set<string>();
  const twins = new Set<string>();
  graph.edges.forEach((edge, i) => {
    const bad = edgeIdProblem(edge.id);
    if (bad) problems.push(problem('INVALID_KEY', bad, `/edges/${i}/id`));
    const at = (code: string, message: string, path: string) =>
      problems.push({ ...problem(code, message, path), edgeId: edge.id });
    if (ids.has(edge.id))
      at('DUPLICATE_KEY', `The edge id "${edge.id}" is used more than once.`, '/id');
    ids.add(edge.id);
    for (const end of ['source', 'target'] as const) {
      if (!nodes.has(edge[end]))
        at('UNKNOWN_NODE', `There is no node "${edge[end].slice(0, 80)}".`, `/${end}`);
    }
    if (edge.source === edge.target) {
      at('SELF_LOOP', `The edge joins "${edge.source}" with itself.`, '/target');
    }
    const twin = edgeIdentity(edge);
    if (twins.has(twin)) {
      at(
        'DUPLICATE_EDGE',
        `A second edge like this joins "${edge.source}" and "${edge.target}".`,
        '',
      );
    }
    twins.add(twin);
  });
  return problems;
}

/** Two edges that are equal in this say the same thing twice. */
export function edgeIdentity(edge: Omit<GraphEdge, 'id'>): string {
  return JSON.stringify([edge.source, edge.target, edge.port, edge.when ?? null]);
}

function cycleProblems(graph: GraphDocument): Problem[] {
  const cycle = findCycle(graph);
  if (!cycle) return [];
  const first = cycle[0] as string;
  const shown = cycle.length > 12 ? [...cycle.slice(0, 11), `… (${cycle.length} nodes)`] : cycle;
  const message = `These nodes wait for each other in a circle: ${[...shown, first].join(' → ')}.`;
  return [{ ...problem('CYCLE', message, '/edges'), nodeKey: first }];
}

function joinProblems(graph: GraphDocument): Problem[] {
  const problems: Problem[] = [];
  for (const node of graph.nodes) {
    if (node.join?.kind !== 'n-of-m') continue;
    const count = incoming(graph, node.key).length;
    if (node.join.n <= count) continue;
    const message = `The join waits for ${node.join.n} live edges, but only ${count} enter "${node.key}".`;
    problems.push({ ...problem('JOIN_TOO_LARGE', message, '/join/n'), nodeKey: node.key });
  }
  return problems;
}
