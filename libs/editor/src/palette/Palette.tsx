import { ScrollArea, Text, TextInput, UnstyledButton } from '@mantine/core';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { setDragTemplate } from '../canvas/drag-data.js';
import { typeColor, typeIcon } from '../canvas/type-look.js';
import { insertNode } from '../document/edits.js';
import { useEditorText } from '../i18n/index.js';
import { useSession } from '../session-context.js';
import { PALETTE_GROUPS, type PaletteEntry, searchEntries } from './entries.js';
import { useEntries } from './use-entries.js';

/** One entry: drag it onto the canvas, or click to put it into the middle. */
function PaletteItem({ entry }: { entry: PaletteEntry }) {
  const session = useSession();
  const Icon = typeIcon(entry.template.type);
  return (
    <UnstyledButton
      className="h-palette-item"
      draggable
      data-entry={entry.id}
      title={entry.hint}
      onDragStart={(event) => setDragTemplate(event.dataTransfer, entry.template)}
      onClick={() => {
        const position = session.canvas.current?.viewportCenter() ?? { x: 0, y: 0 };
        insertNode(session, entry.template, { position });
      }}
    >
      <span
        className="h-palette-icon"
        style={{ '--h-type-color': typeColor(entry.template.type) } as React.CSSProperties}
      >
        <Icon size={15} aria-hidden />
      </span>
      <span className="h-palette-words">
        <span className="h-palette-title">{entry.title}</span>
        <span className="h-palette-hint">{entry.hint}</span>
      </span>
    </UnstyledButton>
  );
}

/** The left column: node types and executors, with a search. */
export function Palette() {
  const t = useEditorText();
  const [search, setSearch] = useState('');
  const { executors } = useSession();
  const entries = useEntries();
  const found = searchEntries(entries, search);
  return (
    <aside className="h-palette" aria-label={t('palette.title')}>
      <TextInput
        m={10}
        mb={6}
        placeholder={t('palette.search')}
        aria-label={t('palette.search')}
        leftSection={<Search size={14} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <Text size="xs" c="dimmed" px={12} pb={4}>
        {t('palette.hint')}
      </Text>
      <ScrollArea style={{ flex: 1 }} type="hover" scrollbarSize={7}>
        <div className="h-palette-list">
          {PALETTE_GROUPS.map((group) => {
            const members = found.filter((entry) => entry.group === group);
            if (members.length === 0) return null;
            return (
              <section key={group} aria-label={t(`group.${group}`)}>
                <Text className="h-palette-group">{t(`group.${group}`)}</Text>
                {members.map((entry) => (
                  <PaletteItem key={entry.id} entry={entry} />
                ))}
              </section>
            );
          })}
          {found.length === 0 ? (
            <Text size="xs" c="dimmed" p={10}>
              {t('palette.none', { search })}
            </Text>
          ) : null}
          {executors.length === 0 && search === '' ? (
            <Text size="xs" c="dimmed" p={10}>
              {t('palette.noExecutors')}
            </Text>
          ) : null}
        </div>
      </ScrollArea>
    </aside>
  );
}
