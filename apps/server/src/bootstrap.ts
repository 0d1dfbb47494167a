import { messageOf } from '@heddle/kernel';
import { AccessStore, Database } from '@heddle/store';
import { newSecret } from '@heddle/server-access';
import { readConfig } from './config.js';

const ADMIN_EMAIL = 'admin@localhost';
const DEMO = { name: 'demo', title: 'Demo', group: 'demo' };
const LINK_MS = 24 * 3_600_000;
const KEY_MS = 3_600_000;

/**
 * Prepares a database for its first person: an administrator, the namespaces `default` and `demo`, and fresh secrets for this start.
 * Prints one line of JSON: `{ signInUrl, seedApiKey, demoWorkerToken }`. Can run again at every start.
 */
async function bootstrap(database: Database, publicUrl: string): Promise<Record<string, string>> {
  const store = new AccessStore(database);
  const admin = await store.ensureUser(ADMIN_EMAIL, 'Admin');
  await ensureNamespace(store, 'default', 'Default', admin.id);
  const demoId = await ensureNamespace(store, DEMO.name, DEMO.title, admin.id);
  await store.sweep(new Date());
  const link = newSecret('hdl_link');
  await store.addSignInLink({
    userId: admin.id,
    tokenHash: link.hash,
    expiresAt: new Date(Date.now() + LINK_MS),
  });
  const key = newSecret('hdl_key');
  const expiresAt = new Date(Date.now() + KEY_MS);
  await store.addApiKey({
    userId: admin.id,
    name: 'start',
    prefix: key.prefix,
    secretHash: key.hash,
    expiresAt,
  });
  const token = newSecret('hdl_worker');
  await store.replaceWorkerToken({
    namespaceId: demoId,
    workerGroup: DEMO.group,
    name: 'demo workers',
    prefix: token.prefix,
    secretHash: token.hash,
  });
  return {
    signInUrl: `${publicUrl}/sign-in?token=${link.secret}`,
    seedApiKey: key.secret,
    demoWorkerToken: token.secret,
  };
}

async function ensureNamespace(
  store: AccessStore,
  name: string,
  title: string,
  adminId: string,
): Promise<string> {
  const known = await store.findNamespace(name);
  return (known ?? (await store.addNamespace(name, title, adminId))).id;
}

try {
  const config = readConfig(process.env);
  const database = await Database.open(config.databaseUrl);
  await database.migrate();
  process.stdout.write(`${JSON.stringify(await bootstrap(database, config.publicUrl))}\n`);
  await database.close();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}
