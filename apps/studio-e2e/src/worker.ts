import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { fromStart, type Studio } from './studio.js';

const WORKER = fileURLToPath(new URL('./worker.mjs', import.meta.url));

/** Starts a worker of a group that no other test uses; call what comes back to end it. */
export async function startWorker(studio: Studio, group: string): Promise<() => Promise<void>> {
  const { createWorkerToken } = await studio.api<{ createWorkerToken: { secret: string } }>(
    `mutation($group: String!) {
      createWorkerToken(namespace: "demo", group: $group, name: "browser test") { secret }
    }`,
    { group },
  );
  const child: ChildProcess = spawn(process.execPath, [WORKER], {
    stdio: 'ignore',
    env: {
      ...process.env,
      HEDDLE_WORKER_ADDRESS: fromStart('WORKERS'),
      HEDDLE_WORKER_TOKEN: createWorkerToken.secret,
      TEST_GROUP: group,
    },
  });
  return async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
}
