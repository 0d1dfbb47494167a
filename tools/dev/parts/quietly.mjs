import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { Problem } from './main.mjs';
import { ROOT, logFile, shortPath } from './places.mjs';

/** Lines of a failed program's output that are shown. */
const TAIL_LINES = 25;

/**
 * Runs a program with its output in a log file; the end of it is shown only when the program fails.
 * @throws {Problem} `sentence` and where the log is.
 */
export async function quietly(name, command, args, { sentence, cwd = ROOT, env = {} }) {
  const path = logFile(name);
  const log = openSync(path, 'w');
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const code = await new Promise((settle, fail) => {
    child.once('error', fail).once('exit', (status, signal) => settle(status ?? signal));
  });
  if (code === 0) return;
  const output = readFileSync(path, 'utf8');
  if (/ENOSPC|No space left/.test(output)) throw new Problem(`${sentence}: the disk is full.`);
  if (/EACCES|EPERM/.test(output) && /npm/.test(name))
    throw new Problem(
      `${sentence}: permission is denied in ${ROOT}; run this as the user who owns it.`,
    );
  if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN/.test(output) && /npm/.test(name))
    throw new Problem(`${sentence}: the npm registry cannot be reached; check the network.`);
  console.error(output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n'));
  throw new Problem(`${sentence}; the whole output is in ${shortPath(path)}.`);
}

/** A heading for something that takes a while, and how long it took. */
export async function announced(text, work) {
  const begin = Date.now();
  process.stdout.write(`${text} … `);
  try {
    const result = await work();
    process.stdout.write(`${((Date.now() - begin) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (error) {
    process.stdout.write('failed\n');
    throw error;
  }
}
