import { canRun, COMMANDS, type EditorSession, runCommand, useEditorText } from '@heddle/editor';
import { useEffect } from 'react';
import { setPageActions } from '../../shell/page-actions.js';

/** Offers the editor's commands in the command palette while the editor is open. */
export function useEditorPageActions(session: EditorSession | null): void {
  const t = useEditorText();
  useEffect(() => {
    if (!session) return;
    setPageActions(
      COMMANDS.filter((command) => !(command.isEdit && session.isReadOnly)).map((command) => ({
        id: `editor-${command.id}`,
        label: t(command.label),
        leftSection: <command.icon size={16} />,
        onClick: () => {
          if (canRun(command, session)) runCommand(command, session);
        },
      })),
    );
    return () => setPageActions([]);
  }, [session, t]);
}
