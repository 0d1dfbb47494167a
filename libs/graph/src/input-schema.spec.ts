import { describe, expect, it } from 'vitest';
import { checkInput, checkInputSchema } from './index.js';

describe('checkInput', () => {
  const schema = {
    type: 'object',
    properties: { n: { type: 'integer', minimum: 1 }, s: { enum: ['a', 'b'] } },
    required: ['n'],
  };

  it('accepts what fits', () => {
    expect(checkInput(schema, { n: 1, s: 'a', more: true })).toEqual([]);
  });

  it.each([
    [{}, '/n'],
    [{ n: 0 }, '/n'],
    [{ n: 1, s: 'c' }, '/s'],
    [[], ''],
  ])('names the place in %j', (input, path) => {
    expect(checkInput(schema, input)[0]).toMatchObject({ code: 'INPUT', path, severity: 'error' });
  });

  it('reads draft 07 too', () => {
    expect(
      checkInput({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'string' }, 5),
    ).toHaveLength(1);
  });

  it('checks formats', () => {
    const schema = { type: 'string', format: 'email' };
    expect(checkInput(schema, 'ann@example.test')).toEqual([]);
    expect(checkInput(schema, 'ann')).toHaveLength(1);
    expect(checkInput({ type: 'string', format: 'of my own' }, 'ann')).toEqual([]);
  });

  it('two schemas may have one $id', () => {
    const $id = 'https://example.test/input';
    expect(checkInput({ $id, type: 'string' }, 'a')).toEqual([]);
    expect(checkInput({ $id, type: 'number' }, 1)).toEqual([]);
  });

  it('P5: a pattern cannot stall it', () => {
    const pattern = { type: 'string', pattern: '^(a+)+$' };
    expect(checkInput(pattern, `${'a'.repeat(50_000)}!`)).toHaveLength(1);
    expect(checkInput({ type: 'string', pattern: '^b' }, 'a')).toHaveLength(1);
  });
});

describe('checkInputSchema', () => {
  it.each<[string, Parameters<typeof checkInputSchema>[0]]>([
    ['an unknown type', { type: 'strnig' }],
    ['a pattern that RE2 does not have', { type: 'string', pattern: '(?=a)' }],
    ['a reference to elsewhere', { $ref: 'https://example.test/schema.json' }],
    ['a schema beyond the bound', { description: 'x'.repeat(100_000) }],
  ])('refuses %s with a reason', (_name, schema) => {
    const [problem] = checkInputSchema(schema);
    expect(problem).toMatchObject({ code: 'INPUT_SCHEMA', path: '/inputSchema' });
    expect(checkInput(schema, 1)).toEqual([problem]);
  });
});
