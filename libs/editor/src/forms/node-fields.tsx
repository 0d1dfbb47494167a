import { isJsonObject, type Json, type JsonSchema } from '@heddle/kernel';
import {
  ActionIcon,
  Autocomplete,
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  Text,
  Tooltip,
} from '@mantine/core';
import type { FieldProps } from '@rjsf/utils';
import { ExternalLink, FolderOpen } from 'lucide-react';
import { CodeField } from '../code/CodeField.js';
import { JsonField } from '../code/JsonField.js';
import { useState } from 'react';
import { FieldShell, placeOf } from './field-place.js';
import { oneNumberChoices } from './ui-schema.js';

/** The name of another workflow, with the way to it. */
export function WorkflowField(props: FieldProps) {
  const place = placeOf(props);
  const { workflows, openWorkflow, t } = place.context;
  const value = typeof props.formData === 'string' ? props.formData : '';
  const known = workflows.find((workflow) => workflow.name === value);
  return (
    <Autocomplete
      size="xs"
      label={place.label}
      description={value !== '' && !known ? t('field.noWorkflow') : place.description}
      data={[...new Set(workflows.map((workflow) => workflow.name))]}
      limit={50}
      value={value}
      onChange={place.set}
      readOnly={place.isReadOnly}
      required={place.isRequired}
      error={place.error}
      rightSection={
        known ? (
          <Tooltip label={t('field.openWorkflow')}>
            <ActionIcon
              size="sm"
              aria-label={t('field.openWorkflow')}
              onClick={() => openWorkflow(known.id)}
            >
              <ExternalLink size={13} />
            </ActionIcon>
          </Tooltip>
        ) : null
      }
    />
  );
}

/** The graph drawn inside a node: how large it is, and the way into it. */
export function BodyField(props: FieldProps) {
  const place = placeOf(props);
  const { openBody, t } = place.context;
  const nodes: unknown = isJsonObject(props.formData) ? props.formData['nodes'] : [];
  const count = Array.isArray(nodes) ? nodes.length : 0;
  return (
    <FieldShell place={place}>
      <Group gap="sm" mt={4}>
        {openBody ? (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<FolderOpen size={14} />}
            onClick={openBody}
          >
            {t('field.body')}
          </Button>
        ) : null}
        <Text size="xs" c="dimmed">
          {count === 0 ? t('field.bodyEmpty') : t('canvas.inside', { count })}
        </Text>
      </Group>
    </FieldShell>
  );
}

/** A JSON Schema as text; an empty field takes it away. */
export function JsonSchemaField(props: FieldProps) {
  const place = placeOf(props);
  return (
    <FieldShell place={place}>
      <JsonField
        value={props.formData as Json | undefined}
        onChange={place.set}
        scope={place.context.scopeAt(place.path)}
        label={place.label}
        isReadOnly={place.isReadOnly}
      />
    </FieldShell>
  );
}

/** JavaScript with highlighting. */
export function ScriptField(props: FieldProps) {
  const place = placeOf(props);
  return (
    <FieldShell place={place}>
      <CodeField
        mode="javascript"
        value={typeof props.formData === 'string' ? props.formData : ''}
        onChange={place.set}
        scope={place.context.scopeAt(place.path)}
        label={place.label}
        isReadOnly={place.isReadOnly}
      />
    </FieldShell>
  );
}

const numberOf = (schema: JsonSchema, name: 'minimum' | 'maximum'): number | undefined =>
  typeof schema[name] === 'number' ? schema[name] : undefined;

/** A number that is given in one of several ways, such as a count or a share; an empty field takes it away. */
export function OneNumberField(props: FieldProps) {
  const place = placeOf(props);
  const choices = oneNumberChoices(props.schema as JsonSchema) ?? [];
  const value = isJsonObject(props.formData) ? props.formData : {};
  const given = choices.find((choice) => typeof value[choice.name] === 'number');
  const [name, setName] = useState(given?.name ?? choices[0]?.name ?? '');
  const choice = choices.find((entry) => entry.name === name);
  const number = value[name];
  const [min, max] = choice
    ? [numberOf(choice.schema, 'minimum'), numberOf(choice.schema, 'maximum')]
    : [];
  return (
    <FieldShell place={place}>
      <Group gap={6} mt={4} wrap="nowrap">
        <NumberInput
          size="xs"
          style={{ flex: 1 }}
          aria-label={place.label}
          value={typeof number === 'number' ? number : ''}
          allowDecimal={choice?.schema['type'] === 'number'}
          step={choice?.schema['type'] === 'number' ? 0.05 : 1}
          {...(min === undefined ? {} : { min })}
          {...(max === undefined ? {} : { max })}
          readOnly={place.isReadOnly}
          onChange={(next) => place.set(typeof next === 'number' ? { [name]: next } : undefined)}
        />
        <SegmentedControl
          size="xs"
          value={name}
          disabled={place.isReadOnly}
          data={choices.map((entry) => ({
            value: entry.name,
            label: place.textOf(`/${entry.name}`) ?? String(entry.schema['title'] ?? entry.name),
          }))}
          onChange={(next) => {
            setName(next);
            place.set(undefined);
          }}
        />
      </Group>
    </FieldShell>
  );
}
