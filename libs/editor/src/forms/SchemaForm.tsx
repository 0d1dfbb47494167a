import type { JsonObject, JsonSchema } from '@heddle/kernel';
import type { UiSchema } from '@rjsf/utils';
import type { FormContext } from './form-context.js';
import { ThemedForm } from './theme.js';
import { formValidator } from './validator.js';

interface SchemaFormProps {
  schema: JsonSchema;
  uiSchema: UiSchema;
  value: JsonObject;
  onChange: (value: JsonObject) => void;
  context: FormContext;
  isReadOnly?: boolean;
}

/** A form made of a JSON Schema. It shows problems that others found (`context.problemsAt`); it does not judge by itself. */
export function SchemaForm({
  schema,
  uiSchema,
  value,
  onChange,
  context,
  isReadOnly,
}: SchemaFormProps) {
  return (
    <ThemedForm
      tagName="div"
      schema={schema}
      uiSchema={{ ...uiSchema, 'ui:label': false, 'ui:submitButtonOptions': { norender: true } }}
      formData={value}
      formContext={context}
      validator={formValidator}
      readonly={isReadOnly ?? false}
      noValidate
      noHtml5Validate
      showErrorList={false}
      experimental_defaultFormStateBehavior={{
        emptyObjectFields: 'skipDefaults',
        arrayMinItems: { populate: 'never' },
      }}
      onChange={({ formData }: { formData?: unknown }) => {
        const next = (formData ?? {}) as JsonObject;
        if (JSON.stringify(next) !== JSON.stringify(value)) onChange(next);
      }}
    />
  );
}
