import { Items, type LoadedRun, RetryItem, useApiMutation } from '@heddle/studio-data';
import { Duration, StateIcon } from '@heddle/ui';
import { ActionIcon, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ExternalLink, RotateCcw } from 'lucide-react';
import { useRef } from 'react';
import { notifyError } from '../../../components/confirm.js';
import { useRepairText } from '../../../i18n/repair.js';
import { useNamespace } from '../../../session.js';
import { roleIncludes } from '../../../session.js';
import type { ItemRow } from './use-items.js';

const ROW_HEIGHT = 40;

interface ItemListProps {
  items: readonly ItemRow[];
  total: number;
  snapshot: LoadedRun;
  nodeKey: string;
  onExpand: (runId: string) => void;
}

interface RowProps {
  item: ItemRow;
  canRetry: boolean;
  isRetrying: boolean;
  onRetry: () => void;
  onExpand: () => void;
}

function Row({ item, canRetry, isRetrying, onRetry, onExpand }: RowProps) {
  const t = useRepairText();
  const namespace = useNamespace();
  const { run } = item;
  const name = item.label ?? t('items.index', { index: item.index + 1 });
  return (
    <>
      <StateIcon
        state={item.state === 'active' ? 'running' : item.state}
        title={t(`items.state.${item.state}`)}
      />
      <UnstyledButton
        className="h-item-name"
        aria-label={t('items.expand', { name })}
        onClick={onExpand}
      >
        <span className="h-item-label" title={name}>
          {name}
          {item.try > 1 ? <span className="h-item-try"> ×{item.try}</span> : null}
        </span>
        {run.error ? (
          <span className="h-item-error" title={run.error.message}>
            {run.error.code} {run.error.message}
          </span>
        ) : null}
      </UnstyledButton>
      <Text span size="xs" c="dimmed">
        <Duration from={run.startedAt ?? run.createdAt} to={run.endedAt} />
      </Text>
      {canRetry && item.state !== 'active' ? (
        <Tooltip label={t('items.retry')}>
          <ActionIcon
            size="sm"
            aria-label={`${t('items.retry')}: ${name}`}
            loading={isRetrying}
            onClick={onRetry}
          >
            <RotateCcw size={13} />
          </ActionIcon>
        </Tooltip>
      ) : (
        <span />
      )}
      <Tooltip label={t('items.open')}>
        <Link
          className="h-icon-link"
          to="/n/$namespace/runs/$runId"
          params={{ namespace, runId: run.id }}
          aria-label={`${t('items.open')}: ${name}`}
        >
          <ExternalLink size={13} />
        </Link>
      </Tooltip>
    </>
  );
}

/** The items that are in view, and only those. */
export function ItemList({ items, snapshot, nodeKey, onExpand }: ItemListProps) {
  const t = useRepairText();
  const scroller = useRef<HTMLDivElement>(null);
  const retry = useApiMutation(RetryItem, [Items]);
  const canRetry = roleIncludes(snapshot.namespace.role, 'OPERATOR');
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 15,
  });
  const retryOne = (index: number): void =>
    void retry
      .mutateAsync({ runId: snapshot.id, nodeKey, index })
      .then(() => notifications.show({ message: t('items.retried') }))
      .catch(notifyError);
  return (
    <div ref={scroller} className="h-item-list" role="list" data-testid="items">
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const item = items[index];
          if (!item) return null;
          return (
            <div
              key={item.index}
              role="listitem"
              className="h-item"
              data-state={item.state}
              style={{ transform: `translateY(${start}px)`, height: ROW_HEIGHT }}
            >
              <Row
                item={item}
                canRetry={canRetry}
                isRetrying={retry.isPending && retry.variables?.index === item.index}
                onRetry={() => retryOne(item.index)}
                onExpand={() => onExpand(item.run.id)}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}
