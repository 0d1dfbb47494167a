import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canConnect, copyFragment, emptyGraph, GRAPH_OPERATIONS as edit, parseGraph, type GraphDocument, type GraphNode, type OperationResult,
} from '../index.js'; // prettier-ignore

const node = (key: string, config: GraphNode['config'] = {}, type = 'job'): GraphNode => ({
  key,
  type,
  config,
  position: { x: 10, y: 20 },
});

function must(result: OperationResult): GraphDocument {
  if (!result.ok) throw new Error(result.problem.message);
  return result.graph;
}

const codeOf = (result: { ok: true } | { ok: false; problem: { code: string } }) =>
  result.ok ? 'ok' : result.problem.code;

/** a → b → c, where c reads both in every way there is. */
function chain(): GraphDocument {
  const c = node('c', {
    input: '${{ nodes.a.output }} nodes.a',
    cases: [{ name: 'x', when: 'nodes.a.output > 1' }],
  });
  return {
    ...emptyGraph(),
    nodes: [node('a'), node('b'), c],
    edges: [
      { id: 'a-b', source: 'a', target: 'b', port: 'success', when: 'nodes.a.output == 1' },
      { id: 'b-c', source: 'b', target: 'c', port: 'failure' },
    ],
    settings: { onFailure: 'stop', output: { o: '${{ nodes.a.output }}' } },
  };
}

const expressionPathsOf = () => ['/cases/{index}/when'];

describe('nodes', () => {
  it('addNode refuses a key that is taken or bad', () => {
    expect(must(edit.addNode(chain(), { node: node('d') })).nodes).toHaveLength(4);
    expect(codeOf(edit.addNode(chain(), { node: node('a') }))).toBe('DUPLICATE_KEY');
    expect(codeOf(edit.addNode(chain(), { node: node('a-b') }))).toBe('INVALID_KEY');
    expect(codeOf(edit.addNode(chain(), { node: { key: 'd' } as never }))).toBe('SCHEMA');
  });

  it('removeNodes takes the edges along', () => {
    const graph = must(edit.removeNodes(chain(), { keys: ['b'] }));
    expect(graph.nodes.map(({ key }) => key)).toEqual(['a', 'c']);
    expect(graph.edges).toEqual([]);
    expect(codeOf(edit.removeNodes(chain(), { keys: ['z'] }))).toBe('UNKNOWN_NODE');
  });

  it('updateNode sets fields, and null removes them', () => {
    const named = must(
      edit.updateNode(chain(), { key: 'a', changes: { name: 'First', timeoutMs: 5 } }),
    );
    expect(named.nodes[0]).toMatchObject({ key: 'a', name: 'First', timeoutMs: 5 });
    const bare = must(
      edit.updateNode(named, { key: 'a', changes: { name: null, timeoutMs: null } }),
    );
    expect(bare.nodes[0]).toEqual(node('a'));
    expect(codeOf(edit.updateNode(chain(), { key: 'a', changes: { timeoutMs: -1 } }))).toBe(
      'SCHEMA',
    );
  });

  it('moveNodes shares the nodes that stay', () => {
    const before = chain();
    const after = must(
      edit.moveNodes(before, { positions: { a: { x: 1, y: 2 }, gone: { x: 0, y: 0 } } }),
    );
    expect(after.nodes[0]?.position).toEqual({ x: 1, y: 2 });
    expect(after.nodes[1]).toBe(before.nodes[1]);
    expect(codeOf(edit.moveNodes(before, { positions: { a: { x: NaN, y: 0 } } }))).toBe('SCHEMA');
  });

  it('renameNodeKey follows edges, templates, conditions, bare expressions and the output', () => {
    const graph = must(
      edit.renameNodeKey(chain(), { key: 'a', newKey: 'first', expressionPathsOf }),
    );
    expect(graph.nodes[0]?.key).toBe('first');
    expect(graph.nodes[2]?.config).toEqual({
      input: '${{ nodes.first.output }} nodes.a',
      cases: [{ name: 'x', when: 'nodes.first.output > 1' }],
    });
    expect(graph.edges[0]).toMatchObject({ source: 'first', when: 'nodes.first.output == 1' });
    expect(graph.settings.output).toEqual({ o: '${{ nodes.first.output }}' });
    expect(codeOf(edit.renameNodeKey(chain(), { key: 'a', newKey: 'b' }))).toBe('DUPLICATE_KEY');
    expect(codeOf(edit.renameNodeKey(chain(), { key: 'a', newKey: 'in' }))).toBe('INVALID_KEY');
  });
});

describe('edges', () => {
  it('connect chooses an id and refuses what cannot be', () => {
    const graph = must(edit.connect(chain(), { edge: { source: 'a', target: 'c' } }));
    expect(graph.edges[2]).toEqual({ id: 'a-c', source: 'a', target: 'c', port: 'success' });
    expect(codeOf(edit.connect(chain(), { edge: { source: 'c', target: 'a' } }))).toBe('CYCLE');
    expect(codeOf(edit.connect(chain(), { edge: { source: 'a', target: 'a' } }))).toBe('SELF_LOOP');
    expect(codeOf(edit.connect(chain(), { edge: { source: 'a', target: 'z' } }))).toBe(
      'UNKNOWN_NODE',
    );
    expect(codeOf(edit.connect(graph, { edge: { source: 'a', target: 'c' } }))).toBe(
      'DUPLICATE_EDGE',
    );
    expect(canConnect(chain(), { source: 'c', target: 'a' })?.code).toBe('CYCLE');
    expect(canConnect(chain(), { source: 'a', target: 'c' })).toBeNull();
  });

  it('updateEdge moves an end under the same rules', () => {
    expect(
      must(edit.updateEdge(chain(), { id: 'a-b', changes: { port: 'always', when: null } }))
        .edges[0],
    ).toEqual({
      id: 'a-b',
      source: 'a',
      target: 'b',
      port: 'always',
    });
    expect(codeOf(edit.updateEdge(chain(), { id: 'a-b', changes: { source: 'c' } }))).toBe('CYCLE');
    expect(codeOf(edit.updateEdge(chain(), { id: 'z', changes: {} }))).toBe('UNKNOWN_EDGE');
  });

  it('insertOnEdge keeps port and condition before the new node', () => {
    const graph = must(edit.insertOnEdge(chain(), { edgeId: 'a-b', node: node('m') }));
    expect(
      graph.edges.map(({ source, target, port, when }) => [source, target, port, when ?? '']),
    ).toEqual([
      ['a', 'm', 'success', 'nodes.a.output == 1'],
      ['b', 'c', 'failure', ''],
      ['m', 'b', 'success', ''],
    ]);
  });

  it('removeEdges', () => {
    expect(must(edit.removeEdges(chain(), { ids: ['a-b'] })).edges.map(({ id }) => id)).toEqual([
      'b-c',
    ]);
    expect(codeOf(edit.removeEdges(chain(), { ids: ['z'] }))).toBe('UNKNOWN_EDGE');
  });
});

describe('pasteFragment', () => {
  it('gives free keys and lets expressions inside the fragment follow', () => {
    const graph = chain();
    const fragment = copyFragment(graph, ['a', 'c']);
    const result = edit.pasteFragment(graph, {
      fragment,
      offset: { x: 5, y: 5 },
      expressionPathsOf,
    });
    if (!result.ok) throw new Error(result.problem.message);
    expect(result.keys).toEqual(['a_2', 'c_2']);
    expect(result.graph.nodes[4]?.config['input']).toBe('${{ nodes.a_2.output }} nodes.a');
    expect(result.graph.nodes[3]?.position).toEqual({ x: 15, y: 25 });
    expect(parseGraph(result.graph).ok).toBe(true);
  });

  it('copies the edges among the nodes only, with ids of their own', () => {
    const graph = chain();
    const result = edit.pasteFragment(graph, { fragment: copyFragment(graph, ['a', 'b']) });
    expect(result.ok && result.graph.edges.slice(2)).toEqual([
      {
        id: 'a_2-b_2',
        source: 'a_2',
        target: 'b_2',
        port: 'success',
        when: 'nodes.a_2.output == 1',
      },
    ]);
  });

  it('refuses what is no fragment, with the place', () => {
    const paste = (fragment: unknown) =>
      edit.pasteFragment(chain(), { fragment: fragment as never });
    expect(paste({ nodes: [{ key: 'q' }], edges: [] })).toMatchObject({
      ok: false,
      problem: { path: '/nodes/0/type' },
    });
    expect(
      codeOf(
        paste({
          nodes: [node('q')],
          edges: [{ id: 'e', source: 'q', target: 'r', port: 'success' }],
        }),
      ),
    ).toBe('UNKNOWN_NODE');
    expect(codeOf(paste('text'))).toBe('SCHEMA');
  });
});

describe('settings', () => {
  it('updateSettings and updateInputSchema', () => {
    const graph = must(
      edit.updateSettings(chain(), { changes: { onFailure: 'finish', output: null } }),
    );
    expect(graph.settings).toEqual({ onFailure: 'finish' });
    expect(codeOf(edit.updateSettings(chain(), { changes: { onFailure: 'no' as never } }))).toBe(
      'SCHEMA',
    );
    const withSchema = must(edit.updateInputSchema(chain(), { inputSchema: { type: 'object' } }));
    expect(withSchema.inputSchema).toEqual({ type: 'object' });
    expect(must(edit.updateInputSchema(withSchema, { inputSchema: null }))).toEqual(chain());
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

describe('any sequence of edits', { timeout: 180_000 }, () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e_2', 'bad key');
  const step = fc.oneof(
    key.map((k) => (graph: GraphDocument) => edit.addNode(graph, { node: node(k) })),
    key.map((k) => (graph: GraphDocument) => edit.removeNodes(graph, { keys: [k] })),
    fc.tuple(key, key).map(
      ([a, b]) =>
        (graph: GraphDocument) =>
          edit.renameNodeKey(graph, { key: a, newKey: b, expressionPathsOf }),
    ),
    fc.tuple(key, key, fc.constantFrom('success', 'always')).map(
      ([source, target, port]) =>
        (graph: GraphDocument) =>
          edit.connect(graph, { edge: { source, target, port } }),
    ),
    fc
      .nat(5)
      .map(
        (i) => (graph: GraphDocument) =>
          edit.removeEdges(graph, { ids: [graph.edges[i]?.id ?? 'none'] }),
      ),
    fc.tuple(fc.nat(5), key).map(
      ([i, target]) =>
        (graph: GraphDocument) =>
          edit.updateEdge(graph, { id: graph.edges[i]?.id ?? 'none', changes: { target } }),
    ),
    fc.tuple(fc.nat(5), key).map(
      ([i, k]) =>
        (graph: GraphDocument) =>
          edit.insertOnEdge(graph, { edgeId: graph.edges[i]?.id ?? 'none', node: node(k) }),
    ),
    fc
      .array(key)
      .map(
        (keys) => (graph: GraphDocument) =>
          edit.pasteFragment(graph, { fragment: copyFragment(graph, keys) }),
      ),
  );

  it('keeps the document sound, and never changes one in place', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let graph = deepFreeze(chain());
        for (const apply of steps) {
          const result = apply(graph);
          if (!result.ok) expect(result.problem.message).not.toBe('');
          else graph = deepFreeze(result.graph);
          expect(parseGraph(graph)).toMatchObject({ ok: true });
        }
      }),
      { numRuns: 500 },
    );
  });
});
