import { Autocomplete, Group, NumberInput } from '@mantine/core';
import { useApiQuery, Workers, type WorkersQuery } from '@heddle/studio-data';
import { useState } from 'react';
import { useText } from '../../i18n/index.js';

/** Which job an imported task becomes. */
export interface JobChoice {
  group: string;
  executor: string;
  secondsScale: number;
}

const DEFAULT_CHOICE: JobChoice = { group: 'default', executor: 'sleep', secondsScale: 10 };

/** A connected executor that sleeps, if there is one. */
function sleeperOf(
  workers: WorkersQuery['workers'],
): { group: string; executor: string } | undefined {
  for (const worker of workers) {
    const executor = worker.executors.find((entry) => /sleep/i.test(entry.name));
    if (executor) return { group: worker.group, executor: executor.name };
  }
  return undefined;
}

/** The choice, which follows the connected workers until the person changes it. */
export function useJobChoice(namespace: string): [JobChoice, (choice: JobChoice) => void] {
  const [chosen, setChosen] = useState<JobChoice | null>(null);
  const { data } = useApiQuery(Workers, { namespace });
  return [chosen ?? { ...DEFAULT_CHOICE, ...sleeperOf(data?.workers ?? []) }, setChosen];
}

interface JobChoiceFieldsProps {
  namespace: string;
  value: JobChoice;
  onChange: (choice: JobChoice) => void;
}

/** Group, executor and time scale for imported tasks. */
export function JobChoiceFields({ namespace, value, onChange }: JobChoiceFieldsProps) {
  const t = useText();
  const { data } = useApiQuery(Workers, { namespace });
  const workers = data?.workers ?? [];
  const groups = [...new Set(workers.map((worker) => worker.group))];
  const executors = [
    ...new Set(
      workers
        .filter((worker) => worker.group === value.group)
        .flatMap((worker) => worker.executors.map((executor) => executor.name)),
    ),
  ];
  return (
    <Group grow align="flex-start">
      <Autocomplete
        size="xs"
        label={t('import.group')}
        data={groups}
        value={value.group}
        onChange={(group) => onChange({ ...value, group })}
      />
      <Autocomplete
        size="xs"
        label={t('import.executor')}
        description={t('import.executorHint')}
        inputWrapperOrder={['label', 'input', 'description']}
        data={executors}
        value={value.executor}
        onChange={(executor) => onChange({ ...value, executor })}
      />
      <NumberInput
        label={t('import.scale')}
        min={0.001}
        max={1000}
        value={value.secondsScale}
        onChange={(scale) =>
          onChange({ ...value, secondsScale: Number(scale) || DEFAULT_CHOICE.secondsScale })
        }
      />
    </Group>
  );
}
