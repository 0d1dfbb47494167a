import { describe, expect, it } from 'vitest';
import {
  compileExpression,
  evaluate,
  ExpressionError,
  EXPRESSION_LIMITS,
  nodeReferences,
  RETRY_SCOPE,
  usedValues,
} from './index.js';

const scope = {
  input: {
    n: 2,
    half: 0.5,
    text: 'aaa',
    list: [3, 1, 2],
    flag: true,
    nothing: null,
    map: { k: 1 },
    odd: { constructor: 'x', a: 1 },
  },
  context: { seen: 4 },
  nodes: { price: { output: { total: 12.5 }, status: 'succeeded', error: null, attempts: 1 } },
  run: { id: '7' },
  trigger: { kind: 'manual', actor: 'Ana' },
};

function valueOf(source: string): unknown {
  const compiled = compileExpression(source);
  if (!compiled.ok) throw new Error(`${source}: ${compiled.problem.message}`);
  return evaluate(compiled.expression, scope);
}

function problemOf(source: string) {
  const compiled = compileExpression(source);
  return compiled.ok ? null : compiled.problem;
}

function errorOf(source: string): ExpressionError {
  try {
    valueOf(source);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${source} has a value`);
}

describe('evaluate', () => {
  it.each([
    ['input.n + 1', 3],
    ['1 + input.n', 3],
    ['input.n * input.half', 1],
    ['7 / 2', 3],
    ['input.n / 4', 0.5],
    ['5 % input.n', 1],
    ['input.n == 2', true],
    ['size(input.list) > 2 && input.flag', true],
    ['input.list[0]', 3],
    ['input.list.map(x, x * 2)', [6, 2, 4]],
    ['input.list.filter(x, x > 1).sort()', [2, 3]],
    ['sum(input.list) + max(input.list) - min(input.list)', 8],
    ['input.list.first() + input.list.last()', 5],
    ['[1, 1.0, "a", "a"].distinct()', [1, 'a']],
    ['[[1], [2, 3]].flatten()', [1, 2, 3]],
    ['range(3)', [0, 1, 2]],
    ['round(2.345, 2)', 2.35],
    ['[abs(-2), floor(1.7), ceil(1.2), round(1.5)]', [2, 1, 2, 2]],
    ['has(input.zz) ? "yes" : "no"', 'no'],
    ['input.?zz.orValue("none")', 'none'],
    ['coalesce(input.nothing, 1)', 1],
    ['keys(input.map)', ['k']],
    ['values(merge(input.map, {"k": 2, "l": 3}))', [2, 3]],
    ['json(input.map)', '{"k":1}'],
    ['parseJson("{\\"a\\": [1]}").a[0]', 1],
    ['"a-b-a".replace("a", "xy")', 'xy-b-xy'],
    ['urlEncode("a b/ä")', 'a%20b%2F%C3%A4'],
    ['"order 17".matches("\\\\d+$")', true],
    ['timestamp("2024-02-29T10:00:00Z") + duration("1h")', '2024-02-29T11:00:00.000Z'],
    ['epochMs(timestamp("1970-01-01T00:00:01Z"))', 1000],
    ['duration("90s")', '90s'],
    ['nodes.price.output.total', 12.5],
    ['nodes["price"].status', 'succeeded'],
    ['run.id + trigger.actor', '7Ana'],
    ['{"a": input.n, "b": [1, null]}', { a: 2, b: [1, null] }],
    ['input', scope.input],
  ])('%s', (source, expected) => {
    expect(valueOf(source)).toEqual(expected);
  });

  it.each([
    ['input.zz', 'No such key: zz', { start: 6, end: 8 }],
    ['input.n + "a"', 'no such overload', { start: 0, end: 13 }],
    ['input.n > 1 && input.zz', 'No such key: zz', { start: 21, end: 23 }],
    ['input.list[9]', 'out of bounds', { start: 0, end: 13 }],
    ['input.n / 0', 'division by zero', null],
    ['input.odd.a', 'key "constructor"', null],
    ['1.0 / 0.0', 'not a JSON number', { start: 0, end: 9 }],
    ['9007199254740993', 'beyond 2^53', { start: 0, end: 16 }],
    ['b"abc"', '.base64()', { start: 0, end: 6 }],
    ['"x".matches("(")', 'Invalid pattern', { start: 0, end: 16 }],
    ['"x".matches("(a)\\\\1")', 'Invalid pattern', null],
  ])('%s fails at its place', (source, message, range) => {
    const error = errorOf(source);
    expect(error.message).toContain(message);
    if (range) expect(error.range).toEqual(range);
    expect(error.source).toBe(source);
  });
});

describe('compileExpression', () => {
  it.each([
    ['', 'SYNTAX', 'empty'],
    ['1 +', 'SYNTAX', 'Unexpected token'],
    ['input.a b', 'SYNTAX', ''],
    ['"open', 'SYNTAX', ''],
    ['foo + 1', 'UNKNOWN_VARIABLE', 'foo'],
    ['secrets.key', 'UNKNOWN_VARIABLE', 'secrets'],
    ['now()', 'TYPE', 'no matching overload'],
    ['"a" + 1', 'TYPE', 'no such overload'],
    ['run.idd', 'UNKNOWN_FIELD', 'it has id, workflow'],
    ['nodes.a.result', 'UNKNOWN_FIELD', 'it has output, status'],
    ['nodes', 'UNKNOWN_FIELD', 'nodes.<key>'],
    ['size(nodes)', 'UNKNOWN_FIELD', 'nodes.<key>'],
    ['nodes[input.text].output', 'UNKNOWN_FIELD', 'nodes.<key>'],
    ['[1].map(input, input)', 'UNKNOWN_VARIABLE', 'choose another name'],
    ['[1].map(a, [1].map(b, [1].map(c, a + b + c)))', 'LIMIT', 'Macros'],
    [`[${'1,'.repeat(300)}1]`, 'LIMIT', ''],
    [`${'('.repeat(100)}1${')'.repeat(100)}`, 'LIMIT', ''],
    ['1'.repeat(EXPRESSION_LIMITS.sourceLengthMax + 1), 'LIMIT', 'characters'],
  ])('refuses %s', (source, code, message) => {
    const problem = problemOf(source);
    expect(problem?.code).toBe(code);
    expect(problem?.message).toContain(message);
    expect(problem?.range.start).toBeGreaterThanOrEqual(0);
    expect(problem?.range.end).toBeLessThanOrEqual(source.length);
  });

  it('knows the type of a condition', () => {
    const typeOf = (source: string) => {
      const compiled = compileExpression(source);
      return compiled.ok ? compiled.expression.type : compiled.problem.code;
    };
    expect(typeOf('input.a > 1')).toBe('bool');
    expect(typeOf('input.a')).toBe('dyn');
    expect(typeOf('"a"')).toBe('string');
  });

  it('checks against the variables of its place', () => {
    expect(compileExpression('error.code == "X" && attempt < 3', RETRY_SCOPE).ok).toBe(true);
    expect(compileExpression('input.a', RETRY_SCOPE).ok).toBe(false);
    expect(compileExpression('error.kode', RETRY_SCOPE).ok).toBe(false);
  });
});

describe('nodeReferences', () => {
  it.each([
    ['nodes.a.output + nodes["b"].output.x + nodes.a.attempts', ['a', 'b']],
    ['[1].map(x, nodes.c.output + x)', ['c']],
    ['has(nodes.d.output.x)', ['d']],
    ['nodes.?e.?output.orValue(1)', ['e']],
    ['cel.bind(v, nodes.f.output, v + v)', ['f']],
    ['input.nodes.a', []],
  ])('of %s', (source, expected) => {
    const compiled = compileExpression(source);
    expect(compiled.ok && nodeReferences(compiled.expression).sort()).toEqual(expected);
  });
});

describe('usedValues', () => {
  const used = (source: string, values: Record<string, unknown> = scope) => {
    const compiled = compileExpression(source);
    return compiled.ok ? usedValues(compiled.expression, values) : null;
  };

  it('lists the values that a condition looked at', () => {
    expect(used('nodes.price.output.total > input.n && input.list[1] == 1')).toEqual({
      'nodes.price.output.total': 12.5,
      'input.n': 2,
      'input.list[1]': 1,
    });
  });

  it('leaves out what is missing and what a macro binds', () => {
    expect(used('input.zz == 1')).toEqual({});
    expect(used('input.list.all(x, x > 0)')).toEqual({ 'input.list': [3, 1, 2] });
  });

  it('stays small whatever the values are', () => {
    const big = { a: 'x'.repeat(100_000), b: Array.from({ length: 5_000 }, () => ({ y: 1 })) };
    const values = used('size(input.a) + size(input.b)', { ...scope, input: big });
    expect(JSON.stringify(values).length).toBeLessThan(2_100);
    expect(values?.['input.b']).toBe('[5000 items]');
  });
});
