import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database, LogStore, type LogQuery } from '@heddle/store';
import { testDatabase } from '@heddle/testing';
import { LogFeed, type WrittenLine } from './log-feed.js';
import { LogService } from './log.service.js';

const ANY: LogQuery = {
  runId: '1',
  nodeKey: 'a',
  minLevel: 1,
  search: null,
  attempt: null,
  after: null,
  before: null,
  limit: 100,
};

describe('task logs', async () => {
  const url = await testDatabase();
  let database: Database;
  let store: LogStore;
  let published: WrittenLine[];
  let service: LogService;

  beforeAll(async () => {
    database = await Database.open(url);
    store = new LogStore(database);
    await store.keepPartitions(new Date(), 14);
    const feed = new LogFeed();
    published = [];
    feed.listen((lines) => published.push(...lines));
    service = new LogService(store, feed);
    for (let i = 1; i <= 50; i++)
      service.append({
        runId: '1',
        nodeKey: 'a',
        attempt: i <= 25 ? 1 : 2,
        atMs: Date.now(),
        level: i % 10 === 0 ? 'error' : 'info',
        message: `line ${i} of Ünïcode 中文 \u0000`,
        fields: { i },
      });
    service.append({
      runId: '1',
      nodeKey: 'b',
      attempt: 1,
      atMs: Date.now(),
      level: 'debug',
      message: 'elsewhere',
      fields: null,
    });
    service.countDropped('1', 'a', 7);
    await service.flush();
  });
  afterAll(() => database.close());

  it('keeps the order, the fields, and every character that PostgreSQL can hold', async () => {
    const lines = await store.page(ANY);
    expect(lines).toHaveLength(50);
    expect(lines[0]).toMatchObject({
      message: 'line 1 of Ünïcode 中文 \uFFFD',
      fields: { i: 1 },
      attempt: 1,
      level: 2,
    });
    expect(lines.map((line) => line.fields?.['i'])).toEqual(
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
    expect(published.map((line) => line.id).slice(0, 50)).toEqual(lines.map((line) => line.id));
  });

  it('pages from the end backwards and from a line forwards', async () => {
    const tail = await store.page({ ...ANY, limit: 5 });
    expect(tail.map((line) => line.fields?.['i'])).toEqual([46, 47, 48, 49, 50]);
    const earlier = await store.page({ ...ANY, limit: 5, before: tail[0]!.id });
    expect(earlier.map((line) => line.fields?.['i'])).toEqual([41, 42, 43, 44, 45]);
    const later = await store.page({ ...ANY, limit: 2, after: earlier[0]!.id });
    expect(later.map((line) => line.fields?.['i'])).toEqual([42, 43]);
  });

  it('filters by level, text (letter case ignored, no pattern) and attempt', async () => {
    expect(await store.page({ ...ANY, minLevel: 4 })).toHaveLength(5);
    expect(await store.page({ ...ANY, search: 'LINE 4' })).toHaveLength(11);
    expect(await store.page({ ...ANY, search: '%' })).toHaveLength(0);
    expect(await store.page({ ...ANY, attempt: 2 })).toHaveLength(25);
  });

  it('counts what was dropped', async () => {
    service.countDropped('1', 'a', 3);
    await service.flush();
    expect(await store.droppedCount('1', 'a')).toBe(10);
    expect(await store.droppedCount('1', 'b')).toBe(0);
  });

  it('a clock that cannot be is replaced, and a line that is refused for good holds up no other', async () => {
    const line = { attempt: 1, level: 'info', message: 'm', fields: null } as const;
    for (const atMs of [NaN, -1, 9e15, 8.64e15, Date.now() + 9 * 3_600_000])
      service.append({ ...line, runId: '2', nodeKey: 'a', atMs });
    // No text of PostgreSQL holds U+0000, and keys come from a checked graph.
    service.append({ ...line, runId: '2', nodeKey: 'b\u0000', atMs: 0 });
    service.append({ ...line, runId: '2', nodeKey: 'c', atMs: 0 });
    await service.flush();
    await service.flush();
    expect(await store.page({ ...ANY, runId: '2' })).toHaveLength(5);
    expect(await store.page({ ...ANY, runId: '2', nodeKey: 'c' })).toHaveLength(1);
  });

  it('has a partition for today and the next days, and drops the old ones whole', async () => {
    const inAYear = new Date(Date.now() + 365 * 24 * 3_600_000);
    await Promise.all([store.keepPartitions(inAYear, 14), store.keepPartitions(inAYear, 14)]);
    expect(await store.page(ANY)).toEqual([]);
  });
});
