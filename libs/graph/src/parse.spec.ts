import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emptyGraph,
  GRAPH_LIMITS,
  parseGraph,
  type GraphDocument,
  type GraphEdge,
  type GraphNode,
} from './index.js';

const node = (key: string, more: Partial<GraphNode> = {}): GraphNode => ({
  key,
  type: 'job',
  config: {},
  position: { x: 0, y: 0 },
  ...more,
});
const edge = (source: string, target: string, more: Partial<GraphEdge> = {}): GraphEdge => ({
  id: `${source}-${target}`,
  source,
  target,
  port: 'success',
  ...more,
});
const graph = (nodes: GraphNode[], edges: GraphEdge[] = []): GraphDocument => ({
  ...emptyGraph(),
  nodes,
  edges,
});

function problemsOf(value: unknown) {
  const parsed = parseGraph(value);
  return parsed.ok ? [] : parsed.problems;
}

describe('parseGraph', { timeout: 180_000 }, () => {
  it('accepts a sound document and returns it', () => {
    const sound = graph(
      [
        node('a', {
          name: 'A',
          retry: { attempts: 3, backoff: { kind: 'list', delaysMs: [1, 2] }, jitter: 0.5 },
        }),
        node('b', { join: { kind: 'n-of-m', n: 1 }, timeoutMs: 5, deadlineMs: 10, notes: 'x' }),
      ],
      [edge('a', 'b', { when: 'true' })],
    );
    const parsed = parseGraph(sound);
    expect(parsed).toEqual({ ok: true, graph: sound });
  });

  it.each<[string, unknown, string, object]>([
    ['no object', 5, 'SCHEMA_VERSION', { path: '' }],
    ['undefined', undefined, 'NOT_JSON', { path: '' }],
    [
      'a function inside',
      { ...emptyGraph(), nodes: [{ key: () => 1 }] },
      'NOT_JSON',
      { path: '/nodes/0/key' },
    ],
    [
      'a number that is none',
      graph([node('a', { position: { x: NaN, y: 0 } })]),
      'NOT_JSON',
      { path: '/nodes/0/position/x' },
    ],
    [
      'a later version',
      { ...emptyGraph(), schemaVersion: 99 },
      'SCHEMA_VERSION',
      { path: '/schemaVersion' },
    ],
    ['no version', { nodes: [] }, 'SCHEMA_VERSION', { path: '/schemaVersion' }],
    ['nothing but a version', { schemaVersion: 1 }, 'SCHEMA', { path: '/nodes' }],
    ['an unknown field', { ...emptyGraph(), extra: 1 }, 'SCHEMA', { path: '/extra' }],
    [
      'an unknown field of a node',
      graph([{ ...node('a'), color: 1 } as never]),
      'SCHEMA',
      { nodeKey: 'a', path: '/color' },
    ],
    [
      'too many attempts',
      graph([node('a', { retry: { attempts: 101, backoff: { kind: 'fixed', delayMs: 1 } } })]),
      'SCHEMA',
      { nodeKey: 'a', path: '/retry/attempts' },
    ],
    [
      'an unknown backoff',
      graph([node('a', { retry: { attempts: 1, backoff: { kind: 'wild' } as never } })]),
      'SCHEMA',
      { nodeKey: 'a', path: '/retry/backoff/kind' },
    ],
    [
      'a backoff without delay',
      graph([node('a', { retry: { attempts: 1, backoff: { kind: 'fixed' } as never } })]),
      'SCHEMA',
      { nodeKey: 'a', path: '/retry/backoff/delayMs' },
    ],
    [
      'a timeout of 0',
      graph([node('a', { timeoutMs: 0 })]),
      'SCHEMA',
      { nodeKey: 'a', path: '/timeoutMs' },
    ],
    ['a bad key', graph([node('a b')]), 'INVALID_KEY', { path: '/nodes/0/key' }],
    ['a reserved key', graph([node('__proto__')]), 'INVALID_KEY', { path: '/nodes/0/key' }],
    ['a key of CEL', graph([node('in')]), 'INVALID_KEY', { path: '/nodes/0/key' }],
    ['a long key', graph([node('a'.repeat(65))]), 'INVALID_KEY', { path: '/nodes/0/key' }],
    [
      'a key used twice',
      graph([node('a'), node('a')]),
      'DUPLICATE_KEY',
      { nodeKey: 'a', path: '/key' },
    ],
    [
      'an unknown source',
      graph([node('a')], [edge('z', 'a')]),
      'UNKNOWN_NODE',
      { edgeId: 'z-a', path: '/source' },
    ],
    [
      'an unknown target',
      graph([node('a')], [edge('a', 'z')]),
      'UNKNOWN_NODE',
      { edgeId: 'a-z', path: '/target' },
    ],
    ['a self-loop', graph([node('a')], [edge('a', 'a')]), 'SELF_LOOP', { edgeId: 'a-a' }],
    [
      'a bad edge id',
      graph([node('a'), node('b')], [edge('a', 'b', { id: ' ' })]),
      'INVALID_KEY',
      { path: '/edges/0/id' },
    ],
    [
      'an edge id used twice',
      graph([node('a'), node('b')], [edge('a', 'b'), edge('a', 'b', { port: 'failure' })]),
      'DUPLICATE_KEY',
      { edgeId: 'a-b' },
    ],
    [
      'an edge drawn twice',
      graph([node('a'), node('b')], [edge('a', 'b'), edge('a', 'b', { id: 'again' })]),
      'DUPLICATE_EDGE',
      { edgeId: 'again' },
    ],
    [
      'a join for more edges than enter',
      graph([node('a'), node('b', { join: { kind: 'n-of-m', n: 2 } })], [edge('a', 'b')]),
      'JOIN_TOO_LARGE',
      { nodeKey: 'b', path: '/join/n' },
    ],
  ])('names the place of %s', (_name, value, code, place) => {
    const [first] = problemsOf(value);
    expect(first).toMatchObject({ code, severity: 'error', ...place });
    expect(first?.message).toMatch(/\S/);
  });

  it('names the nodes of a cycle', () => {
    const nodes = ['s', 'a', 'b', 'c'].map((key) => node(key));
    const edges = [edge('s', 'a'), edge('a', 'b'), edge('b', 'c'), edge('c', 'a')];
    const [first] = problemsOf(graph(nodes, edges));
    expect(first?.code).toBe('CYCLE');
    expect(first?.message).toContain('a → b → c → a');
  });

  it('finds a cycle of thousands of nodes without overflowing', () => {
    const keys = Array.from({ length: GRAPH_LIMITS.nodesMax }, (_, i) => `n${i}`);
    const edges = keys.map((key, i) =>
      edge(key, keys[(i + 1) % keys.length] as string, { id: `e${i}` }),
    );
    expect(
      problemsOf(
        graph(
          keys.map((key) => node(key)),
          edges,
        ),
      )[0]?.code,
    ).toBe('CYCLE');
  });

  it('reports all problems of a document at once', () => {
    const broken = graph([node('1'), node('2')], [edge('x', 'y')]);
    expect(problemsOf(broken).map(({ code }) => code)).toEqual([
      'INVALID_KEY',
      'INVALID_KEY',
      'UNKNOWN_NODE',
      'UNKNOWN_NODE',
    ]);
  });

  it('refuses more nodes, and more bytes, than the limits', () => {
    const many = Array.from({ length: GRAPH_LIMITS.nodesMax + 1 }, (_, i) => node(`n${i}`));
    expect(problemsOf(graph(many))[0]).toMatchObject({ code: 'SCHEMA', path: '/nodes' });
    const huge = graph([node('a', { config: { text: 'x'.repeat(GRAPH_LIMITS.sizeBytesMax) } })]);
    expect(problemsOf(huge)[0]).toMatchObject({ code: 'NOT_JSON' });
  });

  it('refuses a small text that stands for gigabytes (YAML aliases)', () => {
    let shared: unknown = ['x', 'x'];
    for (let i = 0; i < 40; i++) shared = [shared, shared];
    expect(problemsOf(graph([node('a', { config: { shared } as never })]))[0]?.code).toBe(
      'NOT_JSON',
    );
  });

  it('refuses a value that contains itself', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(problemsOf(loop)[0]?.message).toContain('deep');
  });

  it('P5: never throws, whatever it gets', () => {
    const shaped = fc.record(
      {
        schemaVersion: fc.constantFrom(1, 2, 'x'),
        nodes: fc.oneof(
          fc.array(
            fc.record(
              {
                key: fc.string(),
                type: fc.string(),
                config: fc.anything(),
                join: fc.anything(),
                retry: fc.anything(),
                position: fc.anything(),
              },
              { requiredKeys: [] },
            ),
          ),
          fc.anything(),
        ),
        edges: fc.oneof(
          fc.array(
            fc.record(
              { id: fc.string(), source: fc.string(), target: fc.string(), port: fc.anything() },
              { requiredKeys: [] },
            ),
          ),
          fc.anything(),
        ),
        settings: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), shaped), (value) => {
        const parsed = parseGraph(value);
        if (!parsed.ok)
          expect(
            parsed.problems.every(({ path, message }) => path !== undefined && message !== ''),
          ).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
