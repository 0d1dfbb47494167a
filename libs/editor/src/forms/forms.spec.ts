import { isJsonObject, type JsonSchema } from '@heddle/kernel';
import { NODE_TYPES } from '@heddle/nodes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultsOf } from './defaults.js';
import { parseDuration, parseDurations, writeDuration } from './duration.js';
import { hasChineseText } from './node-form-text.js';
import { readScalar, writeScalar } from './scalar.js';
import {
  buildUiSchema,
  canShowAsForm,
  oneNumberChoices,
  relaxSchema,
  templatedUiSchema,
} from './ui-schema.js';
import { formValidator } from './validator.js';

describe('durations', () => {
  it('are read as people write them', () => {
    const ms = (text: string) => parseDuration(text);
    expect(ms('1min')).toEqual({ ok: true, ms: 60_000 });
    expect(ms('1h 30 min')).toEqual({ ok: true, ms: 5_400_000 });
    expect(ms('500ms')).toEqual({ ok: true, ms: 500 });
    expect(ms('1.5s')).toEqual({ ok: true, ms: 1_500 });
    expect(ms('45')).toEqual({ ok: true, ms: 45_000 });
    expect(ms('soon')).toEqual({ ok: false, reason: 'syntax' });
    expect(ms('400d')).toEqual({ ok: false, reason: 'range' });
    expect(parseDurations('1s, 10s')).toEqual([1_000, 10_000]);
    expect(parseDurations('1s, x')).toBeNull();
  });
  it('come back as they were written', () => {
    fc.assert(
      fc.property(fc.nat(366 * 24 * 3_600_000), (ms) => {
        expect(parseDuration(writeDuration(ms))).toEqual({ ok: true, ms });
      }),
    );
  });
});

describe('scalars that may be templates', () => {
  it('keep the type of a literal and the text of a template', () => {
    expect(readScalar('12', 'number')).toBe(12);
    expect(readScalar('${{ input.n }}', 'number')).toBe('${{ input.n }}');
    expect(readScalar('true', 'boolean')).toBe(true);
    expect(readScalar('12', 'string')).toBe('12');
    expect(readScalar('', 'string')).toBeUndefined();
    expect([writeScalar(12), writeScalar(false), writeScalar(undefined)]).toEqual([
      '12',
      'false',
      '',
    ]);
  });
});

/** Pointers of all titled fields of a schema, with `*` for items. */
function titledPaths(schema: JsonSchema, path = ''): string[] {
  const own = typeof schema['title'] === 'string' && path !== '' ? [path] : [];
  const properties = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : [];
  const below = properties.flatMap(([name, part]) =>
    isJsonObject(part) ? titledPaths(part, `${path}/${name}`) : [],
  );
  const items = isJsonObject(schema['items']) ? titledPaths(schema['items'], `${path}/*`) : [];
  return [...own, ...below, ...items];
}

describe('forms of node types', () => {
  it('show every format by a field of ours', () => {
    expect(buildUiSchema(NODE_TYPES.job.configSchema)).toMatchObject({
      group: { 'ui:field': 'workerGroup' },
      executor: { 'ui:field': 'executor' },
      input: { 'ui:field': 'jsonTemplate' },
      mode: { 'ui:widget': 'hidden' },
    });
    expect(buildUiSchema(NODE_TYPES.decision.configSchema)).toMatchObject({
      cases: { items: { when: { 'ui:field': 'cel' } } },
    });
    expect(buildUiSchema(NODE_TYPES.http.configSchema)).toMatchObject({
      headers: { 'ui:field': 'textMap' },
    });
  });
  it('show a number that is given in one of several ways as one field, and the body first', () => {
    expect(buildUiSchema(NODE_TYPES.forEach.configSchema)).toMatchObject({
      tolerate: { 'ui:field': 'oneNumber' },
      body: { 'ui:field': 'body' },
      'ui:order': ['body', '*'],
    });
    expect(oneNumberChoices({ oneOf: [{ type: 'string' }] })).toBeNull();
  });
  it('have Chinese words for every field', () => {
    const missing = Object.values(NODE_TYPES).flatMap(({ type, configSchema }) =>
      titledPaths(configSchema)
        .filter((path) => !hasChineseText(type, path))
        .map((path) => `${type}${path}`),
    );
    expect(missing).toEqual([]);
  });
});

const schema: JsonSchema = {
  type: 'object',
  required: ['file', 'limit'],
  properties: {
    file: { type: 'string', default: 'orders.csv' },
    limit: { type: 'integer', minimum: 1 },
    deep: { type: 'object', properties: { on: { type: 'boolean', default: true } } },
    empty: { type: 'object', properties: { x: { type: 'string' } } },
  },
};

describe('forms of user schemas', () => {
  it('begin with the defaults', () =>
    expect(defaultsOf(schema)).toEqual({ file: 'orders.csv', deep: { on: true } }));
  it('are offered for objects whose properties are known', () => {
    expect(canShowAsForm(schema, {})).toBe(true);
    expect(canShowAsForm(schema, [1])).toBe(false);
    expect(canShowAsForm({ type: 'object' }, {})).toBe(false);
  });
  it('let templates stand for scalars', () => {
    expect(templatedUiSchema(schema)).toMatchObject({ limit: { 'ui:field': 'scalarTemplate' } });
    expect(relaxSchema(schema)['required']).toBeUndefined();
    expect(templatedUiSchema({ enum: ['a', 'b'] })).toEqual({ 'ui:field': 'scalarTemplate' });
    expect(templatedUiSchema(schema, { deep: '${{ input.deep }}' })).toMatchObject({
      deep: { 'ui:field': 'jsonTemplate' },
    });
  });
});

describe('formValidator', () => {
  it('names the place of each problem, without compiling code', () => {
    const { errors } = formValidator.validateFormData({ limit: 0 }, schema as never);
    expect(errors.map((error) => error.property).sort()).toEqual(['.file', '.limit']);
    expect(formValidator.validateFormData({ file: 'x', limit: 2 }, schema as never).errors).toEqual(
      [],
    );
  });
  it('takes a reference that leads nowhere as not valid', () => {
    expect(formValidator.isValid({ $ref: '#/$defs/none' }, 1, {})).toBe(false);
  });
});
