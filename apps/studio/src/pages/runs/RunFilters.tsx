import { Chip, Group, Select, Switch, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useApiQuery, WorkflowNames } from '@heddle/studio-data';
import { RUN_STATES, type RunStateName, useStateLabel } from '@heddle/ui';
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useBulkText } from '../../i18n/bulk.js';
import { useText } from '../../i18n/index.js';
import type { RunsSearch } from '../../search-params.js';

const TYPING_MS = 300;

interface RunFiltersProps {
  namespace: string;
  search: RunsSearch;
  onChange: (search: RunsSearch) => void;
}

/** Sets one filter; an empty value takes it out of the address. */
function withFilter(
  search: RunsSearch,
  change: { [K in keyof RunsSearch]: RunsSearch[K] | undefined },
): RunsSearch {
  const next = Object.entries({ ...search, ...change });
  return Object.fromEntries(next.filter(([, value]) => value !== undefined && value !== ''));
}

function StateChips({ search, onChange }: Omit<RunFiltersProps, 'namespace'>) {
  const t = useText();
  const label = useStateLabel();
  return (
    <Chip.Group
      multiple
      value={search.states ?? []}
      onChange={(states) =>
        onChange(
          withFilter(search, {
            states: states.length > 0 ? (states as RunStateName[]) : undefined,
          }),
        )
      }
    >
      <Group gap={4} role="group" aria-label={t('runs.state')} wrap="wrap">
        {RUN_STATES.map((state) => (
          <Chip key={state} value={state} size="xs" variant="light">
            {label('run', state)}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}

/** Search, workflow, states and time range of the run list. */
export function RunFilters({ namespace, search, onChange }: RunFiltersProps) {
  const t = useText();
  const words = useBulkText();
  const names = useApiQuery(WorkflowNames, { namespace });
  const [typed, setTyped] = useState(search.q ?? '');
  useEffect(() => setTyped(search.q ?? ''), [search.q]);
  const commit = useDebouncedCallback(
    (q: string) => onChange(withFilter(search, { q: q.trim() })),
    TYPING_MS,
  );
  return (
    <div className="h-toolbar">
      <TextInput
        w={220}
        aria-label={t('runs.search')}
        placeholder={t('runs.search')}
        leftSection={<Search size={14} />}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          commit(event.currentTarget.value);
        }}
      />
      <Select
        w={200}
        aria-label={t('runs.workflow')}
        placeholder={t('runs.allWorkflows')}
        data={(names.data?.workflows.nodes ?? []).map(({ id, name }) => ({
          value: id,
          label: name,
        }))}
        value={search.workflow ?? null}
        onChange={(workflow) => onChange(withFilter(search, { workflow: workflow ?? undefined }))}
        searchable
        clearable
      />
      <TextInput
        type="datetime-local"
        aria-label={t('runs.from')}
        title={t('runs.from')}
        leftSection={<span className="h-date-word">{t('runs.fromShort')}</span>}
        leftSectionWidth={44}
        value={search.from ?? ''}
        onChange={(event) => onChange(withFilter(search, { from: event.currentTarget.value }))}
      />
      <TextInput
        type="datetime-local"
        aria-label={t('runs.to')}
        title={t('runs.to')}
        leftSection={<span className="h-date-word">{t('runs.toShort')}</span>}
        leftSectionWidth={44}
        value={search.to ?? ''}
        onChange={(event) => onChange(withFilter(search, { to: event.currentTarget.value }))}
      />
      <Group gap={12}>
        <Switch
          size="xs"
          label={words('filter.unresolved')}
          checked={search.unresolved ?? false}
          onChange={(event) =>
            onChange(
              withFilter(search, { unresolved: event.currentTarget.checked ? true : undefined }),
            )
          }
        />
        <Switch
          size="xs"
          label={words('filter.children')}
          checked={search.children ?? false}
          onChange={(event) =>
            onChange(
              withFilter(search, { children: event.currentTarget.checked ? true : undefined }),
            )
          }
        />
      </Group>
      <StateChips search={search} onChange={onChange} />
    </div>
  );
}
