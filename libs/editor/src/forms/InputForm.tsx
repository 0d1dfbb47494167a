import { isJsonObject, type Json, type JsonSchema, type Problem } from '@heddle/kernel';
import { LoadingState } from '@heddle/ui';
import { SegmentedControl, Stack } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import { JsonField } from '../code/JsonField.js';
import { RETRY_CODE_SCOPE } from '../code/scope.js';
import { useEditorText } from '../i18n/index.js';
import { problemsAt } from '../panels/problem-paths.js';
import type { FormContext } from './form-context.js';
import { canShowAsForm } from './ui-schema.js';

const SchemaForm = lazy(() =>
  import('./SchemaForm.js').then((module) => ({ default: module.SchemaForm })),
);

interface InputFormProps {
  /** JSON Schema of the value; null or without properties: JSON only. */
  schema: JsonSchema | null;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  label: string;
  /** What the server said is wrong; paths are pointers into the value. */
  problems?: readonly Problem[];
  /** Told whether the JSON text can be read. */
  onValidity?: (isValid: boolean) => void;
}

const NO_PROBLEMS: readonly Problem[] = [];

/** A JSON value as a form made of its schema, or as text. Used for the input of runs and of retried nodes. */
export function InputForm({
  schema,
  value,
  onChange,
  label,
  problems = NO_PROBLEMS,
  onValidity,
}: InputFormProps) {
  const t = useEditorText();
  const canForm = canShowAsForm(schema, value);
  const [wantsJson, setWantsJson] = useState(false);
  const isForm = canForm && !wantsJson;
  const context = useMemo<FormContext>(
    () => ({
      scopeAt: () => RETRY_CODE_SCOPE,
      executors: [],
      workflows: [],
      openWorkflow: () => undefined,
      openBody: null,
      config: {},
      problemsAt: problemsAt(problems, ''),
      setFields: () => undefined,
      t,
    }),
    [problems, t],
  );
  return (
    <Stack gap="xs">
      {canForm ? (
        <SegmentedControl
          size="xs"
          style={{ alignSelf: 'flex-start' }}
          value={isForm ? 'form' : 'json'}
          onChange={(mode) => setWantsJson(mode === 'json')}
          data={[
            { value: 'form', label: t('field.asForm') },
            { value: 'json', label: t('field.asJson') },
          ]}
        />
      ) : null}
      {isForm && schema ? (
        <Suspense fallback={<LoadingState />}>
          <SchemaForm
            schema={schema}
            uiSchema={{}}
            value={isJsonObject(value) ? value : {}}
            onChange={onChange}
            context={context}
          />
        </Suspense>
      ) : (
        <JsonField
          value={value}
          onChange={onChange}
          scope={RETRY_CODE_SCOPE}
          label={label}
          {...(onValidity ? { onValidity } : {})}
        />
      )}
    </Stack>
  );
}
