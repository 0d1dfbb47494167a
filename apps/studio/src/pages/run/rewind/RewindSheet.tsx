import { type GraphDocument, indexOf } from '@heddle/graph';
import type { LoadedRun, RunView } from '@heddle/studio-data';
import { ActionIcon, MultiSelect, Radio, SegmentedControl, Stack, Text } from '@mantine/core';
import { History, X } from 'lucide-react';
import { useEffect } from 'react';
import { useText } from '../../../i18n/index.js';
import { useRepairText } from '../../../i18n/repair.js';
import type { RewindDraft, RewindScope } from './rewind-draft.js';
import { RewindFoot } from './RewindFoot.js';
import { RewindOutcome } from './RewindOutcome.js';
import { RewindValues } from './RewindValues.js';
import { RewindVersion } from './RewindVersion.js';
import type { Rewind } from './use-rewind.js';

const SCOPES = ['failed', 'chosen', 'whole'] as const satisfies readonly RewindScope[];

interface RewindSheetProps {
  rewind: Rewind;
  draft: RewindDraft;
  snapshot: LoadedRun;
  view: RunView;
  graph: GraphDocument;
  onStarted: (runId: string) => void;
}

/** Where to begin: the canvas can be clicked as well, but nobody has to. */
function Scope({ rewind, draft, graph }: Omit<RewindSheetProps, 'onStarted'>) {
  const t = useRepairText();
  const { nodes } = indexOf(graph);
  return (
    <div>
      <Text size="xs" fw={500} mb={4} id="rewind-scope">
        {t('rewind.scope')}
      </Text>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-labelledby="rewind-scope"
        value={draft.scope}
        onChange={(value) =>
          rewind.change({ scope: SCOPES.find((scope) => scope === value) ?? 'failed' })
        }
        data={SCOPES.map((scope) => ({ value: scope, label: t(`rewind.scope.${scope}`) }))}
      />
      {draft.scope === 'chosen' ? (
        <MultiSelect
          mt="xs"
          searchable
          clearable
          limit={50}
          aria-label={t('rewind.nodes')}
          description={t('rewind.nodesHint')}
          placeholder={draft.picked.size === 0 ? t('rewind.nodes') : ''}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          data={graph.nodes.map((node) => ({ value: node.key, label: node.name || node.key }))}
          value={[...draft.picked].filter((key) => nodes.has(key))}
          onChange={(keys) => rewind.change({ picked: new Set(keys) })}
        />
      ) : null}
    </div>
  );
}

function Mode({ rewind, draft }: Pick<RewindSheetProps, 'rewind' | 'draft'>) {
  const t = useRepairText();
  return (
    <Radio.Group
      label={t('rewind.mode')}
      value={draft.isInPlace ? 'inPlace' : 'newRun'}
      onChange={(value) => rewind.change({ isInPlace: value === 'inPlace' })}
    >
      <Stack gap={8} mt={6}>
        <Radio
          size="xs"
          value="newRun"
          label={t('rewind.newRun')}
          description={t('rewind.newRunHint')}
        />
        <Radio
          size="xs"
          value="inPlace"
          label={t('rewind.inPlace')}
          description={t('rewind.inPlaceHint')}
        />
      </Stack>
    </Radio.Group>
  );
}

/** The side sheet in which a rerun is prepared, beside the canvas that shows what it would do. */
export function RewindSheet(props: RewindSheetProps) {
  const { rewind, draft, snapshot, view } = props;
  const t = useText();
  const words = useRepairText();
  const { close } = rewind;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const isInside =
        event.target instanceof HTMLElement &&
        event.target.closest('[role="listbox"], [aria-expanded="true"], .cm-editor');
      if (event.key === 'Escape' && !event.defaultPrevented && !isInside) close();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [close]);
  return (
    <aside className="h-run-panel" aria-label={words('rewind.title')} data-testid="rewind">
      <div className="h-panel-head">
        <History size={16} aria-hidden />
        <Text fw={600} size="sm" truncate component="h2" m={0}>
          {words('rewind.title')}
        </Text>
        <ActionIcon ml="auto" aria-label={t('action.close')} onClick={close}>
          <X size={16} />
        </ActionIcon>
      </div>
      <div className="h-rewind-body">
        <Scope {...props} />
        <RewindValues {...props} />
        <Mode rewind={rewind} draft={draft} />
        {draft.isInPlace ? null : <RewindVersion {...props} />}
        <RewindOutcome rewind={rewind} graph={props.graph} />
      </div>
      <RewindFoot rewind={rewind} view={view} snapshot={snapshot} onStarted={props.onStarted} />
    </aside>
  );
}
