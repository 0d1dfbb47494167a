import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '@heddle/testing';
import { Database } from './database.js';
import { schemaText } from './schema-text.js';

const COMMITTED = fileURLToPath(new URL('../schema.sql', import.meta.url));

describe('the schema', async () => {
  const url = await testDatabase();
  let database: Database;
  beforeAll(async () => void (database = await Database.open(url)));
  afterAll(() => database.close());

  it('is what the entities say, foreign keys aside, which only migrations know', async () => {
    const { upQueries } = await database.source.driver.createSchemaBuilder().log();
    const differences = upQueries
      .map(({ query }) => query)
      .filter((query) => !/DROP CONSTRAINT "fk_/.test(query));
    expect(differences).toEqual([]);
  });

  it('is the committed schema.sql', async () => {
    const text = await schemaText(database);
    if (process.env['UPDATE_SCHEMA'] || !existsSync(COMMITTED)) writeFileSync(COMMITTED, text);
    expect(text).toBe(readFileSync(COMMITTED, 'utf8'));
  });

  it('has nothing left to migrate, and migrating again changes nothing', async () => {
    expect(await database.migrate()).toBe(0);
  });

  it('is migrated once when two servers start at the same moment', async () => {
    const [first, second] = await Promise.all([Database.open(url), Database.open(url)]);
    expect(await Promise.all([first.migrate(), second.migrate()])).toEqual([0, 0]);
    await Promise.all([first.close(), second.close()]);
  });
});
