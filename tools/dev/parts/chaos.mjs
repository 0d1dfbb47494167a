import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { Problem } from './main.mjs';
import { ROOT } from './places.mjs';

/** Jobs that are carried out under fire when nobody says how many. */
const NODE_RUNS_DEFAULT = '100000';

/** The suite that `npm test` runs with few jobs, with many. `--node-runs N` says how many, `--seed N` repeats the choices of a run. */
export async function chaos(args) {
  const { nodeRuns, seed } = read(args);
  await ensureInstalled();
  await ensureBuilt(['code']);
  const child = spawn(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config',
      'apps/server-e2e/vitest.config.ts',
      'chaos',
    ],
    {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, CHAOS_NODE_RUNS: nodeRuns, ...(seed ? { SEED: seed } : {}) },
    },
  );
  for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => child.kill(name));
  const code = await new Promise((resolve) =>
    child.once('close', (status) => resolve(status ?? 1)),
  );
  process.exit(code);
}

function read(args) {
  try {
    const options = { 'node-runs': { type: 'string' }, seed: { type: 'string' } };
    const { values } = parseArgs({ args, options });
    const nodeRuns = values['node-runs'] ?? NODE_RUNS_DEFAULT;
    for (const value of [nodeRuns, values.seed ?? '1'])
      if (!/^[1-9]\d{0,8}$/.test(value))
        throw new Error(`"${value}" is not a whole number above 0`);
    return { nodeRuns, seed: values.seed };
  } catch (error) {
    throw new Problem(`${error.message}. There are --node-runs N and --seed N.`);
  }
}
