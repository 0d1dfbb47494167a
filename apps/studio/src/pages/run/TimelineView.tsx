import { stateName } from '@heddle/editor';
import { type GraphDocument, indexOf } from '@heddle/graph';
import { RunTimeline, type RunView, useApiQuery } from '@heddle/studio-data';
import {
  EmptyState,
  ErrorState,
  formatDuration,
  isEnded,
  LoadingState,
  STATE_TOKENS,
  StateIcon,
  useNow,
} from '@heddle/ui';
import { Tooltip, UnstyledButton } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChartNoAxesGantt } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { useWorkText } from '../../i18n/work.js';
import { type Segment, segmentsOf, spanOf, type TimelineAttempt, ticksOf } from './timeline.js';

const ROW_HEIGHT = 28;
const TICKS_MAX = 8;
/** While the run goes on, attempts are asked for again at most this often. */
const REFRESH_MS = 2_000;

interface TimelineViewProps {
  view: RunView;
  graph: GraphDocument;
  selectedKey: string | undefined;
  onSelect: (key: string) => void;
}

interface Row {
  key: string;
  name: string;
  state: string;
  attempts: TimelineAttempt[];
}

function useRows(view: RunView, graph: GraphDocument) {
  const isOver = isEnded(view.state);
  const query = useApiQuery(
    RunTimeline,
    { id: view.id },
    { refetchMs: isOver ? false : REFRESH_MS },
  );
  const { refetch } = query;
  useEffect(() => void refetch(), [refetch, isOver]);
  const nodeRuns = query.data?.run?.nodeRuns;
  const rows = useMemo(() => {
    const { nodes } = indexOf(graph);
    const begun = (nodeRuns ?? []).filter((node) => node.attempts.length > 0);
    const startOf = (node: (typeof begun)[number]): string =>
      node.attempts[0]?.queuedAt ?? node.attempts[0]?.startedAt ?? '~';
    return begun
      .sort((a, b) => startOf(a).localeCompare(startOf(b)))
      .map<Row>(({ key, attempts }) => ({
        key,
        attempts,
        name: nodes.get(key)?.name || key,
        state: view.nodes.get(key)?.state ?? 'pending',
      }));
  }, [nodeRuns, graph, view.nodes]);
  return { query, rows };
}

function Bar({ segment, from, length }: { segment: Segment; from: number; length: number }) {
  const t = useWorkText();
  const words = `${t(`timeline.${segment.kind}`)} · ${t('attempt.title', { number: segment.attempt })} · ${formatDuration(segment.to - segment.from)}`;
  const color = segment.kind === 'run' ? STATE_TOKENS[stateName(segment.state)].color : undefined;
  return (
    <Tooltip label={words}>
      <span
        className="h-gantt-bar"
        data-kind={segment.kind}
        style={{
          left: `${(100 * (segment.from - from)) / length}%`,
          width: `max(2px, ${(100 * (segment.to - segment.from)) / length}%)`,
          ...(color ? { background: color } : {}),
        }}
      />
    </Tooltip>
  );
}

/** Node runs as bars over time: queued, running, waiting for a retry. The selection is the graph's. */
export function TimelineView({ view, graph, selectedKey, onSelect }: TimelineViewProps) {
  const t = useWorkText();
  const { query, rows } = useRows(view, graph);
  const now = useNow(!isEnded(view.state));
  const end = view.endedAt ? Date.parse(view.endedAt) : now;
  const bars = useMemo(() => rows.map((row) => segmentsOf(row.attempts, end)), [rows, end]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 20,
  });
  const span = spanOf(bars);
  if (query.error && !query.data)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <LoadingState />;
  if (!span) return <EmptyState icon={ChartNoAxesGantt} title={t('timeline.empty')} />;
  const length = span.to - span.from;
  const ticks = ticksOf(length, TICKS_MAX);
  return (
    <div ref={scroller} className="h-gantt" data-testid="timeline">
      <div className="h-gantt-head">
        <span>{t('timeline.node')}</span>
        <span className="h-gantt-track">
          {ticks.map((tick) => (
            <span key={tick} className="h-gantt-tick" style={{ left: `${(100 * tick) / length}%` }}>
              {formatDuration(tick)}
            </span>
          ))}
        </span>
      </div>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          return (
            <UnstyledButton
              key={row.key}
              className="h-gantt-row"
              data-selected={row.key === selectedKey || undefined}
              style={{ transform: `translateY(${item.start}px)`, height: ROW_HEIGHT }}
              onClick={() => onSelect(row.key)}
            >
              <span className="h-gantt-name">
                <StateIcon state={stateName(row.state)} />
                <span title={row.name}>{row.name}</span>
              </span>
              <span className="h-gantt-track">
                {(bars[item.index] ?? []).map((segment, index) => (
                  <Bar key={index} segment={segment} from={span.from} length={length} />
                ))}
              </span>
            </UnstyledButton>
          );
        })}
      </div>
    </div>
  );
}
