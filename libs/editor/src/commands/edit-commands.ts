import { indexOf, moveNodes } from '@heddle/graph';
import {
  ClipboardPaste,
  Copy,
  CopyPlus,
  type LucideIcon,
  Redo2,
  Scissors,
  SquareDashedMousePointer,
  SquareX,
  Trash2,
  Undo2,
} from 'lucide-react';
import { toClipboardText } from '../document/clipboard.js';
import { deleteSelection, pasteText } from '../document/edits.js';
import { goToLevel, goUp } from '../document/levels.js';
import { select } from '../document/view-store.js';
import type { EditorSession } from '../session.js';
import type { EditorCommand } from './command.js';

const hasNodes = ({ view }: EditorSession): boolean => view.getState().nodes.size > 0;
const hasSelection = ({ view }: EditorSession): boolean =>
  view.getState().nodes.size + view.getState().edges.size > 0;

/** Text of the selected nodes for the clipboard; null when nothing is selected. */
export function copiedText(session: EditorSession): string | null {
  const { nodes } = session.view.getState();
  if (nodes.size === 0) return null;
  return toClipboardText(session.document.state.getState().graph, nodes);
}

/** Fires the browser's own copy or cut event, whose handler fills the clipboard: works on plain http, too. */
function viaBrowser(event: 'copy' | 'cut'): void {
  document.execCommand(event);
}

async function pasteFromMenu(session: EditorSession): Promise<void> {
  const text = await readClipboard(session);
  if (!pasteText(session, text)) session.say(session.text('notice.nothingToPaste'));
}

async function readClipboard(session: EditorSession): Promise<string> {
  try {
    return (await navigator.clipboard?.readText()) ?? session.copied.text;
  } catch (error) {
    // The person or the browser does not let pages read the clipboard.
    if (error instanceof DOMException) return session.copied.text;
    throw error;
  }
}

const NUDGES: readonly { key: string; x: number; y: number }[] = [
  { key: 'ArrowLeft', x: -8, y: 0 },
  { key: 'ArrowRight', x: 8, y: 0 },
  { key: 'ArrowUp', x: 0, y: -8 },
  { key: 'ArrowDown', x: 0, y: 8 },
];

/** Moves the selection by an arrow key; a series of presses is one undo. */
export function nudgeSelection(session: EditorSession, key: string): boolean {
  const nudge = NUDGES.find((entry) => entry.key === key);
  const { nodes } = session.view.getState();
  if (!nudge || nodes.size === 0 || session.isReadOnly) return false;
  session.document.edit(
    (graph) => {
      const index = indexOf(graph).nodes;
      const positions = Object.fromEntries(
        [...nodes].flatMap((nodeKey) => {
          const at = index.get(nodeKey)?.position;
          return at ? [[nodeKey, { x: at.x + nudge.x, y: at.y + nudge.y }]] : [];
        }),
      );
      return moveNodes(graph, { positions });
    },
    { label: session.text('edit.move'), mark: `nudge:${[...nodes].join(',')}` },
  );
  return true;
}

function edit(
  id: string,
  label: EditorCommand['label'],
  icon: LucideIcon,
  rest: Pick<EditorCommand, 'isEnabled' | 'run'> & Partial<EditorCommand>,
): EditorCommand {
  return { id, label, icon, group: 'edit', isEdit: true, ...rest };
}

/** Undo, clipboard and selection. */
export const EDIT_COMMANDS: readonly EditorCommand[] = [
  edit('undo', 'command.undo', Undo2, {
    shortcut: 'Mod+Z',
    isEnabled: ({ document }) => document.state.getState().history.done.length > 0,
    run: (session) => {
      const step = session.document.undo();
      if (!step) return;
      goToLevel(session, step.place);
      session.say(session.text('notice.undone', { label: step.label }));
    },
  }),
  edit('redo', 'command.redo', Redo2, {
    shortcut: 'Mod+Shift+Z',
    aliases: ['Mod+Y'],
    isEnabled: ({ document }) => document.state.getState().history.undone.length > 0,
    run: (session) => {
      const step = session.document.redo();
      if (!step) return;
      goToLevel(session, step.place);
      session.say(session.text('notice.redone', { label: step.label }));
    },
  }),
  edit('cut', 'command.cut', Scissors, {
    shortcut: 'Mod+X',
    isNativeKey: true,
    isEnabled: hasNodes,
    run: () => viaBrowser('cut'),
  }),
  edit('copy', 'command.copy', Copy, {
    shortcut: 'Mod+C',
    isNativeKey: true,
    isEdit: false,
    isEnabled: hasNodes,
    run: () => viaBrowser('copy'),
  }),
  edit('paste', 'command.paste', ClipboardPaste, {
    shortcut: 'Mod+V',
    isNativeKey: true,
    isEnabled: () => true,
    run: pasteFromMenu,
  }),
  edit('duplicate', 'command.duplicate', CopyPlus, {
    shortcut: 'Mod+D',
    isEnabled: hasNodes,
    run: (session) => {
      const text = copiedText(session);
      if (text !== null) pasteText(session, text);
    },
  }),
  edit('delete', 'command.delete', Trash2, {
    shortcut: 'Delete',
    aliases: ['Backspace'],
    isEnabled: hasSelection,
    run: deleteSelection,
  }),
  edit('selectAll', 'command.selectAll', SquareDashedMousePointer, {
    shortcut: 'Mod+A',
    isEdit: false,
    isEnabled: ({ document }) => document.state.getState().graph.nodes.length > 0,
    run: ({ document, view }) => {
      const { graph } = document.state.getState();
      select(
        view,
        graph.nodes.map((node) => node.key),
        graph.edges.map((edge) => edge.id),
      );
    },
  }),
  edit('deselect', 'command.deselect', SquareX, {
    shortcut: 'Escape',
    isEdit: false,
    isEnabled: (session) =>
      hasSelection(session) ||
      session.view.getState().panel !== 'none' ||
      session.view.getState().path.length > 0,
    // What is nearest first: the selection, a panel, then the body that is open.
    run: (session) => {
      const { view } = session;
      if (!hasSelection(session) && view.getState().panel === 'none') return goUp(session);
      select(view, []);
      view.setState({ panel: 'none', insert: null });
    },
  }),
];
