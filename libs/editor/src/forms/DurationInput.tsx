import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useEditorText } from '../i18n/index.js';
import { parseDuration, writeDuration } from './duration.js';

interface DurationInputProps {
  label: string;
  description?: string | undefined;
  /** Milliseconds; undefined: none. */
  value: number | undefined;
  onChange: (ms: number | undefined) => void;
  placeholder?: string;
  isRequired?: boolean | undefined;
  isReadOnly?: boolean | undefined;
  error?: string | undefined;
}

/** A length of time, written as people do: `90s`, `5min`, `1h 30min`. Hands on only what it can read. */
export function DurationInput(props: DurationInputProps) {
  const { value, onChange } = props;
  const t = useEditorText();
  const [text, setText] = useState(() => (value === undefined ? '' : writeDuration(value)));
  useEffect(() => {
    setText((current) => {
      const parsed = parseDuration(current);
      const isSame = current.trim() === '' ? value === undefined : parsed.ok && parsed.ms === value;
      return isSame ? current : value === undefined ? '' : writeDuration(value);
    });
  }, [value]);
  const parsed = text.trim() === '' ? null : parseDuration(text);
  const ownError =
    parsed && !parsed.ok
      ? t(parsed.reason === 'range' ? 'duration.range' : 'duration.invalid')
      : undefined;
  const change = (next: string): void => {
    setText(next);
    if (next.trim() === '') return onChange(undefined);
    const read = parseDuration(next);
    if (read.ok) onChange(read.ms);
  };
  return (
    <TextInput
      label={props.label}
      description={props.description}
      placeholder={props.placeholder ?? '30s'}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      required={props.isRequired ?? false}
      readOnly={props.isReadOnly ?? false}
      error={ownError ?? props.error}
    />
  );
}
