import { InputForm } from '@heddle/editor';
import { type GraphDocument, indexOf } from '@heddle/graph';
import { isJsonObject, type Json } from '@heddle/kernel';
import {
  NodeInput,
  NodeOutput,
  RunInput,
  type RunView,
  useApiQuery,
  type LoadedRun,
} from '@heddle/studio-data';
import { LoadingState, isEnded } from '@heddle/ui';
import { ActionIcon, Group, Select, Stack, Text } from '@mantine/core';
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { useRepairText } from '../../../i18n/repair.js';
import type { RewindDraft, RewindValue } from './rewind-draft.js';
import type { Rewind } from './use-rewind.js';

interface RewindValuesProps {
  rewind: Rewind;
  draft: RewindDraft;
  snapshot: LoadedRun;
  view: RunView;
  graph: GraphDocument;
}

const idOf = ({ kind, nodeKey }: Pick<RewindValue, 'kind' | 'nodeKey'>): string =>
  `${kind}:${nodeKey ?? ''}`;

/** What the value was in the old run. */
function useBefore(entry: RewindValue, runId: string): { value: Json; isLoaded: boolean } {
  const key = entry.nodeKey ?? '';
  const { kind } = entry;
  const input = useApiQuery(NodeInput, { runId, key }, { enabled: kind === 'input' });
  const output = useApiQuery(NodeOutput, { runId, key }, { enabled: kind === 'output' });
  const run = useApiQuery(RunInput, { id: runId }, { enabled: kind === 'runInput' });
  switch (kind) {
    case 'input':
      return { value: input.data?.run?.nodeRun?.input ?? null, isLoaded: !input.isPending };
    case 'output':
      return { value: output.data?.run?.nodeRun?.output ?? null, isLoaded: !output.isPending };
    case 'runInput':
      return { value: run.data?.run?.input ?? null, isLoaded: !run.isPending };
  }
}

interface ValueEditorProps {
  entry: RewindValue;
  label: string;
  graph: GraphDocument;
  runId: string;
  onChange: (value: Json) => void;
  onRemove: () => void;
}

function ValueEditor({ entry, label, graph, runId, onChange, onRemove }: ValueEditorProps) {
  const t = useRepairText();
  const before = useBefore(entry, runId);
  const isMissing = entry.value === undefined && before.isLoaded;
  useEffect(() => {
    if (isMissing) onChange(before.value);
  });
  const schema =
    entry.kind === 'runInput' && isJsonObject(graph.inputSchema) ? graph.inputSchema : null;
  return (
    <div className="h-rewind-value" data-testid={`value-${idOf(entry)}`}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="xs" fw={500} truncate>
          {label}
        </Text>
        <ActionIcon
          size="sm"
          aria-label={`${t('rewind.removeValue')}: ${label}`}
          onClick={onRemove}
        >
          <X size={13} />
        </ActionIcon>
      </Group>
      {entry.value === undefined ? (
        <LoadingState />
      ) : (
        <InputForm
          schema={schema}
          value={entry.value}
          onChange={(value) => onChange(value ?? null)}
          label={label}
        />
      )}
    </div>
  );
}

/** Values that the rerun replaces: of the run's input, of a node's input or of its output. */
export function RewindValues({ rewind, draft, view, graph }: RewindValuesProps) {
  const t = useRepairText();
  const { nodes } = indexOf(graph);
  const nameOf = (key: string): string => nodes.get(key)?.name || key;
  const labelOf = ({ kind, nodeKey }: RewindValue): string =>
    kind === 'runInput'
      ? t('rewind.runInput')
      : t(kind === 'input' ? 'rewind.inputOf' : 'rewind.outputOf', { name: nameOf(nodeKey ?? '') });
  const ended = graph.nodes.filter(({ key }) => isEnded(view.nodes.get(key)?.state ?? ''));
  const choices: RewindValue[] = [
    { kind: 'runInput', nodeKey: null, value: undefined },
    ...ended.flatMap<RewindValue>(({ key }) => [
      { kind: 'output', nodeKey: key, value: undefined },
      { kind: 'input', nodeKey: key, value: undefined },
    ]),
  ];
  const taken = new Set(draft.values.map(idOf));
  const write = (values: readonly RewindValue[]): void => rewind.change({ values });
  return (
    <Stack gap="xs">
      <Select
        size="xs"
        searchable
        limit={60}
        label={t('rewind.values')}
        description={t('rewind.valuesHint')}
        placeholder={t('rewind.addValue')}
        value={null}
        data={choices
          .filter((choice) => !taken.has(idOf(choice)))
          .map((choice) => ({ value: idOf(choice), label: labelOf(choice) }))}
        onChange={(id) => {
          const choice = choices.find((entry) => idOf(entry) === id);
          if (choice) write([...draft.values, choice]);
        }}
      />
      {draft.values.map((entry) => (
        <ValueEditor
          key={idOf(entry)}
          entry={entry}
          label={labelOf(entry)}
          graph={graph}
          runId={view.id}
          onChange={(value) =>
            write(draft.values.map((other) => (other === entry ? { ...entry, value } : other)))
          }
          onRemove={() => write(draft.values.filter((other) => other !== entry))}
        />
      ))}
    </Stack>
  );
}
