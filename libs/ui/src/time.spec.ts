import { describe, expect, it } from 'vitest';
import { formatDuration, formatRelative } from './time.js';

describe('formatDuration', () => {
  it.each([
    [-5, '0 ms'],
    [0, '0 ms'],
    [999, '999 ms'],
    [4_260, '4.2 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [185_000, '3 min 5 s'],
    [7_800_000, '2 h 10 min'],
    [273_600_000, '3 d 4 h'],
  ])('writes %i ms as %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe('formatRelative', () => {
  it('says "now" by null below five seconds', () =>
    expect(formatRelative(1_000, 4_000, 'en')).toBeNull());
  it('looks back and ahead in the language asked for', () => {
    expect(formatRelative(0, 180_000, 'en')).toBe('3 min. ago');
    expect(formatRelative(180_000, 0, 'en')).toBe('in 3 min.');
    expect(formatRelative(0, 7_200_000, 'zh-CN')).toBe('2小时前');
  });
});
