import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { testDatabase } from './test-database.js';

const url = await testDatabase();
const other = await testDatabase();

async function ask(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

describe('testDatabase', () => {
  it('gives a migrated database of its own', async () => {
    await ask(url, 'create table mine (id int)');
    expect(await ask(url, "select to_regclass('mine') as t, to_regclass('run') as r")).toEqual([
      { t: 'mine', r: 'run' },
    ]);
    expect(await ask(other, "select to_regclass('mine') as t")).toEqual([{ t: null }]);
  });
});
