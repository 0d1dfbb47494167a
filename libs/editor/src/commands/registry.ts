import { type KeyPress, matchesShortcut } from '@heddle/ui';
import type { EditorSession } from '../session.js';
import type { EditorCommand } from './command.js';
import { EDIT_COMMANDS } from './edit-commands.js';
import { VIEW_COMMANDS } from './view-commands.js';

/** Every command of the editor, in menu order. */
export const COMMANDS: readonly EditorCommand[] = [...EDIT_COMMANDS, ...VIEW_COMMANDS];

/** The command of an id. Ids are fixed in code, so an unknown one is a bug. */
export function commandById(id: string): EditorCommand {
  const command = COMMANDS.find((entry) => entry.id === id);
  if (!command) throw new Error(`There is no command ${id}.`);
  return command;
}

/** Whether a command is offered at all, and whether it can be used now. */
export function canRun(command: EditorCommand, session: EditorSession): boolean {
  return !(command.isEdit && session.isReadOnly) && command.isEnabled(session);
}

/** Runs a command if it can be used now. Its own failures are shown, not thrown. */
export function runCommand(command: EditorCommand, session: EditorSession): void {
  if (canRun(command, session)) void command.run(session);
}

/** The command that a key press asks for. `isInField`: the cursor is in a field, where only global commands listen. */
export function commandForKey(
  press: KeyPress,
  isInField: boolean,
  commands: readonly EditorCommand[] = COMMANDS,
): EditorCommand | undefined {
  return commands.find(
    (command) =>
      !command.isNativeKey &&
      (command.isGlobal || !isInField) &&
      [command.shortcut, ...(command.aliases ?? [])].some(
        (shortcut) => shortcut !== undefined && matchesShortcut(press, shortcut),
      ),
  );
}
