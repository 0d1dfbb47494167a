import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkGraph,
  type NodeEvaluator,
  type NodeRegistry,
  type NodeType,
  type Plan,
} from '@heddle/engine';
import {
  compileExpression,
  compileTemplate,
  evaluate,
  ExpressionError,
  renderTemplate,
} from '@heddle/expression';
import { bodyOf, checkSchema, emptyGraph, type GraphNode } from '@heddle/graph';
import type { Json, JsonObject } from '@heddle/kernel';
import { expressionPathsOf, NODE_TYPES } from './index.js';

const NOW = 1_000_000;

function valueAt(node: GraphNode, path: string): Json | undefined {
  let value: unknown = node;
  for (const step of path.split('/').slice(1))
    value = (value as Record<string, unknown> | undefined)?.[step];
  return value as Json | undefined;
}

/** An evaluator over a run whose input is `input`. */
function evaluatorOf(node: GraphNode, input: Json): NodeEvaluator {
  const scope = { input, context: {}, nodes: {}, run: {}, trigger: {} };
  return {
    now: NOW,
    template(path) {
      const value = valueAt(node, path);
      if (value === undefined) return undefined;
      const compiled = compileTemplate(value, path);
      if (!compiled.ok) throw new Error('not a template');
      return renderTemplate(compiled.template, scope);
    },
    expression(path) {
      const compiled = compileExpression(valueAt(node, path) as string);
      if (!compiled.ok) throw new Error('not an expression');
      return evaluate(compiled.expression, scope);
    },
  };
}

const nodeOf = (type: string, config: JsonObject): GraphNode => ({
  key: 'n',
  type,
  config,
  position: { x: 0, y: 0 },
});

function plan(type: keyof typeof NODE_TYPES, config: JsonObject, input: Json = {}): Plan {
  const node = nodeOf(type, config);
  return (NODE_TYPES[type] as NodeType).plan(node, evaluatorOf(node, input));
}

const problemsOf = (type: string, config: JsonObject) =>
  checkGraph({ ...emptyGraph(), nodes: [nodeOf(type, config)] }, NODE_TYPES).map(
    ({ code, path }) => `${code} ${path}`,
  );

describe('every node type', () => {
  const types = Object.values(NODE_TYPES as NodeRegistry);

  it.each(types)('$type is named as in the registry and has a titled schema', (type) => {
    expect((NODE_TYPES as NodeRegistry)[type.type]).toBe(type);
    for (const property of Object.values(
      (type.configSchema['properties'] ?? {}) as Record<string, JsonObject>,
    )) {
      expect(property['title']).toMatch(/^[A-Z]/);
      expect(property['description']).toMatch(/\S/);
    }
  });

  it.each(types)('$type has a route exactly when its input can be edited', (type) => {
    expect(type.route !== undefined).toBe(type.hasEditableInput);
  });

  it.each(types)('$type draws its ports whatever the draft holds', (type) => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('cases', 'mode', 'x'), fc.jsonValue()), (config) =>
        Array.isArray(type.ports(config as JsonObject)),
      ),
    );
  });

  it('only what a person must still fill in is missing from a fresh node', () => {
    const missing = types.map((type) =>
      checkSchema(type.configSchema, type.initialConfig).map(({ path }) => `${type.type} ${path}`),
    );
    expect(missing.flat()).toEqual(['job /executor', 'subworkflow /workflow']);
  });
});

describe('job', () => {
  const config = { group: 'g', executor: 'x', mode: 'single', input: { n: '${{ input.n }}' } };

  it('plans a task with its rendered input', () => {
    expect(plan('job', config, { n: 3 })).toEqual({
      kind: 'task',
      group: 'g',
      executor: 'x',
      priority: 5,
      input: { n: 3 },
    });
    expect(plan('job', { group: 'g', executor: 'x', mode: 'single', priority: 9 })).toMatchObject({
      input: null,
      priority: 9,
    });
  });

  it('refuses modes and priorities that do not exist', () => {
    expect(problemsOf('job', { ...config, mode: 'sharding' })).toEqual(['CONFIG /config/mode']);
    expect(problemsOf('job', { ...config, priority: 10 })).toEqual(['CONFIG /config/priority']);
    expect(problemsOf('job', { mode: 'single' })).toEqual([
      'CONFIG /config/group',
      'CONFIG /config/executor',
    ]);
  });
});

describe('http', () => {
  const config = {
    method: 'POST',
    url: 'https://a.test/${{ input.id }}',
    headers: { 'x-id': '${{ input.id }}' },
    body: { a: '${{ input }}' },
  };

  it('plans a task for the servers’ own executor', () => {
    expect(plan('http', { ...config, successWhen: 'status == 404' }, { id: 7 })).toEqual({
      kind: 'task',
      group: 'heddle',
      executor: 'heddle.http',
      input: {
        method: 'POST',
        url: 'https://a.test/7',
        headers: { 'x-id': 7 },
        query: {},
        body: { a: { id: 7 } },
        successWhen: 'status == 404',
        timeoutMs: 30_000,
      },
    });
  });

  it.each(['file:///etc/passwd', 'ftp://x', '//a', 'https://', 5])(
    'refuses the URL %s when it turns out so',
    (url) => {
      expect(plan('http', { method: 'GET', url: '${{ input.url }}' }, { url })).toMatchObject({
        kind: 'fail',
        error: { code: 'INVALID_URL', isFinal: true },
      });
    },
  );

  it('refuses at save time what can be known then', () => {
    expect(problemsOf('http', { method: 'GET', url: 'ftp://x' })).toEqual(['CONFIG /config/url']);
    expect(problemsOf('http', { ...config, successWhen: 'input.a' })).toEqual([
      'EXPRESSION_UNKNOWN_VARIABLE /config/successWhen',
    ]);
    expect(problemsOf('http', { ...config, successWhen: 'status' })).toEqual([]);
    expect(problemsOf('http', { ...config, successWhen: '"200"' })).toEqual([
      'EXPRESSION_TYPE /config/successWhen',
    ]);
  });
});

describe('decision', () => {
  const cases = [
    { name: 'big', when: 'input.n > 5' },
    { name: 'odd', when: 'int(input.n) % 2 == 1' },
  ];
  const taken = (mode: string, n: number) => {
    const result = plan('decision', { mode, cases }, { n });
    return result.kind === 'complete' ? result.ports : result;
  };

  it.each([
    ['first', 7, ['big']],
    ['all', 7, ['big', 'odd']],
    ['first', 3, ['odd']],
    ['all', 2, ['default']],
  ])('%s with %i takes %j', (mode, n, ports) => {
    expect(taken(mode, n)).toEqual(ports);
  });

  it('fails when a case is no boolean or cannot be evaluated', () => {
    expect(plan('decision', { cases: [{ name: 'a', when: 'input.n' }] }, { n: 1 })).toMatchObject({
      kind: 'fail',
      error: { isFinal: true },
    });
    expect(() => plan('decision', { cases: [{ name: 'a', when: 'input.zz' }] })).toThrow(
      ExpressionError,
    );
  });

  it('has its cases as ports and refuses names that are taken', () => {
    expect(NODE_TYPES.decision.ports({ cases } as never).map(({ name }) => name)).toEqual([
      'big',
      'odd',
      'default',
      'success',
      'failure',
      'always',
    ]);
    const named = (name: string) =>
      problemsOf('decision', {
        cases: [
          { name: 'a', when: 'true' },
          { name, when: 'true' },
        ],
      });
    expect(named('b')).toEqual([]);
    expect(named('a')).toEqual(['CONFIG /config/cases/1/name']);
    expect(named('default')).toEqual(['CONFIG /config/cases/1/name']);
    expect(named('not a name')).toEqual(['CONFIG /config/cases/1/name']);
    expect(problemsOf('decision', { cases: [] })).toEqual(['CONFIG /config/cases']);
    expect(problemsOf('decision', { cases: [{ name: 'a', when: '1' }] })).toEqual([
      'EXPRESSION_TYPE /config/cases/0/when',
    ]);
  });

  it('tells which of its strings are expressions', () => {
    expect(expressionPathsOf('decision')).toEqual(['/cases/{index}/when']);
    expect(expressionPathsOf('nothing')).toEqual([]);
    expect(expressionPathsOf('constructor')).toEqual([]);
  });
});

describe('transform', () => {
  it('computes output and context', () => {
    const config = { output: '${{ input.n + 1 }}', context: { total: '${{ input.n * 2 }}' } };
    expect(plan('transform', config, { n: 2 })).toEqual({
      kind: 'complete',
      output: 3,
      contextAppend: { total: 4 },
    });
    expect(plan('transform', {})).toEqual({ kind: 'complete', output: null });
    expect(problemsOf('transform', { context: 'text' })).toEqual(['CONFIG /config/context']);
  });
});

describe('wait', () => {
  const until = (config: JsonObject, input: Json = {}) => {
    const result = plan('wait', config, input);
    return result.kind === 'wait' ? result.until : result;
  };

  it.each<[JsonObject, Json, number]>([
    [{ durationMs: 500 }, {}, NOW + 500],
    [{ until: 'duration("1m30s")' }, {}, NOW + 90_000],
    [{ until: 'timestamp("2030-01-01T00:00:00Z")' }, {}, Date.UTC(2030, 0, 1)],
    [{ until: 'input.at' }, { at: '2030-01-01T02:00:00+02:00' }, Date.UTC(2030, 0, 1)],
    [{ until: 'input.at' }, { at: 5_000 }, 5_000],
  ])('%j', (config, input, expected) => {
    expect(until(config, input)).toBe(expected);
  });

  it.each(['tomorrow', '2030-01-01', '2030-13-01T00:00:00Z', null, {}, 1e300])(
    'fails for %j',
    (at) => {
      expect(until({ until: 'input.at' }, { at })).toMatchObject({
        kind: 'fail',
        error: { code: 'EXPRESSION_FAILED' },
      });
    },
  );

  it('wants exactly one of both', () => {
    expect(problemsOf('wait', {})).toEqual(['CONFIG /config/durationMs']);
    expect(problemsOf('wait', { durationMs: 1, until: '1' })).toEqual([
      'CONFIG /config/durationMs',
    ]);
    expect(problemsOf('wait', { durationMs: -1 })).toEqual(['CONFIG /config/durationMs']);
  });
});

describe('succeed and fail', () => {
  it('end the run', () => {
    expect(plan('succeed', { output: { n: '${{ input.n }}' } }, { n: 1 })).toEqual({
      kind: 'endRun',
      outcome: 'succeeded',
      output: { n: 1 },
    });
    expect(plan('succeed', {})).toEqual({ kind: 'endRun', outcome: 'succeeded', output: null });
    expect(
      plan('fail', { code: 'NO_STOCK', message: 'of ${{ input.item }}' }, { item: 'tea' }),
    ).toEqual({
      kind: 'endRun',
      outcome: 'failed',
      error: { code: 'NO_STOCK', message: 'of tea', isFinal: true },
    });
    expect(problemsOf('fail', { code: 'no stock' })).toEqual(['CONFIG /config/code']);
  });
});

const innerGraph = (output: Json) =>
  ({ ...emptyGraph(), nodes: [nodeOf('transform', { output })] }) as unknown as JsonObject;

describe('node types with child runs', () => {
  const types = Object.values(NODE_TYPES as NodeRegistry);

  it.each(types)('$type has a fresh graph exactly when it holds one', (type) => {
    const fresh = nodeOf(type.type, type.initialConfig);
    const properties = (type.configSchema['properties'] ?? {}) as Record<string, JsonObject>;
    expect(bodyOf(fresh) !== null).toBe(properties['body']?.['format'] === 'graph');
    if (bodyOf(fresh)) expect(problemsOf(type.type, type.initialConfig)).toEqual([]);
  });

  it('subworkflow plans one child run with its rendered input', () => {
    const config = { workflow: 'billing', version: 3, input: { n: '${{ input.n }}' } };
    expect(plan('subworkflow', config, { n: 5 })).toEqual({ kind: 'children', input: { n: 5 } });
    expect(NODE_TYPES.subworkflow.children?.(config)).toEqual({
      kind: 'one',
      graph: { kind: 'workflow', name: 'billing', version: 3 },
    });
    expect(problemsOf('subworkflow', { workflow: 'x', version: 0 })).toEqual([
      'CONFIG /config/version',
    ]);
  });

  it.each<[Json, unknown]>([
    [[1, 2], { kind: 'children', input: [1, 2] }],
    [
      { a: 1, b: 2 },
      {
        kind: 'children',
        input: [
          { key: 'a', value: 1 },
          { key: 'b', value: 2 },
        ],
      },
    ],
    ['abc', { kind: 'fail', error: { code: 'EXPRESSION_FAILED' } }],
    [null, { kind: 'fail', error: { code: 'EXPRESSION_FAILED' } }],
    [Array(100_001).fill(0), { kind: 'fail', error: { code: 'EXPRESSION_FAILED' } }],
  ])('forEach over %j', (list, expected) => {
    expect(plan('forEach', { items: 'input.list', body: {} }, { list })).toMatchObject(
      expected as object,
    );
  });

  it('forEach has its defaults', () => {
    expect(NODE_TYPES.forEach.children?.({})).toEqual({
      kind: 'each',
      graph: { kind: 'body' },
      concurrency: 10,
      tolerate: { count: 0 },
      onExceeded: 'cancel',
    });
  });

  const each = (config: JsonObject) =>
    problemsOf('forEach', { items: '[1]', body: innerGraph(1), ...config });

  it.each<[string, JsonObject, string[]]>([
    ['item in the input of an item', { itemInput: '${{ item.x + index }}' }, []],
    [
      'output in the input',
      { itemInput: '${{ output }}' },
      ['EXPRESSION_UNKNOWN_VARIABLE /config/itemInput'],
    ],
    ['output in what is collected', { collect: { o: '${{ output }}' } }, []],
    [
      'previous anywhere',
      { label: '${{ previous }}' },
      ['EXPRESSION_UNKNOWN_VARIABLE /config/label'],
    ],
    [
      'a condition over results',
      { stopWhen: 'failed > 3 || error.code == "X" || status == "failed"' },
      [],
    ],
    ['a condition that is none', { stopWhen: '"yes"' }, ['EXPRESSION_TYPE /config/stopWhen']],
    ['item in the list itself', { items: 'item' }, ['EXPRESSION_UNKNOWN_VARIABLE /config/items']],
    [
      'both ways to tolerate',
      { tolerate: { count: 1, share: 1 } },
      ['CONFIG /config/tolerate/share'],
    ],
    ['too many at a time', { concurrency: 1_001 }, ['CONFIG /config/concurrency']],
    ['no graph', { body: null }, ['SCHEMA_VERSION /config/body']],
    ['an empty graph', { body: emptyGraph() as never }, ['EMPTY_GRAPH /config/body/nodes']],
  ])('forEach: %s', (_what, config, expected) => {
    expect(each(config)).toEqual(expected);
  });

  it('expressions inside a body belong to the body', () => {
    expect(each({ body: innerGraph('${{ input.item }}') })).toEqual([]);
    expect(each({ body: innerGraph('${{ item }}') })).toEqual([
      'EXPRESSION_UNKNOWN_VARIABLE /config/body/nodes/0/config/output',
    ]);
    expect(each({ body: innerGraph('${{ nodes.n.output }}') })).toEqual([
      'NOT_UPSTREAM /config/body/nodes/0/config/output',
    ]);
    expect(each({ body: innerGraph('${{ run.index + 1 }} ${{ run.label }}') })).toEqual([]);
  });

  it('loop: its condition and its input see what they need', () => {
    const loop = (config: JsonObject) =>
      problemsOf('loop', { until: 'true', maxIterations: 3, body: innerGraph(1), ...config });
    expect(loop({ until: 'output.done || index > 2 || previous == output' })).toEqual([]);
    expect(loop({ input: { i: '${{ index }}', last: '${{ previous }}' } })).toEqual([]);
    expect(loop({ input: '${{ output }}' })).toEqual(['EXPRESSION_UNKNOWN_VARIABLE /config/input']);
    expect(loop({ until: 'index' })).toEqual([]);
    expect(loop({ until: '1' })).toEqual(['EXPRESSION_TYPE /config/until']);
    expect(loop({ maxIterations: 0 })).toEqual(['CONFIG /config/maxIterations']);
  });
});

describe('signal and approval', () => {
  it.each<[JsonObject, string | null]>([
    [{ name: 'paid' }, null],
    [{ name: 'paid', key: '${{ input.id }}' }, '7'],
    [{ name: 'paid', key: '' }, null],
  ])('signal %j waits with the key %j', (config, key) => {
    expect(plan('signal', config, { id: 7 })).toEqual({
      kind: 'signal',
      name: 'paid',
      key,
      expiresMs: null,
    });
  });

  it('signal: names have no slash, keys are bounded', () => {
    expect(problemsOf('signal', { name: 'a/b' })).toEqual(['CONFIG /config/name']);
    expect(plan('signal', { name: 'a', key: 'x'.repeat(201) })).toMatchObject({ kind: 'fail' });
  });

  it('approval plans what people are asked', () => {
    const form = { type: 'object' };
    const config = { title: 'Pay ${{ input.n }}', form, assignees: ['a@b.c'], expiresMs: 5 };
    expect(plan('approval', config, { n: 3 })).toEqual({
      kind: 'approval',
      prompt: { title: 'Pay 3', description: null, form, assignees: ['a@b.c'] },
      expiresMs: 5,
    });
  });

  it('approval: the form must be a usable schema, and is no template', () => {
    expect(problemsOf('approval', { title: 'x', form: { type: 'nothing' } })).toEqual([
      'CONFIG /config/form',
    ]);
    const form = { type: 'object', title: '${{ not an expression }}' };
    expect(problemsOf('approval', { title: 'x', form })).toEqual([]);
  });
});
