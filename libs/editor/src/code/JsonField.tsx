import { Text } from '@mantine/core';
import { type Json, messageOf } from '@heddle/kernel';
import { useEffect, useRef, useState } from 'react';
import { useEditorText } from '../i18n/index.js';
import { CodeField } from './CodeField.js';
import type { CodeScope } from './scope.js';

interface JsonFieldProps {
  /** Undefined: empty field. */
  value: Json | undefined;
  /** Called only with what is JSON; `undefined` for an empty field. */
  onChange: (value: Json | undefined) => void;
  scope: CodeScope;
  label: string;
  /** Strings may hold `${{ }}`. */
  isTemplate?: boolean;
  isReadOnly?: boolean;
  /** Told whether the text is JSON at the moment. */
  onValidity?: (isValid: boolean) => void;
}

function textOf(value: Json | undefined): string {
  return value === undefined ? '' : JSON.stringify(value, null, 2);
}

/** A JSON value as text. Text that is not JSON stays in the field and is not handed on. */
export function JsonField({
  value,
  onChange,
  scope,
  label,
  isTemplate,
  isReadOnly,
  onValidity,
}: JsonFieldProps) {
  const t = useEditorText();
  const [text, setText] = useState(() => textOf(value));
  const [problem, setProblem] = useState<string | null>(null);
  const given = useRef(JSON.stringify(value));
  useEffect(() => {
    const next = JSON.stringify(value);
    if (next === given.current) return;
    given.current = next;
    setText(textOf(value));
    setProblem(null);
  }, [value]);
  const change = (next: string): void => {
    setText(next);
    try {
      const parsed = next.trim() === '' ? undefined : (JSON.parse(next) as Json);
      setProblem(null);
      onValidity?.(true);
      const packed = JSON.stringify(parsed);
      if (packed === given.current) return;
      given.current = packed;
      onChange(parsed);
    } catch (error) {
      setProblem(messageOf(error));
      onValidity?.(false);
    }
  };
  return (
    <div>
      <CodeField
        mode={isTemplate ? 'json-template' : 'json'}
        value={text}
        onChange={change}
        scope={scope}
        label={label}
        {...(isReadOnly === undefined ? {} : { isReadOnly })}
      />
      {problem ? (
        <Text size="xs" c="red" mt={2} role="alert">
          {t('field.notJson', { message: problem })}
        </Text>
      ) : null}
    </div>
  );
}
