import type { LogLevel } from '@heddle/studio-data';
import { CopyButton } from '@heddle/ui';
import { ActionIcon, Select, TextInput, Tooltip } from '@mantine/core';
import { ArrowDownToLine, Clock3, Download, Search, WrapText } from 'lucide-react';
import type { ReactNode } from 'react';
import { downloadText } from '../../components/download.js';
import { useWorkText } from '../../i18n/work.js';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const satisfies readonly LogLevel[];

/** How the log is shown. */
export interface LogOptions {
  search: string;
  minLevel: LogLevel;
  /** Null: all attempts. */
  attempt: number | null;
  isFollowed: boolean;
  isWrapped: boolean;
  hasTimes: boolean;
}

interface LogToolbarProps {
  options: LogOptions;
  onChange: (change: Partial<LogOptions>) => void;
  attemptCount: number;
  lineCount: number;
  getText: () => string;
  fileName: string;
}

interface ToggleProps {
  label: string;
  isOn: boolean;
  onToggle: () => void;
  children: ReactNode;
}

function Toggle({ label, isOn, onToggle, children }: ToggleProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        size="sm"
        variant={isOn ? 'light' : 'subtle'}
        color={isOn ? 'indigo' : 'gray'}
        aria-label={label}
        aria-pressed={isOn}
        onClick={onToggle}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

/** Search, level, attempt, follow, wrap, times, copy and download of a log. */
export function LogToolbar({
  options,
  onChange,
  attemptCount,
  lineCount,
  getText,
  fileName,
}: LogToolbarProps) {
  const t = useWorkText();
  return (
    <div className="h-log-bar">
      <TextInput
        size="xs"
        w={130}
        aria-label={t('log.search')}
        placeholder={t('log.search')}
        leftSection={<Search size={13} />}
        value={options.search}
        onChange={(event) => onChange({ search: event.currentTarget.value })}
      />
      <Select
        size="xs"
        w={156}
        aria-label={t('log.level')}
        allowDeselect={false}
        data={LEVELS.map((level) => ({ value: level, label: t(`log.level.${level}`) }))}
        value={options.minLevel}
        onChange={(level) =>
          onChange({ minLevel: LEVELS.find((entry) => entry === level) ?? 'debug' })
        }
      />
      {attemptCount > 1 ? (
        <Select
          size="xs"
          w={112}
          aria-label={t('log.attempt')}
          placeholder={t('log.allAttempts')}
          clearable
          data={Array.from({ length: attemptCount }, (_, index) => ({
            value: String(index + 1),
            label: t('attempt.title', { number: index + 1 }),
          }))}
          value={options.attempt === null ? null : String(options.attempt)}
          onChange={(attempt) => onChange({ attempt: attempt === null ? null : Number(attempt) })}
        />
      ) : null}
      <span className="h-log-tools">
        <Toggle
          label={t('log.follow')}
          isOn={options.isFollowed}
          onToggle={() => onChange({ isFollowed: !options.isFollowed })}
        >
          <ArrowDownToLine size={14} />
        </Toggle>
        <Toggle
          label={t('log.wrap')}
          isOn={options.isWrapped}
          onToggle={() => onChange({ isWrapped: !options.isWrapped })}
        >
          <WrapText size={14} />
        </Toggle>
        <Toggle
          label={t('log.times')}
          isOn={options.hasTimes}
          onToggle={() => onChange({ hasTimes: !options.hasTimes })}
        >
          <Clock3 size={14} />
        </Toggle>
        {lineCount > 0 ? <CopyButton value={getText()} label={t('log.copy')} /> : null}
        <Tooltip label={t('log.download')}>
          <ActionIcon
            size="sm"
            aria-label={t('log.download')}
            disabled={lineCount === 0}
            onClick={() => downloadText(fileName, getText(), 'text/plain')}
          >
            <Download size={14} />
          </ActionIcon>
        </Tooltip>
      </span>
    </div>
  );
}
