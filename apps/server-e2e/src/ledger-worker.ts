import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { executor, worker } from '@heddle/worker-sdk';
import type { LedgerEntry } from './ledger.js';

const ledger = process.env['LEDGER_FILE'];
if (!ledger) throw new Error('LEDGER_FILE is not set.');

const toStderr = (message: string): void => void process.stderr.write(`${message}\n`);
const quietLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: toStderr,
  error: toStderr,
};

const effect = executor('demo.effect', async (input: { ms?: number; afterMs?: number }, ctx) => {
  const token = randomUUID();
  await sleep(input.ms ?? 0, undefined, { signal: ctx.signal });
  const entry: LedgerEntry = {
    idempotencyKey: ctx.idempotencyKey,
    attempt: ctx.attempt,
    pid: process.pid,
    token,
  };
  appendFileSync(ledger, `${JSON.stringify(entry)}\n`);
  // Whoever is killed here has done it, and nobody knows.
  await sleep(input.afterMs ?? 0, undefined, { signal: ctx.signal });
  return { token };
});

await worker({
  group: 'demo',
  executors: [effect],
  slots: 40,
  logger: quietLogger,
  shutdownGraceMs: Number(process.env['SHUTDOWN_GRACE_MS'] ?? 30_000),
}).start();
process.stdout.write('ready\n');
