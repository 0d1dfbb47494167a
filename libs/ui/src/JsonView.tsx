import { Group, Text, UnstyledButton } from '@mantine/core';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { CopyButton } from './CopyButton.js';
import { uiMessages } from './i18n/index.js';

/** Children shown before "n more": a list of 100,000 items must not stall the page. */
const CHILDREN_STEP = 100;
/** Levels that stand open at first. */
const OPEN_DEPTH = 2;

function Scalar({ value }: { value: unknown }) {
  if (typeof value === 'string')
    return <span className="h-json-string">{JSON.stringify(value)}</span>;
  if (typeof value === 'number') return <span className="h-json-number">{String(value)}</span>;
  return <span className="h-json-literal">{String(value)}</span>;
}

interface BranchProps {
  name?: string;
  value: unknown;
  depth: number;
}

function Label({ name }: { name?: string }) {
  return name === undefined ? null : <span className="h-json-key">{name}: </span>;
}

function Branch({ name, value, depth }: BranchProps) {
  const t = uiMessages.useText();
  const [isOpen, setOpen] = useState(depth < OPEN_DEPTH);
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
            <Branch key={key} name={key} value={child} depth={depth + 1} />
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

/** A JSON value as a tree that folds, with a copy button. `undefined` and `null` say that there is no value. */
export function JsonView({ value, label }: { value: unknown; label?: string }) {
  const t = uiMessages.useText();
  const isEmpty = value === undefined || value === null;
  return (
    <div>
      <Group justify="space-between" mb={4} wrap="nowrap">
        <Text size="xs" fw={600} c="dimmed">
          {label}
        </Text>
        {isEmpty ? null : <CopyButton value={JSON.stringify(value, null, 2)} />}
      </Group>
      {isEmpty ? (
        <Text size="xs" c="dimmed">
          {t('json.empty')}
        </Text>
      ) : (
        <div className="h-json">
          <Branch value={value} depth={0} />
        </div>
      )}
    </div>
  );
}
