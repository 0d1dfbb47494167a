import { Paper, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useClickOutside } from '@mantine/hooks';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { typeColor, typeIcon } from '../canvas/type-look.js';
import { useEditorText } from '../i18n/index.js';

/** Results shown at once. */
const SHOWN_MAX = 50;

interface FindBoxProps {
  nodes: readonly { key: string; name?: string; type: string }[];
  onFind: (key: string) => void;
  onClose: () => void;
}

/** Search for a node by name or key; a choice brings it into view. */
export function FindBox({ nodes, onFind, onClose }: FindBoxProps) {
  const t = useEditorText();
  const [search, setSearch] = useState('');
  const [active, setActive] = useState(0);
  const ref = useClickOutside<HTMLDivElement>(onClose);
  const found = useMemo(() => {
    const word = search.trim().toLowerCase();
    return nodes.filter(({ key, name }) => `${name ?? ''} ${key}`.toLowerCase().includes(word));
  }, [nodes, search]);
  const choose = (key: string | undefined): void => {
    if (key === undefined) return;
    onFind(key);
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter') choose(found[active]?.key);
    else if (event.key === 'ArrowDown')
      setActive(Math.min(active + 1, Math.min(found.length, SHOWN_MAX) - 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(active - 1, 0));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <Paper ref={ref} className="h-find" shadow="md" role="dialog" aria-label={t('command.find')}>
      <TextInput
        autoFocus
        m={8}
        leftSection={<Search size={14} />}
        placeholder={t('find.placeholder')}
        aria-label={t('find.placeholder')}
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="h-node-search-list" role="listbox">
        {found.slice(0, SHOWN_MAX).map(({ key, name, type }, index) => {
          const Icon = typeIcon(type);
          return (
            <UnstyledButton
              key={key}
              role="option"
              aria-selected={index === active}
              className="h-palette-item"
              data-active={index === active || undefined}
              onMouseEnter={() => setActive(index)}
              onClick={() => choose(key)}
            >
              <span
                className="h-palette-icon"
                style={{ '--h-type-color': typeColor(type) } as React.CSSProperties}
              >
                <Icon size={14} aria-hidden />
              </span>
              <span className="h-palette-words">
                <span className="h-palette-title">{name || key}</span>
                <span className="h-palette-hint">{key}</span>
              </span>
            </UnstyledButton>
          );
        })}
      </div>
      <Text size="xs" c="dimmed" p={8} aria-live="polite">
        {found.length === 0 ? t('find.none') : t('find.count', { count: found.length })}
      </Text>
    </Paper>
  );
}
