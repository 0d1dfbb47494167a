import { Group, Text, UnstyledButton } from '@mantine/core';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { CopyButton } from './CopyButton.js';
import { uiMessages } from './i18n/index.js';

/** Children shown before "n more": a list of 100,000 items must not stall the page. */
const CHILDREN_STEP = 100;
/** Characters of a text shown before "show all", and at most. */
const TEXT_STEP = 2_000;
const TEXT_MAX = 200_000;
/** Values that take more JSON than this open folded: drawing their first levels alone would stall the page. */
const FOLDED_SIZE_MIN = 1_000_000;
/** Levels that stand open at first. */
const OPEN_DEPTH = 2;

function LongText({ value }: { value: string }) {
  const t = uiMessages.useText();
  const [isWhole, setWhole] = useState(false);
  const shown = value.slice(0, isWhole ? TEXT_MAX : TEXT_STEP);
  return (
    <>
      <span className="h-json-string">{JSON.stringify(shown)}</span>
      {shown.length < value.length ? (
        <UnstyledButton fz="xs" c="dimmed" ml={6} disabled={isWhole} onClick={() => setWhole(true)}>
          {t('json.moreText', { count: value.length - shown.length })}
        </UnstyledButton>
      ) : null}
    </>
  );
}

function Scalar({ value }: { value: unknown }) {
  if (typeof value === 'string') return <LongText value={value} />;
  if (typeof value === 'number') return <span className="h-json-number">{String(value)}</span>;
  return <span className="h-json-literal">{String(value)}</span>;
}

interface BranchProps {
  name?: string;
  value: unknown;
  depth: number;
  openDepth: number;
}

function Label({ name }: { name?: string }) {
  return name === undefined ? null : <span className="h-json-key">{name}: </span>;
}

function Branch({ name, value, depth, openDepth }: BranchProps) {
  const t = uiMessages.useText();
  const [isOpen, setOpen] = useState(depth < openDepth);
  const [shown, setShown] = useState(CHILDREN_STEP);
  if (typeof value !== 'object' || value === null) {
    return (
      <div>
        <Label name={name} />
        <Scalar value={value} />
      </div>
    );
  }
  const isList = Array.isArray(value);
  const entries: [string, unknown][] = Object.entries(value);
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <div>
      <button
        type="button"
        className="h-json-toggle"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Chevron size={12} aria-hidden />
        <span>
          <Label name={name} />
          <span className="h-json-key">
            {isList ? '[' : '{'} {t(isList ? 'json.items' : 'json.keys', { count: entries.length })}{' '}
            {isList ? ']' : '}'}
          </span>
        </span>
      </button>
      {isOpen ? (
        <div className="h-json-children">
          {entries.slice(0, shown).map(([key, child]) => (
            <Branch key={key} name={key} value={child} depth={depth + 1} openDepth={openDepth} />
          ))}
          {entries.length > shown ? (
            <UnstyledButton fz="xs" c="dimmed" onClick={() => setShown(shown + CHILDREN_STEP)}>
              {t('json.more', { count: entries.length - shown })}
            </UnstyledButton>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

/** A number of characters of JSON in words: `812 B`, `14 KB`, `2.3 MB`. */
export function formatSize(length: number): string {
  if (length < 1_000) return `${length} B`;
  if (length < 1_000_000) return `${Math.round(length / 1_000)} KB`;
  return `${(length / 1_000_000).toFixed(1)} MB`;
}

/**
 * A JSON value as a tree that folds, with its size and a copy button. However large it is, little of it is drawn at once.
 * `undefined` and `null` say that there is no value.
 */
export function JsonView({ value, label }: { value: unknown; label?: string }) {
  const t = uiMessages.useText();
  const isEmpty = value === undefined || value === null;
  const size = useMemo(() => (isEmpty ? 0 : JSON.stringify(value).length), [isEmpty, value]);
  return (
    <div>
      <Group justify="space-between" mb={4} wrap="nowrap">
        <Text size="xs" fw={600} c="dimmed">
          {label}
        </Text>
        {isEmpty ? null : (
          <Group gap={4} wrap="nowrap">
            <Text size="xs" c="dimmed" className="h-tabular">
              {formatSize(size)}
            </Text>
            <CopyButton value={() => JSON.stringify(value, null, 2)} />
          </Group>
        )}
      </Group>
      {isEmpty ? (
        <Text size="xs" c="dimmed">
          {t('json.empty')}
        </Text>
      ) : (
        <div className="h-json">
          <Branch value={value} depth={0} openDepth={size > FOLDED_SIZE_MIN ? 0 : OPEN_DEPTH} />
        </div>
      )}
    </div>
  );
}
