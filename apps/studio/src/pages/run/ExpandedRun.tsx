import { type NodePaint, RunCanvas } from '@heddle/editor';
import type { GraphDocument } from '@heddle/graph';
import { NODE_TYPES } from '@heddle/nodes';
import type { LoadedRun, RunView, RunWatcher } from '@heddle/studio-data';
import { Duration, RUN_STATES, StateBadge } from '@heddle/ui';
import { ActionIcon, Text, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ChevronRight, ExternalLink, Maximize2, Minimize2, X } from 'lucide-react';
import { useRepairText } from '../../i18n/repair.js';

/** A run that is shown inside the page of another one. */
export interface WatchedChild {
  watcher: RunWatcher;
  snapshot: LoadedRun;
  view: RunView;
  graph: GraphDocument;
}

interface ExpandedRunProps {
  child: WatchedChild;
  /** The run of the page: ancestors above it are not named. */
  rootId: string;
  selectedKey: string | undefined;
  isFocused: boolean;
  /** What a rerun of it would do; null: none is being prepared. */
  paint: ReadonlyMap<string, NodePaint> | null;
  onSelect: (key: string | undefined) => void;
  onMenu: (key: string, at: { x: number; y: number }) => void;
  /** Goes to a run on the way; the root closes this one. */
  onGoTo: (runId: string) => void;
  onFocus: (isFocused: boolean) => void;
  onClose: () => void;
}

function Crumbs({ child, rootId, onGoTo }: Pick<ExpandedRunProps, 'child' | 'rootId' | 'onGoTo'>) {
  const t = useRepairText();
  const { ancestors } = child.snapshot;
  const from = ancestors.findIndex((parent) => parent.runId === rootId);
  return (
    <nav className="h-run-crumbs" aria-label={t('run.crumbs')}>
      {ancestors.slice(Math.max(0, from)).map((parent) => (
        <span key={parent.runId} className="h-inset-crumb">
          <button type="button" className="h-crumb" onClick={() => onGoTo(parent.runId)}>
            {parent.nodeKey}
          </button>
          <ChevronRight size={12} aria-hidden />
          <Text span size="xs" fw={600} truncate maw={220}>
            {parent.label ?? t('items.index', { index: parent.index + 1 })}
          </Text>
        </span>
      ))}
    </nav>
  );
}

/** A child run in the page of its parent: its own canvas below the parent's, or in its place. */
export function ExpandedRun(props: ExpandedRunProps) {
  const { child, isFocused, onFocus, onClose } = props;
  const t = useRepairText();
  const { snapshot, view, graph, watcher } = child;
  const state = RUN_STATES.find((name) => name === view.state) ?? 'queued';
  const Focus = isFocused ? Minimize2 : Maximize2;
  const focusLabel = t(isFocused ? 'child.unfocus' : 'child.focus');
  return (
    <section
      className="h-inset"
      data-focused={isFocused || undefined}
      aria-label={t('child.title', { id: snapshot.id })}
      data-testid="expanded-run"
    >
      <div className="h-inset-head">
        <Crumbs {...props} />
        <StateBadge kind="run" state={state} />
        <Text span size="xs" c="dimmed">
          <Duration from={view.startedAt} to={view.endedAt} />
        </Text>
        <span className="h-inset-tools">
          <Tooltip label={focusLabel}>
            <ActionIcon size="sm" aria-label={focusLabel} onClick={() => onFocus(!isFocused)}>
              <Focus size={14} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t('items.open')}>
            <Link
              className="h-icon-link"
              to="/n/$namespace/runs/$runId"
              params={{ namespace: snapshot.namespace.name, runId: snapshot.id }}
              aria-label={t('items.open')}
            >
              <ExternalLink size={14} />
            </Link>
          </Tooltip>
          <ActionIcon size="sm" aria-label={t('child.close')} onClick={onClose}>
            <X size={15} />
          </ActionIcon>
        </span>
      </div>
      <div className="h-inset-canvas">
        <RunCanvas
          key={snapshot.id}
          registry={NODE_TYPES}
          graph={graph}
          source={watcher}
          selectedKey={props.selectedKey}
          onSelect={props.onSelect}
          onMenu={props.onMenu}
          paint={props.paint}
          focus={null}
          isFindOpen={false}
          onCloseFind={() => undefined}
        />
      </div>
    </section>
  );
}
