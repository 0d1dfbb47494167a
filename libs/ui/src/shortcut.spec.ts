import { describe, expect, it } from 'vitest';
import { formatShortcut, matchesShortcut, type KeyPress } from './shortcut.js';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

describe('matchesShortcut', () => {
  it('takes Ctrl for Mod on other machines and ⌘ on Apple ones', () => {
    expect(matchesShortcut(press('z', { ctrlKey: true }), 'Mod+Z', false)).toBe(true);
    expect(matchesShortcut(press('z', { ctrlKey: true }), 'Mod+Z', true)).toBe(false);
    expect(matchesShortcut(press('z', { metaKey: true }), 'Mod+Z', true)).toBe(true);
  });
  it('tells Mod+Z from Mod+Shift+Z', () => {
    expect(matchesShortcut(press('Z', { ctrlKey: true, shiftKey: true }), 'Mod+Z', false)).toBe(
      false,
    );
    expect(
      matchesShortcut(press('Z', { ctrlKey: true, shiftKey: true }), 'Mod+Shift+Z', false),
    ).toBe(true);
  });
  it('does not ask how a sign is typed', () => {
    expect(matchesShortcut(press('?', { shiftKey: true }), '?', false)).toBe(true);
  });
});

describe('formatShortcut', () => {
  it('writes it as the platform does', () => {
    expect(formatShortcut('Mod+Shift+L', true)).toBe('⌘⇧L');
    expect(formatShortcut('Mod+Shift+L', false)).toBe('Ctrl+Shift+L');
  });
});
