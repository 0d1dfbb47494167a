import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toJsonText } from './json-output.js';

describe('toJsonText', () => {
  it('writes every JSON value as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(toJsonText('output', value)).toBe(JSON.stringify(value));
      }),
    );
  });

  it.each([
    [undefined, 'null'],
    [{ a: undefined, b: 1 }, '{"b":1}'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ])('writes %j as %s', (value, text) => expect(toJsonText('output', value)).toBe(text));

  const shared = { x: 1 };
  it('takes an object that occurs twice, which is no cycle', () => {
    expect(toJsonText('output', [shared, shared])).toBe('[{"x":1},{"x":1}]');
  });

  it.each<[unknown, string]>([
    [() => 1, 'output is a function'],
    [{ a: [Symbol('s')] }, 'output.a[0] is a symbol'],
    [{ a: new Map([[1, 2]]) }, 'output.a is a Map'],
    [[new Set([1])], 'output[0] is a Set'],
    [{ n: Infinity }, 'output.n is Infinity'],
    [{ toJSON: () => { throw new Error('no'); } }, 'output.toJSON is a function'],
  ])('refuses %o and says where', (value, message) => {
    expect(() => toJsonText('output', value)).toThrow(message);
  }); // prettier-ignore
});
