import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { Problem } from './main.mjs';
import { ROOT } from './places.mjs';

/** Runs `<directory>/dist/main.js` with its output as it is, and ends with its exit code. */
export async function runTool(directory, args) {
  await ensureInstalled();
  await ensureBuilt(['code']);
  const script = join(ROOT, directory ?? '', 'dist', 'main.js');
  if (!directory || !existsSync(script))
    throw new Problem(`There is no program in ${directory ?? '(no directory given)'}.`);
  const child = spawn(process.execPath, [script, ...args], { stdio: 'inherit' });
  // The child gets Ctrl-C from the terminal as well and decides what to do; this process only waits.
  for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => child.kill(name));
  const code = await new Promise((resolve) =>
    child.once('close', (status) => resolve(status ?? 1)),
  );
  process.exit(code);
}
