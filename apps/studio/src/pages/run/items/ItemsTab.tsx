import { HeatStrip, useNodeRun } from '@heddle/editor';
import type { ItemState, LoadedRun, RunWatcher } from '@heddle/studio-data';
import { EmptyState, ErrorState, LoadingState } from '@heddle/ui';
import { Button, Chip, Group, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Layers, Search } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../../../i18n/index.js';
import { useRepairText } from '../../../i18n/repair.js';
import { ItemList } from './ItemList.js';
import { useItems } from './use-items.js';

const STATES = [
  'active',
  'succeeded',
  'failed',
  'canceled',
] as const satisfies readonly ItemState[];
const TYPING_MS = 250;

interface ItemsTabProps {
  watcher: RunWatcher;
  snapshot: LoadedRun;
  nodeKey: string;
  /** Shows a child run inside this page. */
  onExpand: (runId: string) => void;
}

/** The child runs of a node: found by state and label, opened, expanded, repeated one by one. */
export function ItemsTab({ watcher, snapshot, nodeKey, onExpand }: ItemsTabProps) {
  const t = useText();
  const words = useRepairText();
  const counts = useNodeRun(watcher, nodeKey)?.children ?? null;
  const [states, setStates] = useState<ItemState[]>([]);
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), TYPING_MS);
  const stamp = JSON.stringify(counts);
  const query = useItems({ runId: snapshot.id, key: nodeKey, states, search }, stamp);
  const pages = query.data ?? [];
  const items = pages.flatMap((page) => page.run?.nodeRun?.items.nodes ?? []);
  const total = pages[0]?.run?.nodeRun?.items.totalCount ?? 0;
  return (
    <div className="h-items">
      {counts ? (
        <div className="h-items-strip">
          <HeatStrip counts={counts} />
        </div>
      ) : null}
      <Group gap={6} className="h-items-bar">
        <TextInput
          size="xs"
          w={150}
          aria-label={words('items.search')}
          placeholder={words('items.search')}
          leftSection={<Search size={13} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Chip.Group
          multiple
          value={states}
          onChange={(next) => setStates(STATES.filter((state) => next.includes(state)))}
        >
          <Group gap={4} role="group" aria-label={words('items.states')}>
            {STATES.map((state) => (
              <Chip key={state} value={state} size="xs" variant="light">
                {words(`items.state.${state}`)} {counts ? counts[state] : ''}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Group>
      {query.error && pages.length === 0 ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : pages.length === 0 ? (
        <LoadingState />
      ) : items.length === 0 ? (
        <EmptyState
          icon={Layers}
          title={words(search || states.length > 0 ? 'items.none' : 'items.empty')}
        />
      ) : (
        <ItemList
          items={items}
          total={total}
          snapshot={snapshot}
          nodeKey={nodeKey}
          onExpand={onExpand}
        />
      )}
      {query.hasNextPage ? (
        <Group justify="center" p={8}>
          <Text size="xs" c="dimmed" className="h-tabular">
            {words('items.shown', { shown: items.length, total })}
          </Text>
          <Button
            size="compact-xs"
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t('action.loadMore')}
          </Button>
        </Group>
      ) : null}
    </div>
  );
}
