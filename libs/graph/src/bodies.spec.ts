import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '@heddle/kernel';
import {
  copyFragment,
  emptyGraph,
  graphAt,
  graphSize,
  GRAPH_LIMITS,
  parseGraph,
  pasteFragment,
  placeOfProblem,
  renameNodeKey,
  updateNode,
  withGraphAt,
  type GraphDocument,
  type GraphNode,
} from './index.js';

const node = (key: string, type = 'job', config: JsonObject = {}): GraphNode => ({
  key,
  type,
  config,
  position: { x: 0, y: 0 },
});

function graph(nodes: GraphNode[], edges: string[] = []): GraphDocument {
  const drawn = edges.map((text) => {
    const [source = '', target = ''] = text.split(' -> ');
    return { id: `${source}-${target}`, source, target, port: 'success' };
  });
  return { ...emptyGraph(), nodes, edges: drawn };
}

const holding = (key: string, body: unknown, config: JsonObject = {}) =>
  node(key, 'forEach', { ...config, body: body as Json });

function problemsOf(document: GraphDocument): string[] {
  const result = parseGraph(document);
  if (result.ok) return [];
  return result.problems.map(({ code, nodeKey, path }) => `${code} ${nodeKey} ${path}`);
}

/** Graphs inside one another, this deep. */
function nested(depth: number): GraphDocument {
  return depth === 0 ? graph([node('leaf')]) : graph([holding('each', nested(depth - 1))]);
}

describe('graphs inside nodes', () => {
  it('are parsed like the graph around them', () => {
    const inner = graph([node('a'), node('b')], ['a -> b']);
    expect(parseGraph(graph([holding('each', inner), node('a')])).ok).toBe(true);
  });

  it.each<[string, unknown, string[]]>([
    ['not an object', 5, ['SCHEMA_VERSION each /config/body']],
    ['null', null, ['SCHEMA_VERSION each /config/body']],
    [
      'of a later version',
      { schemaVersion: 9 },
      ['SCHEMA_VERSION each /config/body/schemaVersion'],
    ],
    ['without edges', { ...graph([]), edges: 5 }, ['SCHEMA each /config/body/edges']],
    [
      'a node without a type',
      { ...graph([]), nodes: [node('a'), { key: 'b', config: {}, position: { x: 0, y: 0 } }] },
      ['SCHEMA each /config/body/nodes/1/type'],
    ],
    [
      'an edge to nowhere',
      graph([node('a')], ['a -> z']),
      ['UNKNOWN_NODE each /config/body/edges/0/target'],
    ],
    [
      'a circle',
      graph([node('x'), node('a'), node('b')], ['a -> b', 'b -> a']),
      ['CYCLE each /config/body/nodes/1/edges'],
    ],
    ['a key twice', graph([node('a'), node('a')]), ['DUPLICATE_KEY each /config/body/nodes/0/key']],
    [
      'a problem two graphs down',
      graph([holding('inner', graph([node('9x')]))]),
      ['INVALID_KEY each /config/body/nodes/0/config/body/nodes/0/key'],
    ],
  ])('a problem is placed below the node that holds it: %s', (_what, body, expected) => {
    expect(problemsOf(graph([node('first'), holding('each', body)]))).toEqual(expected);
  });

  it('may be missing while the node is being drawn, and mean nothing to other types', () => {
    expect(problemsOf(graph([node('each', 'forEach'), node('h', 'http', { body: 5 })]))).toEqual(
      [],
    );
  });

  it('stand at most so deep inside one another', () => {
    expect(problemsOf(nested(GRAPH_LIMITS.bodyDepthMax))).toEqual([]);
    const [problem] = problemsOf(nested(GRAPH_LIMITS.bodyDepthMax + 1));
    expect(problem).toMatch(
      /^TOO_DEEP each \/config\/body\/nodes\/0\/config\/body.*\/config\/body$/,
    );
  });

  it('count with the graph around them', () => {
    const half = Array.from({ length: GRAPH_LIMITS.nodesMax / 2 }, (_, i) => node(`n${i}`));
    expect(graphSize(graph([holding('each', graph(half)), ...half])).nodes).toBe(5_001);
    expect(problemsOf(graph([holding('each', graph(half)), ...half]))).toEqual([
      'TOO_LARGE undefined /nodes',
    ]);
    expect(problemsOf(graph([holding('each', graph(half)), ...half.slice(1)]))).toEqual([]);
  });
});

describe('graphAt and withGraphAt', () => {
  const leaf = graph([node('leaf')]);
  const document = graph([holding('outer', graph([holding('inner', leaf)])), node('job')]);

  it('find the graph at a path', () => {
    expect(graphAt(document, [])).toBe(document);
    expect(graphAt(document, ['outer', 'inner'])).toBe(leaf);
    expect(graphAt(document, ['job'])).toBeNull();
    expect(graphAt(document, ['outer', 'nothing'])).toBeNull();
  });

  it('put another graph there, and share the rest', () => {
    const next = withGraphAt(document, ['outer', 'inner'], graph([node('other')]));
    expect(next && graphAt(next, ['outer', 'inner'])?.nodes[0]?.key).toBe('other');
    expect(next?.nodes[1]).toBe(document.nodes[1]);
    expect(withGraphAt(document, ['job'], leaf)).toBeNull();
  });

  it('placeOfProblem leads back to the graph that a problem is in', () => {
    const problem = {
      code: 'X',
      message: '',
      severity: 'error',
      nodeKey: 'outer',
      path: '/config/body/nodes/0/config/body/nodes/0/config/url',
    } as const;
    expect(placeOfProblem(document, problem)).toMatchObject({
      path: ['outer', 'inner'],
      problem: { nodeKey: 'leaf', path: '/config/url' },
    });
    expect(placeOfProblem(document, { ...problem, path: '/config/items' })).toMatchObject({
      path: [],
      problem: { nodeKey: 'outer', path: '/config/items' },
    });
    const inSettings = { ...problem, path: '/config/body/settings/output' };
    const place = placeOfProblem(document, inSettings);
    expect(place).toMatchObject({ path: ['outer'], problem: { path: '/settings/output' } });
    expect(place.problem.nodeKey).toBeUndefined();
  });
});

describe('operations on nodes with graphs of their own', () => {
  const reading = (text: string) => node('t', 'transform', { output: `\${{ ${text} }}` });
  const body = graph([node('a'), reading('nodes.a.output')], ['a -> t']);
  const each = holding('each', body, {
    items: 'nodes.a.output',
    stopWhen: 'output.n > nodes.a.output.n',
    label: '${{ item }} of ${{ nodes.a.output }}',
  });
  const pathsOf = (type: string) => (type === 'forEach' ? ['/items', '/stopWhen'] : []);

  it('a rename follows into expressions of the graph, and stays out of the body', () => {
    const document = graph([node('a'), each], ['a -> each']);
    const renamed = renameNodeKey(document, { key: 'a', newKey: 'z', expressionPathsOf: pathsOf });
    if (!renamed.ok) throw new Error(renamed.problem.message);
    expect(renamed.graph.nodes[1]?.config).toEqual({
      items: 'nodes.z.output',
      stopWhen: 'output.n > nodes.z.output.n',
      label: '${{ item }} of ${{ nodes.z.output }}',
      body,
    });
  });

  it('a rename that touches nothing of a node keeps the node', () => {
    const other = holding('other', body);
    const renamed = renameNodeKey(graph([node('a'), other]), { key: 'a', newKey: 'z' });
    expect(renamed.ok && renamed.graph.nodes[1]).toBe(other);
  });

  it('a pasted node brings its graph along unchanged', () => {
    const document = graph([node('a'), each], ['a -> each']);
    const fragment = copyFragment(document, ['a', 'each']);
    const pasted = pasteFragment(document, { fragment, expressionPathsOf: pathsOf });
    if (!pasted.ok) throw new Error(pasted.problem.message);
    expect(pasted.keys).toEqual(['a_2', 'each_2']);
    expect(pasted.graph.nodes[3]?.config).toMatchObject({ items: 'nodes.a_2.output', body });
  });

  it('a graph that is not sound is refused', () => {
    const document = graph([each]);
    const bad = graph([node('x')], ['x -> nowhere']) as unknown as Json;
    const changed = updateNode(document, { key: 'each', changes: { config: { body: bad } } });
    expect(changed).toMatchObject({ ok: false, problem: { code: 'UNKNOWN_NODE' } });
    const fragment = { nodes: [holding('y', graph([node('9')]))], edges: [] };
    expect(pasteFragment(document, { fragment })).toMatchObject({ problem: { nodeKey: 'y' } });
  });
});
