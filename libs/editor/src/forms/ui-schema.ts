import { isJsonObject, type JsonSchema } from '@heddle/kernel';
import type { UiSchema } from '@rjsf/utils';

/** Texts of a field in the current language; undefined leaves what the schema says. */
export interface FieldText {
  title?: string | undefined;
  description?: string | undefined;
}

/** Our field for each `format` of the node types' schemas. */
const FIELDS_BY_FORMAT: Readonly<Record<string, string>> = {
  cel: 'cel',
  template: 'template',
  'json-template': 'jsonTemplate',
  'duration-ms': 'duration',
  'worker-group': 'workerGroup',
  executor: 'executor',
  workflow: 'workflow',
  graph: 'body',
  'json-schema': 'jsonSchema',
  javascript: 'script',
};

/** Which field shows each part of a schema, and its texts. `textAt` gets the pointer, with `*` for items and map values. */
export function buildUiSchema(
  schema: JsonSchema,
  textAt: (path: string) => FieldText = () => ({}),
  path = '',
): UiSchema {
  const ui: UiSchema = {};
  const { title, description } = textAt(path);
  if (title !== undefined) ui['ui:title'] = title;
  if (description !== undefined) ui['ui:description'] = description;
  const initial = schema['default'];
  if (typeof initial === 'number' || typeof initial === 'string')
    ui['ui:placeholder'] = String(initial);
  const format = typeof schema['format'] === 'string' ? schema['format'] : '';
  const field = FIELDS_BY_FORMAT[format];
  if (field) return { ...ui, 'ui:field': field };
  if (isTextMap(schema)) return { ...ui, 'ui:field': 'textMap' };
  if (oneNumberChoices(schema)) return { ...ui, 'ui:field': 'oneNumber' };
  // A choice of one is no choice.
  if (Array.isArray(schema['enum']) && schema['enum'].length === 1)
    return { 'ui:widget': 'hidden' };
  if (isJsonObject(schema['properties'])) {
    const properties = Object.entries(schema['properties']);
    for (const [name, property] of properties)
      if (isJsonObject(property)) ui[name] = buildUiSchema(property, textAt, `${path}/${name}`);
    // The graph inside a node is what people come for.
    const body = properties.find(
      ([, property]) => isJsonObject(property) && property['format'] === 'graph',
    );
    if (body) ui['ui:order'] = [body[0], '*'];
  }
  if (isJsonObject(schema['items']))
    ui['items'] = buildUiSchema(schema['items'], textAt, `${path}/*`);
  return ui;
}

/** A number that is given in one of several ways: the property of each way. */
export interface NumberChoice {
  name: string;
  schema: JsonSchema;
}

/** The ways of a schema `oneOf` whose every branch has one number; null for any other schema. */
export function oneNumberChoices(schema: JsonSchema): NumberChoice[] | null {
  const branches: unknown = schema['oneOf'];
  if (!Array.isArray(branches) || branches.length === 0) return null;
  const choices = branches.flatMap<NumberChoice>((branch: unknown) => {
    const properties = isJsonObject(branch) ? branch['properties'] : undefined;
    const [only, ...rest] = isJsonObject(properties) ? Object.entries(properties) : [];
    if (!only || rest.length > 0 || !isJsonObject(only[1])) return [];
    const isNumber = only[1]['type'] === 'integer' || only[1]['type'] === 'number';
    return isNumber ? [{ name: only[0], schema: only[1] }] : [];
  });
  return choices.length === branches.length ? choices : null;
}

function isTextMap(schema: JsonSchema): boolean {
  const rest = schema['additionalProperties'];
  return (
    schema['type'] === 'object' &&
    !schema['properties'] &&
    isJsonObject(rest) &&
    rest['type'] === 'string'
  );
}

/**
 * How the values of an executor's input are shown when every one of them may be a template instead: scalars become
 * fields of text that keep the scalar's type for what is written literally. Where a template stands for a whole object
 * or list, its text is shown.
 */
export function templatedUiSchema(schema: JsonSchema, value?: unknown): UiSchema {
  const { type } = schema;
  const isWritten = typeof value === 'string';
  if (isJsonObject(schema['properties']) && !isWritten) {
    const ui: UiSchema = {};
    for (const [name, property] of Object.entries(schema['properties'])) {
      const part = isJsonObject(value) ? value[name] : undefined;
      if (isJsonObject(property)) ui[name] = templatedUiSchema(property, part);
    }
    return ui;
  }
  if (type === 'array' && isJsonObject(schema['items']) && !isWritten)
    return { items: templatedUiSchema(schema['items']) };
  const isScalar =
    Array.isArray(schema['enum']) ||
    ['string', 'number', 'integer', 'boolean'].includes(String(type));
  return { 'ui:field': isScalar ? 'scalarTemplate' : 'jsonTemplate' };
}

/** Whether a value can be shown in a form made of `schema`: an object whose schema has properties. */
export function canShowAsForm(schema: JsonSchema | null | undefined, value: unknown): boolean {
  if (!schema || !isJsonObject(schema['properties'])) return false;
  if (Object.keys(schema['properties']).length === 0) return false;
  return value === undefined || value === null || isJsonObject(value);
}

/** The schema without demands that a form of templates cannot meet: the server checks the rendered input. */
export function relaxSchema(schema: JsonSchema): JsonSchema {
  const { required: _required, ...rest } = schema;
  const relaxed: JsonSchema = { ...rest };
  if (isJsonObject(schema['properties'])) {
    relaxed['properties'] = Object.fromEntries(
      Object.entries(schema['properties']).map(([name, property]) => [
        name,
        isJsonObject(property) ? relaxSchema(property) : property,
      ]),
    );
  }
  return relaxed;
}
