import { type LogLevel, type LogTailState, type LogTail, useLogTail } from '@heddle/studio-data';
import { EmptyState, ErrorNote, formatClock } from '@heddle/ui';
import { Button, Loader } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDownToLine, ScrollText, Search } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useWorkText } from '../../i18n/work.js';
import { LogToolbar, type LogOptions } from './LogToolbar.js';

const LINE_HEIGHT = 20;
const TYPING_MS = 250;
/** Nearer to the end than this counts as at the end. */
const END_REACH_PX = 24;

type Line = LogTailState['lines'][number];

/** One line as plain text, for the clipboard and the file. */
export function lineText(line: Line): string {
  const fields = line.fields === null ? '' : ` ${JSON.stringify(line.fields)}`;
  return `${line.at} ${line.level.toUpperCase().padEnd(5)} #${line.attempt} ${line.message}${fields}`;
}

function LogLine({ line, options }: { line: Line; options: LogOptions }) {
  const fields = line.fields === null ? '' : JSON.stringify(line.fields);
  return (
    <div className="h-log-line" data-level={line.level} data-wrap={options.isWrapped || undefined}>
      {options.hasTimes ? (
        <span className="h-log-time" title={line.at}>
          {formatClock(line.at)}
        </span>
      ) : null}
      <span className="h-log-level">{line.level}</span>
      <span className="h-log-text">
        {line.message}
        {fields ? <span className="h-log-fields"> {fields}</span> : null}
      </span>
    </div>
  );
}

interface LogListProps {
  tail: LogTail;
  state: LogTailState;
  options: LogOptions;
  onFollow: (isFollowed: boolean) => void;
}

/** The lines that are in view, and only those. Follows the end until a person scrolls up. */
function LogList({ tail, state, options, onFollow }: LogListProps) {
  const t = useWorkText();
  const scroller = useRef<HTMLDivElement>(null);
  const { lines } = state;
  const firstId = lines[0]?.id;
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 30,
    getItemKey: (index) => lines[index]?.id ?? index,
  });
  useLayoutEffect(() => {
    if (options.isFollowed && lines.length > 0)
      rows.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [rows, options.isFollowed, options.isWrapped, lines.length, firstId]);
  const onScroll = (): void => {
    const element = scroller.current;
    if (!element) return;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < END_REACH_PX;
    if (!isAtEnd && options.isFollowed && !rows.isScrolling) return;
    if (isAtEnd !== options.isFollowed) onFollow(isAtEnd);
  };
  return (
    <div
      ref={scroller}
      className="h-log"
      role="log"
      tabIndex={0}
      onWheel={(event) => {
        if (event.deltaY < 0 && options.isFollowed) onFollow(false);
      }}
      onScroll={onScroll}
    >
      {state.hasBefore ? (
        <Button
          size="compact-xs"
          variant="subtle"
          loading={state.isLoading}
          onClick={() => void tail.loadBefore()}
        >
          {t('log.older')}
        </Button>
      ) : null}
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map((row) => {
          const line = lines[row.index];
          return line ? (
            <div
              key={row.key}
              data-index={row.index}
              ref={rows.measureElement}
              style={{
                position: 'absolute',
                left: 0,
                right: 0,
                transform: `translateY(${row.start}px)`,
              }}
            >
              <LogLine line={line} options={options} />
            </div>
          ) : null;
        })}
      </div>
    </div>
  );
}

interface LogPanelProps {
  runId: string;
  nodeKey: string;
  attemptCount: number;
}

/** The log of one node: the end first, live, with level, search and attempt filters. */
export function LogPanel({ runId, nodeKey, attemptCount }: LogPanelProps) {
  const t = useWorkText();
  const [options, setOptions] = useState<LogOptions>({
    search: '',
    minLevel: 'debug',
    attempt: null,
    isFollowed: true,
    isWrapped: true,
    hasTimes: true,
  });
  const [search] = useDebouncedValue(options.search.trim(), TYPING_MS);
  const filter: { minLevel?: LogLevel; search?: string; attempt?: number } = {
    ...(options.minLevel === 'debug' ? {} : { minLevel: options.minLevel }),
    ...(search ? { search } : {}),
    ...(options.attempt === null ? {} : { attempt: options.attempt }),
  };
  const { tail, state } = useLogTail({ runId, nodeKey, filter });
  const isFiltered = Object.keys(filter).length > 0;
  const text = (): string => state.lines.map(lineText).join('\n');
  useEffect(
    () => setOptions((before) => ({ ...before, isFollowed: true })),
    [search, options.minLevel, options.attempt],
  );
  return (
    <div className="h-log-panel">
      <LogToolbar
        options={options}
        onChange={(change) => setOptions((before) => ({ ...before, ...change }))}
        attemptCount={attemptCount}
        lineCount={state.lines.length}
        getText={text}
        fileName={`run-${runId}-${nodeKey}.log`}
      />
      {state.droppedCount > 0 ? (
        <div className="h-log-note">{t('log.dropped', { count: state.droppedCount })}</div>
      ) : null}
      {state.error ? <ErrorNote error={state.error} /> : null}
      {state.lines.length > 0 ? (
        <LogList
          tail={tail}
          state={state}
          options={options}
          onFollow={(isFollowed) => setOptions((before) => ({ ...before, isFollowed }))}
        />
      ) : state.isLoading ? (
        <div className="h-empty">
          <Loader size="sm" />
        </div>
      ) : isFiltered ? (
        <EmptyState icon={Search} title={t('log.noMatch')} />
      ) : (
        <EmptyState icon={ScrollText} title={t('log.empty')}>
          {t('log.emptyHint')}
        </EmptyState>
      )}
      {!options.isFollowed && state.lines.length > 0 ? (
        <Button
          className="h-log-end"
          size="compact-xs"
          leftSection={<ArrowDownToLine size={12} />}
          onClick={() => setOptions((before) => ({ ...before, isFollowed: true }))}
        >
          {t('log.toEnd')}
        </Button>
      ) : null}
    </div>
  );
}
