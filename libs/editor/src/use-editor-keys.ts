import { useEffect } from 'react';
import { commandForKey, runCommand } from './commands/registry.js';
import { copiedText, nudgeSelection } from './commands/edit-commands.js';
import { deleteSelection, pasteText } from './document/edits.js';
import type { EditorSession } from './session.js';

/** Whether keys go into a text field or an open dialog rather than to the canvas. */
function isInField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    target.closest('[role="dialog"]') !== null
  );
}

function onKeyDown(session: EditorSession, event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const inField = isInField(event.target);
  if (!inField && nudgeSelection(session, event.key)) return event.preventDefault();
  const command = commandForKey(event, inField);
  if (!command) return;
  event.preventDefault();
  runCommand(command, session);
}

/** Escape on a node that has the focus: the canvas library would select it, where people want out. */
function onNodeEscape(session: EditorSession, event: KeyboardEvent): void {
  if (event.key !== 'Escape' || !(event.target instanceof HTMLElement)) return;
  const node = event.target.closest<HTMLElement>('.react-flow__node');
  if (!node || isInField(event.target)) return;
  event.stopPropagation();
  node.blur();
  onKeyDown(session, event);
}

function onCopy(session: EditorSession, event: ClipboardEvent, isCut: boolean): void {
  if (isInField(event.target) || (window.getSelection()?.toString() ?? '') !== '') return;
  const text = copiedText(session);
  if (text === null || !event.clipboardData) return;
  event.clipboardData.setData('text/plain', text);
  session.copied.text = text;
  event.preventDefault();
  if (isCut && !session.isReadOnly) deleteSelection(session);
}

function onPaste(session: EditorSession, event: ClipboardEvent): void {
  if (isInField(event.target) || session.isReadOnly || !event.clipboardData) return;
  if (pasteText(session, event.clipboardData.getData('text/plain'))) event.preventDefault();
}

/** Keys, copy, cut and paste of one editor, for as long as it is on the page. */
export function useEditorKeys(session: EditorSession): void {
  useEffect(() => {
    const handlers = {
      escape: (event: KeyboardEvent) => onNodeEscape(session, event),
      keydown: (event: KeyboardEvent) => onKeyDown(session, event),
      copy: (event: ClipboardEvent) => onCopy(session, event, false),
      cut: (event: ClipboardEvent) => onCopy(session, event, true),
      paste: (event: ClipboardEvent) => onPaste(session, event),
    };
    document.addEventListener('keydown', handlers.escape, true);
    document.addEventListener('keydown', handlers.keydown);
    document.addEventListener('copy', handlers.copy);
    document.addEventListener('cut', handlers.cut);
    document.addEventListener('paste', handlers.paste);
    return () => {
      document.removeEventListener('keydown', handlers.escape, true);
      document.removeEventListener('keydown', handlers.keydown);
      document.removeEventListener('copy', handlers.copy);
      document.removeEventListener('cut', handlers.cut);
      document.removeEventListener('paste', handlers.paste);
    };
  }, [session]);
}
