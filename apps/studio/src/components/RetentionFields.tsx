import type { RetentionInput } from '@heddle/studio-data';
import { Group, NumberInput } from '@mantine/core';
import { useBulkText } from '../i18n/bulk.js';

const FIELDS = ['succeededDays', 'failedDays', 'canceledDays'] as const;
const DAYS_MAX = 3_650;

interface RetentionFieldsProps {
  value: RetentionInput;
  onChange: (value: RetentionInput) => void;
  isReadOnly?: boolean;
}

/** Days for each outcome; an empty field keeps runs for ever. */
export function RetentionFields({ value, onChange, isReadOnly }: RetentionFieldsProps) {
  const t = useBulkText();
  return (
    <Group gap="md" align="flex-start">
      {FIELDS.map((field) => (
        <NumberInput
          key={field}
          w={180}
          label={t(`retention.${field}`)}
          description={t('retention.emptyHint')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          placeholder={t('retention.forever')}
          suffix={` ${t('retention.days')}`}
          min={1}
          max={DAYS_MAX}
          allowDecimal={false}
          readOnly={isReadOnly ?? false}
          value={value[field] ?? ''}
          onChange={(days) =>
            onChange({ ...value, [field]: typeof days === 'number' ? days : null })
          }
        />
      ))}
    </Group>
  );
}
