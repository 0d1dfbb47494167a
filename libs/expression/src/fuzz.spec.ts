import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '@heddle/kernel';
import {
  compileExpression,
  compileTemplate,
  evaluate,
  ExpressionError,
  renderTemplate,
  usedValues,
} from './index.js';

const RUNS = 2_000;
/** A guard against a hang on a busy machine, not a measure. */
const TIMEOUT_MS = 180_000;

const scope = (input: Json) => ({
  input,
  context: { a: 1 },
  nodes: { n: { output: input, status: 'succeeded', error: null, attempts: 1 } },
  run: { id: '1' },
  trigger: { kind: 'manual', actor: 'a' },
});

/** Pieces that make most texts get past the parser. */
const piece = fc.constantFrom(
  'input', 'context', 'nodes', 'run', '.a', '.n', '.output', '[0]', '["a"]', '(', ')', '[', ']', '{', '}', ',', ':', '?', ' ',
  '+', '-', '*', '/', '%', '==', '!=', '<', '>=', '&&', '||', '!', ' in ', '1', '0', '2.5', '9223372036854775807', '"a"',
  "'x'", 'r"\\d"', 'b"z"', 'true', 'null', 'size(', 'string(', 'int(', 'double(', 'duration("1h")', 'timestamp(', '.map(x, x)',
  '.filter(x, true)', '.all(x, x == 1)', '.exists(x, x)', 'has(', 'cel.bind(v, ', '.matches("a+")', '.split("")', '.join("")',
  'range(', 'json(', 'parseJson(', 'sum(', '.?a', '.orValue(1)', 'type(', 'dyn(', '.sort()', '.distinct()', '.flatten()',
); // prettier-ignore

/**
 * Whatever the text, it is an expression with a JSON value, or a problem with a place; nothing else
 * ever happens.
 */
function tryOut(source: string, input: Json): void {
  const compiled = compileExpression(source);
  if (!compiled.ok) {
    const { range, message } = compiled.problem;
    expect(range.start >= 0 && range.start <= range.end && range.end <= source.length).toBe(true);
    expect(message).not.toBe('');
    return;
  }
  usedValues(compiled.expression, scope(input));
  try {
    const value = evaluate(compiled.expression, scope(input));
    expect(JSON.parse(JSON.stringify(value))).toEqual(value);
  } catch (error) {
    expect(error).toBeInstanceOf(ExpressionError);
  }
}

/** JSON that survives its own text: without -0, which JSON writes as 0. */
const anyJson = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json);

describe(
  'P5: nothing that a user types as an expression crashes the server',
  { timeout: TIMEOUT_MS },
  () => {
    it('any text', () => {
      fc.assert(fc.property(fc.string({ maxLength: 60, unit: 'binary' }), anyJson, tryOut), {
        numRuns: RUNS,
      });
    });

    it('any mixture of pieces', () => {
      const source = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
      fc.assert(fc.property(source, anyJson, tryOut), { numRuns: RUNS * 3 });
    });

    it('any template', () => {
      const text = fc.array(fc.oneof(piece, fc.constantFrom('${{', '}}', '${{ input.a }}')), {
        maxLength: 10,
      });
      const template = fc.dictionary(
        fc.string(),
        fc.oneof(
          text.map((parts) => parts.join('')),
          anyJson,
        ),
      );
      const render = (value: Json, input: Json) => {
        const compiled = compileTemplate(value);
        if (!compiled.ok) {
          expect(compiled.problems.every(({ path }) => path.startsWith('/'))).toBe(true);
          return;
        }
        try {
          JSON.stringify(renderTemplate(compiled.template, scope(input)));
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
      };
      fc.assert(fc.property(template as fc.Arbitrary<Json>, anyJson, render), { numRuns: RUNS });
    });
  },
);

describe(
  'P5: no expression stalls the server or exhausts its memory',
  { timeout: TIMEOUT_MS },
  () => {
    const big = 'x'.repeat(500_000);
    const list = Array.from({ length: 50_000 }, (_, i) => i);
    const deep = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000)) as Json;
    const refused = (source: string, input: Json) => {
      const compiled = compileExpression(source);
      if (!compiled.ok) throw new Error(`${source}: ${compiled.problem.message}`);
      return () => evaluate(compiled.expression, scope(input));
    };

    it.each<[string, Json]>([
      ['range(10000).map(a, range(10000).map(b, a + b))', null],
      ['range(10000).map(a, range(10000))', null],
      ['range(10000).map(a, input)', big],
      ['input.map(a, input.filter(b, a == b))', list],
      ['range(10000).exists(a, input == input + [a])', list],
      ['cel.bind(a, input + input, cel.bind(b, a + a, cel.bind(c, b + b, c + c)))', big],
      ['range(10000).map(a, string(a)).join(input)', big],
      ['input.split("").map(a, input.split(""))', big],
      ['input.replace("x", "yyyyyyyyyy")', big],
      ['range(10000).map(a, input.matches("(.{1,50}){1,9}z$"))', big.slice(0, 5_000)],
      ['duration(input)', '9'.repeat(100_000)],
      ['double(input)', '9'.repeat(100_000)],
      ['input == [[1]]', deep],
      ['[input]', deep],
      ['json(input)', deep],
      ['parseJson(input)', '['.repeat(100_000)],
      ['range(10000).map(a, json(input))', list],
      [
        'cel.bind(a, [input, input, input, input], cel.bind(b, [a, a, a, a], cel.bind(c, [b, b, b, b], [c, c, c, c])))',
        list,
      ],
      [
        '"a".matches("((((((((((a{1,9}){1,9}){1,9}){1,9}){1,9}){1,9}){1,9}){1,9}){1,9}){1,9}")',
        null,
      ],
    ])('%s is refused', (source, input) => {
      expect(refused(source, input)).toThrow(ExpressionError);
    });

    it('a pattern that stalls a backtracking matcher is answered', () => {
      expect(refused('input.matches("^(a+)+$")', `${'a'.repeat(5_000)}!`)()).toBe(false);
    });
  },
);
