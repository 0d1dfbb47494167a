import { describe, expect, it } from 'vitest';
import {
  emptyGraph,
  GRAPH_LIMITS,
  type GraphDocument,
  type GraphEdge,
  type GraphNode,
  type GraphSettings,
} from '@heddle/graph';
import { checkGraph, compileGraph, type NodeRegistry, type NodeType } from './index.js';

/**
 * Two plain types: `work` with one template and one bare expression, `choice` with ports of which
 * one is live.
 */
const work: NodeType = {
  type: 'work',
  group: 'work',
  configSchema: {
    type: 'object',
    properties: { input: {}, test: { type: 'string' }, count: { type: 'integer', maximum: 9 } },
    additionalProperties: false,
  },
  initialConfig: {},
  expressionPaths: ['/test'],
  ports: () => [{ name: 'success' }, { name: 'failure' }, { name: 'always' }],
  plan: () => ({ kind: 'complete', output: null }),
  hasEditableInput: false,
};
const choice: NodeType = {
  ...work,
  type: 'choice',
  ports: () => [...work.ports({}), { name: 'left' }, { name: 'right' }],
  hasExclusivePorts: () => true,
};
const end: NodeType = { ...work, type: 'end', ports: () => [] };
const registry: NodeRegistry = { work, choice, end };

const node = (key: string, more: Partial<GraphNode> = {}): GraphNode => ({
  key,
  type: 'work',
  config: {},
  position: { x: 0, y: 0 },
  ...more,
});

function edge(text: string, when?: string): GraphEdge {
  const [from = '', target = ''] = text.split(' -> ');
  const [source = '', port = 'success'] = from.split(':');
  return {
    id: text.replaceAll(/[^\w]+/g, '-'),
    source,
    target,
    port,
    ...(when === undefined ? {} : { when }),
  };
}

function graph(
  nodes: GraphNode[],
  edges: GraphEdge[] = [],
  settings: Partial<GraphSettings> = {},
): GraphDocument {
  return { ...emptyGraph(), nodes, edges, settings: { onFailure: 'stop', ...settings } };
}

const pair = (second: Partial<GraphNode>, when?: string) =>
  graph([node('a'), node('b', second)], [edge('a -> b', when)]);

describe('checkGraph', { timeout: 180_000 }, () => {
  it('finds nothing wrong with a sound graph', () => {
    const sound = pair(
      { config: { input: '${{ nodes.a.output }}', test: 'nodes.a.output > 1' } },
      'nodes.a.output == 1',
    );
    expect(checkGraph(sound, registry)).toEqual([]);
    expect(compileGraph(sound, registry).ok).toBe(true);
  });

  it.each<[string, GraphDocument, object]>([
    ['an empty graph', graph([]), { code: 'EMPTY_GRAPH', path: '/nodes' }],
    [
      'an unknown type',
      graph([node('a', { type: 'wrk' })]),
      { code: 'UNKNOWN_TYPE', nodeKey: 'a', path: '/type' },
    ],
    [
      'a type that every object has',
      graph([node('a', { type: 'toString' })]),
      { code: 'UNKNOWN_TYPE', nodeKey: 'a' },
    ],
    [
      'a config that does not fit',
      graph([node('a', { config: { count: 10 } })]),
      { code: 'CONFIG', nodeKey: 'a', path: '/config/count' },
    ],
    [
      'a template that does not parse',
      graph([node('a', { config: { input: ['x ${{ 1 + }}'] } })]),
      {
        code: 'EXPRESSION_SYNTAX',
        nodeKey: 'a',
        path: '/config/input/0',
        range: { start: 10, end: 10 },
      },
    ],
    [
      'a bare expression of wrong types',
      graph([node('a', { config: { test: '1 + "a"' } })]),
      { code: 'EXPRESSION_TYPE', nodeKey: 'a', path: '/config/test', range: { start: 0, end: 7 } },
    ],
    [
      'an unknown node in an expression',
      pair({ config: { test: '1 + nodes.z.output' } }),
      { code: 'UNKNOWN_NODE', nodeKey: 'b', path: '/config/test', range: { start: 4, end: 18 } },
    ],
    [
      'a node that comes later',
      graph(
        [node('a', { config: { input: 'v ${{ nodes.b.output }}' } }), node('b')],
        [edge('a -> b')],
      ),
      { code: 'NOT_UPSTREAM', nodeKey: 'a', path: '/config/input', range: { start: 6, end: 20 } },
    ],
    [
      'a node that reads itself',
      graph([node('a', { config: { test: 'nodes.a.output' } })]),
      { code: 'NOT_UPSTREAM', nodeKey: 'a' },
    ],
    [
      'a node beside',
      graph([node('a'), node('b', { config: { test: 'nodes.a.output' } })]),
      { code: 'NOT_UPSTREAM', nodeKey: 'b' },
    ],
    [
      'a condition that reads its target',
      pair({}, 'nodes.b.output == 1'),
      { code: 'NOT_UPSTREAM', edgeId: 'a-b', path: '/when' },
    ],
    [
      'a condition that is no boolean',
      pair({}, '"yes"'),
      { code: 'EXPRESSION_TYPE', edgeId: 'a-b', path: '/when', range: { start: 0, end: 5 } },
    ],
    [
      'an empty condition',
      pair({}, ''),
      { code: 'EXPRESSION_SYNTAX', edgeId: 'a-b', path: '/when' },
    ],
    [
      'a port that the type has not',
      graph([node('a'), node('b')], [edge('a:left -> b')]),
      { code: 'UNKNOWN_PORT', edgeId: 'a-left-b', path: '/port' },
    ],
    [
      'an edge from a node that ends the run',
      graph([node('a', { type: 'end' }), node('b')], [edge('a -> b')]),
      { code: 'UNKNOWN_PORT', edgeId: 'a-b' },
    ],
    [
      'a retry filter over the run',
      graph([
        node('a', {
          retry: { attempts: 2, backoff: { kind: 'fixed', delayMs: 1 }, retryOn: 'input.a' },
        }),
      ]),
      { code: 'EXPRESSION_UNKNOWN_VARIABLE', nodeKey: 'a', path: '/retry/retryOn' },
    ],
    [
      'an output that reads nobody',
      graph([node('a')], [], { output: { x: '${{ nodes.q.output }}' } }),
      { code: 'UNKNOWN_NODE', path: '/settings/output/x' },
    ],
    [
      'an input schema that is none',
      { ...graph([node('a')]), inputSchema: { type: 'nope' } },
      { code: 'INPUT_SCHEMA', path: '/inputSchema' },
    ],
    ['structure', graph([node('a'), node('a')]), { code: 'DUPLICATE_KEY', nodeKey: 'a' }],
  ])('names the place of %s', (_name, document, expected) => {
    const problems = checkGraph(document, registry);
    expect(problems).toContainEqual(expect.objectContaining({ severity: 'error', ...expected }));
    expect(compileGraph(document, registry).ok).toBe(false);
  });

  it('refuses more expressions than can be compiled in a moment', () => {
    const input = Array.from({ length: 1_000 }, (_, i) => `\${{ ${i} }}`);
    const nodes = Array.from({ length: 40 }, (_, i) => node(`n${i}`, { config: { input } }));
    expect(checkGraph(graph(nodes), registry)).toMatchObject([{ code: 'TOO_MANY_EXPRESSIONS' }]);
  });

  it('lets the output read every node', () => {
    expect(
      checkGraph(graph([node('a'), node('b')], [], { output: '${{ nodes.b.output }}' }), registry),
    ).toEqual([]);
  });

  it('warns of a deadline below the timeout, and compiles', () => {
    const odd = graph([node('a', { timeoutMs: 9, deadlineMs: 5 })]);
    expect(checkGraph(odd, registry)).toMatchObject([
      { severity: 'warning', code: 'DEADLINE_BELOW_TIMEOUT', nodeKey: 'a' },
    ]);
    expect(compileGraph(odd, registry).ok).toBe(true);
  });

  it('checks the largest graph in reasonable work: every node reads the one before', () => {
    const nodes = Array.from({ length: GRAPH_LIMITS.nodesMax }, (_, i) =>
      node(`n${i}`, i === 0 ? {} : { config: { input: `\${{ nodes.n0.output }}` } }),
    );
    const edges = nodes.slice(1).map(({ key }, i) => edge(`n${i} -> ${key}`));
    expect(checkGraph(graph(nodes, edges), registry)).toEqual([]);
  });
});

describe('joins that can never fire', () => {
  const all = { join: { kind: 'all' } } as const;
  const warned = (document: GraphDocument) =>
    checkGraph(document, registry)
      .filter(({ code }) => code === 'JOIN_NEVER_FIRES')
      .map(({ nodeKey }) => nodeKey);

  it('all over success and failure of one node', () => {
    expect(
      warned(graph([node('a'), node('b', all)], [edge('a -> b'), edge('a:failure -> b')])),
    ).toEqual(['b']);
    expect(
      warned(graph([node('a'), node('b', all)], [edge('a -> b'), edge('a:always -> b')])),
    ).toEqual([]);
  });

  it('all over two cases of which one is taken, and what comes after', () => {
    const nodes = [node('a', { type: 'choice' }), node('b', all), node('c')];
    const edges = [edge('a:left -> b'), edge('a:right -> b'), edge('b -> c')];
    expect(warned(graph(nodes, edges))).toEqual(['b', 'c']);
  });

  it('n-of-m counts what can be live together', () => {
    const join = (n: number) => node('j', { join: { kind: 'n-of-m', n } });
    const edges = [edge('a -> j'), edge('a:failure -> j'), edge('b -> j')];
    expect(warned(graph([node('a'), node('b'), join(2)], edges))).toEqual([]);
    expect(warned(graph([node('a'), node('b'), join(3)], edges))).toEqual(['j']);
  });
});
