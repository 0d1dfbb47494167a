import type { LucideIcon } from 'lucide-react';
import type { en } from '../i18n/en.js';
import type { EditorSession } from '../session.js';

/** Text key of a command's label. */
export type CommandLabel = keyof typeof en & `command.${string}`;

/** One action of a person. Menu, toolbar, context menu, keys and the command palette read this one object. */
export interface EditorCommand {
  id: string;
  label: CommandLabel;
  icon: LucideIcon;
  group: 'edit' | 'canvas' | 'view' | 'workflow';
  /** `Mod+Shift+L`; absent: no key. */
  shortcut?: string;
  /** Further keys that do the same. */
  aliases?: readonly string[];
  /** The browser's own copy, cut and paste events do the work when the keys are pressed. */
  isNativeKey?: boolean;
  /** Works while the cursor is in a field. */
  isGlobal?: boolean;
  /** Changes the document: absent from a read-only canvas. */
  isEdit?: boolean;
  isEnabled(session: EditorSession): boolean;
  run(session: EditorSession): void | Promise<void>;
}
