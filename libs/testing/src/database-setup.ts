import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { ensureDatabase } from '@heddle/launcher';
import { migrate } from '@heddle/store';

declare module 'vitest' {
  interface ProvidedContext {
    /** Server that the database specs share: connect to it to clone the template. */
    testServerUrl: string;
  }
}

/** Database that is migrated once and cloned for every spec file. */
export const TEMPLATE_NAME = 'heddle_template';

/** Vitest's global setup of the database specs: one PostgreSQL for the whole run, thrown away afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'heddle-test-'));
  // So that the user that root lends to PostgreSQL can enter it.
  await chmod(dataDir, 0o755);
  const server = await ensureDatabase({ dataDir, isDurable: false });
  const remove = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await createTemplate(server.url);
  } catch (error) {
    await remove();
    throw error;
  }
  project.provide('testServerUrl', server.url);
  return remove;
}

async function createTemplate(serverUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`create database ${TEMPLATE_NAME}`);
  await client.end();
  await migrate(withDatabase(serverUrl, TEMPLATE_NAME));
}

/** The same server, another database. */
export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
