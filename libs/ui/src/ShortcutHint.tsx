import { formatShortcut } from './shortcut.js';

/** A keyboard shortcut as a small key cap, e.g. `Mod+Z`. */
export function ShortcutHint({ shortcut }: { shortcut: string }) {
  return <kbd className="h-kbd">{formatShortcut(shortcut)}</kbd>;
}
