import { Paper, TextInput, UnstyledButton } from '@mantine/core';
import { useClickOutside } from '@mantine/hooks';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { typeColor, typeIcon } from '../canvas/type-look.js';
import { insertNode } from '../document/edits.js';
import type { PendingInsert } from '../document/view-store.js';
import { useEditorText } from '../i18n/index.js';
import { useSession, useView } from '../session-context.js';
import { type PaletteEntry, searchEntries } from './entries.js';
import { useEntries } from './use-entries.js';

const WIDTH = 260;
const HEIGHT = 320;

/** The search box that stands on the canvas where a node is to be added. */
export function NodeSearch() {
  const insert = useView((state) => state.insert);
  return insert ? (
    <SearchBox key={`${insert.screen.x},${insert.screen.y}`} insert={insert} />
  ) : null;
}

function placeOf({ screen }: PendingInsert): React.CSSProperties {
  if (screen.x === 0 && screen.y === 0) return { left: `calc(50% - ${WIDTH / 2}px)`, top: 48 };
  return {
    left: `min(${Math.max(8, screen.x)}px, calc(100% - ${WIDTH + 8}px))`,
    top: `min(${Math.max(8, screen.y)}px, calc(100% - ${HEIGHT + 8}px))`,
  };
}

function SearchBox({ insert }: { insert: PendingInsert }) {
  const t = useEditorText();
  const session = useSession();
  const [search, setSearch] = useState('');
  const [active, setActive] = useState(0);
  const found = searchEntries(useEntries(), search);
  const close = (): void => session.view.setState({ insert: null });
  const ref = useClickOutside<HTMLDivElement>(close);
  const choose = (entry: PaletteEntry | undefined): void => {
    close();
    if (entry) insertNode(session, entry.template, insert);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter') choose(found[active]);
    else if (event.key === 'ArrowDown') setActive(Math.min(active + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(active - 1, 0));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <Paper
      ref={ref}
      className="h-node-search"
      shadow="md"
      style={{ ...placeOf(insert), width: WIDTH }}
    >
      <TextInput
        autoFocus
        m={8}
        role="combobox"
        aria-expanded
        aria-controls="h-node-search-list"
        aria-label={t('palette.search')}
        placeholder={t('palette.search')}
        leftSection={<Search size={14} />}
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id="h-node-search-list" role="listbox" className="h-node-search-list">
        {found.map((entry, index) => {
          const Icon = typeIcon(entry.template.type);
          return (
            <UnstyledButton
              key={entry.id}
              role="option"
              aria-selected={index === active}
              className="h-palette-item"
              data-active={index === active || undefined}
              tabIndex={-1}
              onMouseEnter={() => setActive(index)}
              onClick={() => choose(entry)}
            >
              <span
                className="h-palette-icon"
                style={{ '--h-type-color': typeColor(entry.template.type) } as React.CSSProperties}
              >
                <Icon size={14} aria-hidden />
              </span>
              <span className="h-palette-words">
                <span className="h-palette-title">{entry.title}</span>
                <span className="h-palette-hint">{entry.hint}</span>
              </span>
            </UnstyledButton>
          );
        })}
        {found.length === 0 ? (
          <div className="h-palette-none">{t('palette.none', { search })}</div>
        ) : null}
      </div>
    </Paper>
  );
}
