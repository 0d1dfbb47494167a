import { InputForm } from '@heddle/editor';
import { NODE_STATES, useStateLabel } from '@heddle/ui';
import { MultiSelect, TextInput } from '@mantine/core';
import { useBulkText } from '../../i18n/bulk.js';
import type { BulkDraft } from './bulk-draft.js';

interface BulkNodeFieldsProps {
  draft: BulkDraft;
  onChange: (draft: BulkDraft) => void;
  onValidity: (isValid: boolean) => void;
}

/** Which node of each run, in which states, and what stands in for it. */
export function BulkNodeFields({ draft, onChange, onValidity }: BulkNodeFieldsProps) {
  const t = useBulkText();
  const label = useStateLabel();
  return (
    <>
      <TextInput
        label={t('bulk.nodeKey')}
        required
        value={draft.nodeKey}
        onChange={(event) => onChange({ ...draft, nodeKey: event.currentTarget.value })}
      />
      <MultiSelect
        label={t('bulk.nodeStates')}
        data={NODE_STATES.map((state) => ({ value: state, label: label('node', state) }))}
        value={draft.nodeStates}
        onChange={(values) =>
          onChange({ ...draft, nodeStates: NODE_STATES.filter((state) => values.includes(state)) })
        }
      />
      {draft.action === 'SKIP_NODE' ? (
        <InputForm
          schema={null}
          value={draft.output}
          onChange={(output) => onChange({ ...draft, output: output ?? null })}
          label={t('bulk.output')}
          onValidity={onValidity}
        />
      ) : null}
    </>
  );
}
