import { type LoadedRun, useApiQuery, WorkflowVersions } from '@heddle/studio-data';
import { Select } from '@mantine/core';
import { useText } from '../../../i18n/index.js';
import { useRepairText } from '../../../i18n/repair.js';
import type { RewindDraft } from './rewind-draft.js';
import type { Rewind } from './use-rewind.js';

interface RewindVersionProps {
  rewind: Rewind;
  draft: RewindDraft;
  snapshot: LoadedRun;
}

/** Which version the new run executes; a body drawn inside a node has none of its own. */
export function RewindVersion({ rewind, draft, snapshot }: RewindVersionProps) {
  const t = useText();
  const words = useRepairText();
  const versions = useApiQuery(WorkflowVersions, { id: snapshot.workflow.id });
  const others = (versions.data?.workflow?.versions ?? []).filter(
    ({ number }) => number !== snapshot.version,
  );
  if (others.length === 0 || snapshot.parent) return null;
  const own =
    snapshot.version === null
      ? t('runs.draft')
      : t('workflows.version', { number: snapshot.version });
  return (
    <Select
      size="xs"
      label={words('rewind.version')}
      allowDeselect={false}
      value={String(draft.version ?? '')}
      onChange={(value) => rewind.change({ version: value ? Number(value) : null })}
      data={[
        { value: '', label: words('rewind.sameVersion', { version: own }) },
        ...others.map(({ number, note, isPublished }) => ({
          value: String(number),
          label: [
            t('workflows.version', { number }),
            isPublished ? words('rewind.published') : '',
            note ?? '',
          ]
            .filter(Boolean)
            .join(' · '),
        })),
      ]}
    />
  );
}
