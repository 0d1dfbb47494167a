import { Text, UnstyledButton } from '@mantine/core';
import { ChevronRight, CornerLeftUp } from 'lucide-react';
import { graphAt, indexOf } from '@heddle/graph';
import { useStore } from 'zustand';
import { goToLevel, goUp } from './document/levels.js';
import { useEditorText } from './i18n/index.js';
import { useSession, useView } from './session-context.js';

/** Where the shown graph lies: the workflow, and the nodes whose bodies are open. Nothing at the top. */
export function Levels() {
  const t = useEditorText();
  const session = useSession();
  const path = useView((state) => state.path);
  const root = useStore(session.root.state, (state) => state.graph);
  if (path.length === 0) return null;
  const nameOf = (depth: number): string => {
    const key = path[depth] ?? '';
    const around = graphAt(root, path.slice(0, depth));
    return (around && indexOf(around).nodes.get(key)?.name) || key;
  };
  return (
    <nav className="h-levels" aria-label={t('levels.label')}>
      <UnstyledButton
        className="h-level-up"
        aria-label={t('command.goUp')}
        onClick={() => goUp(session)}
      >
        <CornerLeftUp size={14} aria-hidden />
      </UnstyledButton>
      <UnstyledButton className="h-level" onClick={() => goToLevel(session, [])}>
        {t('levels.workflow')}
      </UnstyledButton>
      {path.map((_key, depth) => (
        <span key={path.slice(0, depth + 1).join('/')} className="h-level-part">
          <ChevronRight size={12} aria-hidden />
          {depth === path.length - 1 ? (
            <Text span size="xs" fw={600} aria-current="location">
              {nameOf(depth)}
            </Text>
          ) : (
            <UnstyledButton
              className="h-level"
              onClick={() => goToLevel(session, path.slice(0, depth + 1))}
            >
              {nameOf(depth)}
            </UnstyledButton>
          )}
        </span>
      ))}
    </nav>
  );
}
