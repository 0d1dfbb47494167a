import {
  ActionIcon,
  Autocomplete,
  Button,
  Group,
  SegmentedControl,
  Stack,
  TextInput,
} from '@mantine/core';
import { isJsonObject, type Json } from '@heddle/kernel';
import type { FieldProps, RegistryFieldsType } from '@rjsf/utils';
import { Plus, X } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { CodeField } from '../code/CodeField.js';
import { JsonField } from '../code/JsonField.js';
import { FieldShell, placeOf } from './field-place.js';
import {
  BodyField,
  JsonSchemaField,
  OneNumberField,
  ScriptField,
  WorkflowField,
} from './node-fields.js';
import { DurationInput } from './DurationInput.js';
import { canShowAsForm, relaxSchema, templatedUiSchema } from './ui-schema.js';
import { readScalar, writeScalar } from './scalar.js';

// A form inside a field of a form: loaded late, as the form itself is made of these fields.
const SchemaForm = lazy(() =>
  import('./SchemaForm.js').then((module) => ({ default: module.SchemaForm })),
);

function CodeTextField({ props, mode }: { props: FieldProps; mode: 'cel' | 'template' }) {
  const place = placeOf(props);
  const text = typeof props.formData === 'string' ? props.formData : '';
  return (
    <FieldShell place={place}>
      <CodeField
        mode={mode}
        value={text}
        onChange={(next) => place.set(next === '' && !place.isRequired ? undefined : next)}
        scope={place.context.scopeAt(place.path)}
        label={place.label}
        placeholder={place.context.t(mode === 'cel' ? 'field.cel' : 'field.template')}
        isReadOnly={place.isReadOnly}
      />
    </FieldShell>
  );
}

const CelField = (props: FieldProps) => <CodeTextField props={props} mode="cel" />;
const TemplateField = (props: FieldProps) => <CodeTextField props={props} mode="template" />;

function DurationField(props: FieldProps) {
  const place = placeOf(props);
  return (
    <DurationInput
      label={place.label}
      description={place.description}
      value={typeof props.formData === 'number' ? props.formData : undefined}
      onChange={place.set}
      isRequired={place.isRequired}
      isReadOnly={place.isReadOnly}
      error={place.error}
    />
  );
}

function WorkerGroupField(props: FieldProps) {
  const place = placeOf(props);
  const groups = [...new Set(place.context.executors.map((offer) => offer.group))];
  return (
    <Autocomplete
      size="xs"
      label={place.label}
      description={place.description}
      data={groups}
      value={typeof props.formData === 'string' ? props.formData : ''}
      onChange={place.set}
      readOnly={place.isReadOnly}
      required={place.isRequired}
      error={place.error}
    />
  );
}

function ExecutorField(props: FieldProps) {
  const place = placeOf(props);
  const { executors, config, t } = place.context;
  const value = typeof props.formData === 'string' ? props.formData : '';
  const inGroup = executors.filter((offer) => offer.group === config['group']);
  const offer = inGroup.find((entry) => entry.name === value);
  const hint =
    value === ''
      ? undefined
      : offer
        ? t('field.offer', { count: offer.workerCount })
        : t('field.noOffer');
  return (
    <Autocomplete
      size="xs"
      label={place.label}
      description={hint ?? place.description}
      data={[...new Set(inGroup.map((entry) => entry.name))]}
      value={value}
      onChange={place.set}
      readOnly={place.isReadOnly}
      required={place.isRequired}
      error={place.error}
    />
  );
}

/** A value whose strings may hold templates. The input of a job whose executor told its schema also has a form. */
function JsonTemplateField(props: FieldProps) {
  const place = placeOf(props);
  const { context } = place;
  const offer = context.executors.find(
    (entry) => entry.group === context.config['group'] && entry.name === context.config['executor'],
  );
  const schema = place.path === '/input' ? (offer?.inputSchema ?? null) : null;
  const canForm = canShowAsForm(schema, props.formData);
  const [wantsJson, setWantsJson] = useState(false);
  const isForm = canForm && !wantsJson;
  return (
    <FieldShell place={place}>
      {canForm ? (
        <SegmentedControl
          size="xs"
          mb={6}
          value={isForm ? 'form' : 'json'}
          onChange={(value) => setWantsJson(value === 'json')}
          data={[
            { value: 'form', label: context.t('field.asForm') },
            { value: 'json', label: context.t('field.asJson') },
          ]}
        />
      ) : null}
      {isForm && schema ? (
        <div className="h-nested-form">
          <Suspense>
            <SchemaForm
              schema={relaxSchema(schema)}
              uiSchema={templatedUiSchema(schema, props.formData)}
              value={isJsonObject(props.formData) ? props.formData : {}}
              onChange={place.set}
              context={{
                ...context,
                problemsAt: (path) => context.problemsAt(`${place.path}${path}`),
              }}
              isReadOnly={place.isReadOnly}
            />
          </Suspense>
        </div>
      ) : (
        <JsonField
          value={props.formData as Json | undefined}
          onChange={place.set}
          scope={context.scopeAt(place.path)}
          label={place.label}
          isTemplate
          isReadOnly={place.isReadOnly}
        />
      )}
    </FieldShell>
  );
}

/** A scalar of an executor's input, or a template that gives it. */
function ScalarTemplateField(props: FieldProps) {
  const place = placeOf(props);
  const type = typeof props.schema.type === 'string' ? props.schema.type : 'string';
  const choices = Array.isArray(props.schema.enum)
    ? props.schema.enum.map(writeScalar)
    : type === 'boolean'
      ? ['true', 'false']
      : null;
  const set = (text: string): void => place.set(readScalar(text, type));
  if (choices) {
    return (
      <Autocomplete
        size="xs"
        label={place.label}
        description={place.description}
        data={choices}
        value={writeScalar(props.formData)}
        onChange={set}
        readOnly={place.isReadOnly}
        error={place.error}
      />
    );
  }
  return (
    <FieldShell place={place}>
      <CodeField
        mode="template"
        value={writeScalar(props.formData)}
        onChange={set}
        scope={place.context.scopeAt(place.path)}
        label={place.label}
        isReadOnly={place.isReadOnly}
      />
    </FieldShell>
  );
}

/** Named texts, such as headers: one row per name. */
function TextMapField(props: FieldProps) {
  const place = placeOf(props);
  const { t } = place.context;
  const rows: [string, string][] = isJsonObject(props.formData)
    ? Object.entries(props.formData).map(([name, value]) => [name, writeScalar(value)])
    : [];
  const write = (next: [string, string][]): void =>
    place.set(next.length === 0 ? undefined : Object.fromEntries(next));
  const rename = (index: number, name: string): void => {
    if (rows.some(([other], i) => i !== index && other === name)) return;
    write(rows.map((row, i) => (i === index ? [name, row[1]] : row)));
  };
  return (
    <FieldShell place={place}>
      <Stack gap={6} mt={4}>
        {rows.map(([name, value], index) => (
          <Group key={index} gap={6} wrap="nowrap" align="flex-start">
            <TextInput
              w={110}
              aria-label={t('field.propertyName')}
              value={name}
              readOnly={place.isReadOnly}
              onChange={(event) => rename(index, event.currentTarget.value)}
            />
            <div style={{ flex: 1, minWidth: 0 }}>
              <CodeField
                mode="template"
                value={value}
                onChange={(next) =>
                  write(rows.map((row, i) => (i === index ? [row[0], next] : row)))
                }
                scope={place.context.scopeAt(`${place.path}/${name}`)}
                label={`${place.label}: ${name}`}
                isReadOnly={place.isReadOnly}
              />
            </div>
            <ActionIcon
              aria-label={`${t('field.remove')}: ${name}`}
              onClick={() => write(rows.filter((_, i) => i !== index))}
            >
              <X size={14} />
            </ActionIcon>
          </Group>
        ))}
        {place.isReadOnly ? null : (
          <Group>
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<Plus size={12} />}
              onClick={() => write([...rows, [freeName(rows), '']])}
            >
              {t('field.addProperty')}
            </Button>
          </Group>
        )}
      </Stack>
    </FieldShell>
  );
}

function freeName(rows: readonly [string, string][]): string {
  const taken = new Set(rows.map(([name]) => name));
  let index = rows.length + 1;
  while (taken.has(`name${index}`)) index++;
  return `name${index}`;
}

/** Fields that the `ui:field` of our schemas names. */
export const FORM_FIELDS: RegistryFieldsType = {
  cel: CelField,
  template: TemplateField,
  duration: DurationField,
  workerGroup: WorkerGroupField,
  executor: ExecutorField,
  jsonTemplate: JsonTemplateField,
  scalarTemplate: ScalarTemplateField,
  textMap: TextMapField,
  workflow: WorkflowField,
  body: BodyField,
  jsonSchema: JsonSchemaField,
  script: ScriptField,
  oneNumber: OneNumberField,
};
