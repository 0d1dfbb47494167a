import { describe, expect, it } from 'vitest';
import type { Json, JsonSchema } from '@heddle/kernel';
import { checkSchema } from './index.js';

describe('checkSchema', () => {
  const union: JsonSchema = {
    oneOf: [
      {
        type: 'object',
        properties: { kind: { const: 'a' }, x: { type: 'integer' } },
        required: ['kind', 'x'],
        additionalProperties: false,
      },
      { type: 'object', properties: { kind: { const: 'b' } }, required: ['kind'] },
    ],
  };

  it.each<[JsonSchema, Json, string, string]>([
    [{ type: 'string' }, 1, '', 'a string'],
    [{ type: ['string', 'null'] }, 1, '', 'a string or a null'],
    [{ type: 'integer' }, 1.5, '', 'an integer'],
    [{ enum: ['a', 'b'] }, 'c', '', '"a", "b"'],
    [{ type: 'string', minLength: 1 }, '', '', 'empty'],
    [{ type: 'string', maxLength: 2 }, 'abc', '', 'at most 2'],
    [{ type: 'string', pattern: '^x' }, 'abc', '', '^x'],
    [{ type: 'number', minimum: 1, maximum: 3 }, 4, '', 'from 1 to 3'],
    [{ type: 'array', items: { type: 'string' }, maxItems: 3 }, ['a', 1], '/1', 'a string'],
    [{ type: 'array', minItems: 1 }, [], '', 'at least 1'],
    [{ type: 'object', required: ['a/b'] }, {}, '/a~1b', 'missing'],
    [{ type: 'object', additionalProperties: false }, { z: 1 }, '/z', 'not known'],
    [{ type: 'object', additionalProperties: { type: 'string' } }, { z: 1 }, '/z', 'a string'],
    [union, { kind: 'a', x: 'no' }, '/x', 'an integer'],
    [union, { kind: 'c' }, '/kind', '"a" or "b"'],
    [union, 5, '/kind', '"a" or "b"'],
  ])('%j refuses %j', (schema, value, path, message) => {
    const [first] = checkSchema(schema, value);
    expect(first?.path).toBe(path);
    expect(first?.message).toContain(message);
  });

  it('lets a template stand wherever one may', () => {
    const schema = { type: 'string', format: 'template', pattern: '^https' };
    expect(checkSchema(schema, '${{ input.url }}')).toEqual([]);
    expect(checkSchema(schema, 'ftp')).toHaveLength(1);
  });
});
