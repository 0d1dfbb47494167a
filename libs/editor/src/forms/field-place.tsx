import { Input } from '@mantine/core';
import type { FieldProps } from '@rjsf/utils';
import type { ReactNode } from 'react';
import type { FormContext } from './form-context.js';

/** The parts of a form field that ours use, with the types that we know they have. */
export interface Place {
  path: string;
  label: string;
  description: string | undefined;
  isRequired: boolean;
  isReadOnly: boolean;
  context: FormContext;
  error: string | undefined;
  set: (value: unknown) => void;
  /** Title of what stands below this place, in the current language; undefined: what the schema says. */
  textOf: (path: string) => string | undefined;
}

/** Reads what our fields need from the form library's own values. */
export function placeOf(props: FieldProps): Place {
  const { schema, uiSchema, name, fieldPathId, registry } = props;
  const context = registry.formContext as FormContext;
  const steps = fieldPathId.path;
  const path = steps
    .map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
  const title: unknown = uiSchema?.['ui:title'] ?? schema.title ?? name;
  const description: unknown = uiSchema?.['ui:description'] ?? schema.description;
  return {
    path,
    label: String(title),
    description: typeof description === 'string' ? description : undefined,
    isRequired: props.required ?? false,
    isReadOnly: props.readonly ?? false,
    context,
    error: context.problemsAt(path).join(' ') || undefined,
    textOf: (below) => context.titleAt?.(`${path}${below}`),
    set: (value) => props.onChange(value as never, steps),
  };
}

/** Label, description and error around a field. */
export function FieldShell({ place, children }: { place: Place; children: ReactNode }) {
  return (
    <Input.Wrapper
      size="xs"
      label={place.label}
      labelElement="div"
      description={place.description}
      error={place.error}
      required={place.isRequired}
    >
      {children}
    </Input.Wrapper>
  );
}
