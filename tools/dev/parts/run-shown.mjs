import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { ROOT, logFile } from './places.mjs';

/** Lines of a failed program's output that are shown. */
const TAIL_LINES = 60;

/** Sums of a test run, and what failed. */
export class Counted {
  passed = 0;
  failed = 0;
  failures = [];

  add({ heading, log, passed, failed }) {
    this.passed += passed;
    this.failed += failed;
    if (failed > 0) this.failures.push({ heading, log });
  }
}

/** Runs a Node program below a heading; its output goes to a log file, and its end is shown when it fails. */
export async function runShown(heading, args, env = {}) {
  const begin = Date.now();
  process.stdout.write(`── ${heading} … `);
  const path = logFile(`test-${heading.toLowerCase().replaceAll(/\W+/g, '-')}`);
  const log = createWriteStream(path);
  const tail = [];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env, NO_COLOR: '1', CI: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const keep = (chunk) => {
    log.write(chunk);
    tail.push(...chunk.toString('utf8').split('\n'));
    tail.splice(0, Math.max(0, tail.length - 2 * TAIL_LINES));
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      keep(Buffer.from(error.message));
      resolve(1);
    });
    child.once('close', (status) => resolve(status ?? 1));
  });
  log.end();
  await finished(log);
  process.stdout.write(
    `${code === 0 ? 'ok' : 'FAILED'} (${((Date.now() - begin) / 1000).toFixed(0)} s)\n`,
  );
  if (code !== 0)
    console.log(
      tail
        .filter((line) => line.trim())
        .slice(-TAIL_LINES)
        .join('\n'),
    );
  return { code, log: path };
}
