import { describe, expect, it } from 'vitest';
import type { Json } from '@heddle/kernel';
import { compileTemplate, ExpressionError, hasExpressions, renderTemplate } from './index.js';

const scope = {
  input: { n: 2, text: 'a', list: [1, null], big: 'x'.repeat(400_000) },
  context: {},
  nodes: { a: { output: { v: true }, status: 'succeeded', error: null, attempts: 1 } },
  run: {},
  trigger: {},
};

function rendered(value: Json): Json {
  const compiled = compileTemplate(value);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return renderTemplate(compiled.template, scope);
}

describe('renderTemplate', () => {
  it.each<[string, Json, Json]>([
    ['a whole expression keeps its type', '${{ input.n }}', 2],
    ['spaces make it a text', ' ${{ input.n }}', ' 2'],
    [
      'texts stand as they are, the rest as JSON',
      'v=${{ input.text }} ${{ input.list }}!',
      'v=a [1,null]!',
    ],
    ['braces and quotes inside are respected', '${{ {"a": {"b": "}}"}} }}', { a: { b: '}}' } }],
    [
      'objects and lists are walked',
      { a: [1, '${{ nodes.a.output.v }}'], b: null },
      { a: [1, true], b: null },
    ],
    ['keys are no templates', { '${{ input.n }}': 1 }, { '${{ input.n }}': 1 }],
    ['other braces are text', '{{ input.n }} $ {', '{{ input.n }} $ {'],
    ['a quoted mark can be written', '${{ "${{" }}', '${{'],
  ])('%s', (_name, template, expected) => {
    expect(rendered(template)).toEqual(expected);
  });

  it('returns a value without expressions as it is', () => {
    const value = { a: [1, 'b'] };
    expect(rendered(value)).toBe(value);
  });

  it('keeps a key named __proto__ a key', () => {
    const value = JSON.parse('{"__proto__": "${{ input.n }}"}') as Json;
    expect(JSON.stringify(rendered(value))).toBe('{"__proto__":2}');
  });

  it('names path and range of an expression that fails', () => {
    const failing = () => rendered({ orders: ['ok ${{ input.n }} then ${{ input.zz }}'] });
    expect(failing).toThrow(ExpressionError);
    try {
      failing();
    } catch (error) {
      const { path, range, source } = error as ExpressionError;
      expect(path).toBe('/orders/0');
      expect(source.slice(range.start, range.end)).toBe('zz');
    }
  });

  it('P5: all its expressions share one allowance of steps', () => {
    const costly = '${{ size(range(10000).map(a, a)) }}';
    expect(rendered(Array.from({ length: 3 }, () => costly))).toEqual([10_000, 10_000, 10_000]);
    expect(() => rendered(Array.from({ length: 200 }, () => costly))).toThrow(/Too many steps/);
  });

  it('refuses to grow beyond its bound', () => {
    expect(() => rendered(['${{ input.big }}', '${{ input.big }}', '${{ input.big }}'])).toThrow(
      /larger than/,
    );
  });
});

describe('compileTemplate', () => {
  it('reports every problem with its path and range', () => {
    const compiled = compileTemplate(
      { a: '${{ input.x + }}', 'b/c': ['fine', 'x ${{ foo }}'] },
      '/config',
    );
    expect(compiled.ok).toBe(false);
    if (compiled.ok) return;
    expect(compiled.problems.map(({ path, code }) => [path, code])).toEqual([
      ['/config/a', 'SYNTAX'],
      ['/config/b~1c/1', 'UNKNOWN_VARIABLE'],
    ]);
    expect(compiled.problems[1]?.range).toEqual({ start: 6, end: 9 });
  });

  it('reports an expression that is not closed', () => {
    const compiled = compileTemplate('a ${{ input.x');
    expect(!compiled.ok && compiled.problems[0]).toMatchObject({
      code: 'SYNTAX',
      range: { start: 2, end: 13 },
    });
  });

  it('reports nesting beyond the bound instead of overflowing', () => {
    let value: Json = 1;
    for (let i = 0; i < 50_000; i++) value = [value];
    const compiled = compileTemplate(value);
    expect(!compiled.ok && compiled.problems[0]?.code).toBe('LIMIT');
  });

  it('collects the nodes it reads', () => {
    const compiled = compileTemplate([
      '${{ nodes.a.output }}',
      'x ${{ nodes.b.status }}',
      '${{ nodes.a.error }}',
    ]);
    expect(compiled.ok && compiled.template.nodeReferences).toEqual(['a', 'b']);
  });
});

describe('hasExpressions', () => {
  it.each<[Json, boolean]>([
    ['a', false],
    ['${{ 1 }}', true],
    [{ a: [{ b: 'x ${{ 1 }}' }] }, true],
    [{ '${{ 1 }}': 1 }, false],
    [null, false],
  ])('%j: %s', (value, expected) => {
    expect(hasExpressions(value)).toBe(expected);
  });
});
