import { describe, expect, it } from 'vitest';
import { changedPaths } from './json-diff.js';
import {
  whyNotCancel,
  whyNotHold,
  whyNotMark,
  whyNotRerun,
  whyNotRetry,
  whyNotRetryEdited,
} from './node-rules.js';
import { segmentsOf, spanOf, ticksOf } from './timeline.js';

const at = (second: number): string => new Date(second * 1_000).toISOString();

describe('timeline', () => {
  it('cuts attempts into queue, run and wait', () => {
    const segments = segmentsOf(
      [
        { number: 1, state: 'failed', queuedAt: at(0), startedAt: at(1), endedAt: at(3) },
        { number: 2, state: 'running', queuedAt: at(5), startedAt: at(6), endedAt: null },
      ],
      9_000,
    );
    expect(
      segments.map(({ kind, attempt, from, to }) => `${kind} ${attempt} ${from}-${to}`),
    ).toEqual([
      'queue 1 0-1000',
      'run 1 1000-3000',
      'wait 2 3000-5000',
      'queue 2 5000-6000',
      'run 2 6000-9000',
    ]);
    expect(spanOf([segments, []])).toEqual({ from: 0, to: 9_000 });
    expect(spanOf([])).toBeNull();
  });
  it('has a few round grid lines at any length', () => {
    for (const length of [3, 800, 12_000, 3_600_000, 400_000_000]) {
      const ticks = ticksOf(length, 8);
      expect(ticks.length).toBeLessThanOrEqual(9);
      expect(ticks[0]).toBe(0);
    }
    expect(ticksOf(12_000, 8)).toEqual([0, 2_000, 4_000, 6_000, 8_000, 10_000, 12_000]);
  });
});

describe('changedPaths', () => {
  it('names every value that differs', () => {
    const before = { a: 1, b: { c: [1, 2] }, d: null };
    expect(changedPaths(before, { a: 1, b: { c: [1, 3, 4] }, e: true })).toEqual([
      '/b/c/1',
      '/b/c/2',
      '/d',
      '/e',
    ]);
    expect(changedPaths(before, structuredClone(before))).toEqual([]);
    expect(changedPaths({ a: 1 }, [1])).toEqual(['']);
  });
});

describe('node actions', () => {
  const node = (state: string, attempt = 1, hasEditableInput = true) => ({
    state,
    attempt,
    hasEditableInput,
  });
  it('say why they are not possible', () => {
    expect(whyNotRetry(node('failed'))).toBeNull();
    expect(whyNotRetry(node('running'))).toBe('notEnded');
    expect(whyNotRetry(node('skipped', 0))).toBe('skipped');
    expect(whyNotRetryEdited(node('failed', 1, false))).toBe('noInput');
    expect(whyNotMark(node('succeeded'))).toBe('notFailed');
    expect(whyNotMark({ ...node('pending', 0), isRunOver: true })).toBe('ended');
    expect(whyNotHold(node('pending', 0))).toBeNull();
    expect(whyNotHold({ ...node('pending', 0), isHeld: true })).toBe('held');
    expect(whyNotHold(node('succeeded'))).toBe('ended');
    expect(whyNotRerun(node('failed'))).toBe('runActive');
    expect(whyNotRerun({ ...node('failed'), isRunOver: true })).toBeNull();
    expect(whyNotCancel(node('waiting'))).toBeNull();
    expect(whyNotCancel(node('failed'))).toBe('ended');
  });
});
