import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, inject } from 'vitest';
import { TEMPLATE_NAME, withDatabase } from './database-setup.js';

/** Clones of one template are made one after the other; this lock (an arbitrary constant) makes spec files take turns. */
const CLONE_LOCK = 8_420_002;

/**
 * A migrated, empty database of one spec file, dropped after it. Call it at the top of a `*.db.spec.ts`:
 * `const url = await testDatabase();`
 */
export async function testDatabase(): Promise<string> {
  const serverUrl = inject('testServerUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [CLONE_LOCK]);
    await client.query(`create database ${name} template ${TEMPLATE_NAME}`);
  });
  afterAll(() =>
    onServer(serverUrl, async (client) => {
      await client.query(`drop database if exists ${name} with (force)`);
    }),
  );
  return withDatabase(serverUrl, name);
}

async function onServer(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
