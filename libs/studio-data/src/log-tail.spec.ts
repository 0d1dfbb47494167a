import type { LiveLogLine } from '@heddle/protocol';
import { describe, expect, it, vi } from 'vitest';
import { FakeTransport } from './builders.js';
import { appendLines, compareLineIds, LogTail, type LoadLogs, passesFilter } from './log-tail.js';

const aLine = (id: number, change: Partial<LiveLogLine> = {}): LiveLogLine => ({
  id: String(id),
  attempt: 1,
  at: '2026-01-01T00:00:00.000Z',
  level: 'info',
  message: `line ${id}`,
  fields: null,
  ...change,
});

describe('appendLines', () => {
  it('orders ids as numbers and leaves known lines out', () => {
    expect(compareLineIds('9', '10')).toBeLessThan(0);
    const lines = appendLines([aLine(9), aLine(10)], [aLine(10), aLine(11)]);
    expect(lines.map((line) => line.id)).toEqual(['9', '10', '11']);
  });
});

describe('passesFilter', () => {
  it('lets through what the server would', () => {
    const line = aLine(1, { level: 'warn', message: 'Bad Record', attempt: 2 });
    expect(passesFilter(line, { minLevel: 'warn', search: 'bad', attempt: 2 })).toBe(true);
    expect(passesFilter(line, { minLevel: 'error' })).toBe(false);
    expect(passesFilter(line, { search: 'good' })).toBe(false);
    expect(passesFilter(line, { attempt: 1 })).toBe(false);
  });
});

describe('LogTail', () => {
  const setUp = (stored: LiveLogLine[], pageSize = 100) => {
    const transport = new FakeTransport(async () => ({ ok: true }));
    const load: LoadLogs = async ({ after, before }) => {
      const known = stored.filter(
        (line) =>
          (after === undefined || compareLineIds(line.id, after) > 0) &&
          (before === undefined || compareLineIds(line.id, before) < 0),
      );
      const lines = after === undefined ? known.slice(-pageSize) : known.slice(0, pageSize);
      return { lines, hasBefore: known.length > lines.length, hasAfter: false, droppedCount: 0 };
    };
    const tail = new LogTail(transport, { runId: '1', nodeKey: 'a', filter: {} }, load);
    tail.start();
    return { transport, tail };
  };
  const shows = (tail: LogTail, ids: number[]) =>
    vi.waitFor(() => expect(tail.state.lines.map((line) => Number(line.id))).toEqual(ids));

  it('shows the end first and older pages on demand', async () => {
    const { tail } = setUp([aLine(1), aLine(2), aLine(3)], 2);
    await shows(tail, [2, 3]);
    expect(tail.state.hasBefore).toBe(true);
    await tail.loadBefore();
    await shows(tail, [1, 2, 3]);
    expect(tail.state.hasBefore).toBe(false);
  });

  it('adds live lines of its node once, and counts lost ones', async () => {
    const { transport, tail } = setUp([aLine(1)]);
    await shows(tail, [1]);
    transport.emit('logLines', { runId: '1', nodeKey: 'b', lines: [aLine(5)], dropped: 0 });
    transport.emit('logLines', {
      runId: '1',
      nodeKey: 'a',
      lines: [aLine(1), aLine(2)],
      dropped: 3,
    });
    await shows(tail, [1, 2]);
    expect(tail.state.droppedCount).toBe(3);
  });

  it('fetches what it missed when the channel is back', async () => {
    const stored = [aLine(1)];
    const { transport, tail } = setUp(stored);
    await shows(tail, [1]);
    transport.setConnected(false);
    stored.push(aLine(2));
    transport.setConnected(true);
    await shows(tail, [1, 2]);
  });
});
