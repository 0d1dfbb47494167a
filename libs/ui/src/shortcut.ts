/** Whether this machine's command key is ⌘. */
export function isApple(): boolean {
  return typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);
}

const APPLE_SIGNS: Record<string, string> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Ctrl: '⌃' };
const KEY_SIGNS: Record<string, string> = {
  Delete: 'Del',
  Escape: 'Esc',
  Enter: '↵',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
};

/** `Mod+Shift+L` as people of this platform write it. */
export function formatShortcut(shortcut: string, apple = isApple()): string {
  const parts = shortcut
    .split('+')
    .map(
      (part) =>
        (apple ? APPLE_SIGNS[part] : part === 'Mod' ? 'Ctrl' : undefined) ??
        KEY_SIGNS[part] ??
        part,
    );
  return parts.join(apple ? '' : '+');
}

/** The facts of a key press that a shortcut is compared with. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

/**
 * Whether a key press is the shortcut. `Mod` is ⌘ on Apple machines and Ctrl elsewhere. A shortcut that is one
 * printable sign (such as `?`) ignores Shift, which some keyboards need to type it.
 */
export function matchesShortcut(press: KeyPress, shortcut: string, apple = isApple()): boolean {
  const parts = shortcut.split('+');
  const key = parts[parts.length - 1] ?? '';
  const wants = (name: string): boolean => parts.length > 1 && parts.includes(name);
  const mod = apple ? press.metaKey : press.ctrlKey;
  const isSign = key.length === 1 && !/[a-z0-9]/i.test(key);
  return (
    press.key.toLowerCase() === key.toLowerCase() &&
    mod === wants('Mod') &&
    press.altKey === wants('Alt') &&
    (isSign || press.shiftKey === wants('Shift'))
  );
}
