import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { ensureDatabase } from '@heddle/launcher';
import { migrate } from '@heddle/store';
import { Exit } from '../exit.js';

const START = fileURLToPath(new URL('../../../../tools/dev/start.mjs', import.meta.url));

/** `start` and `migrate`: what happens on this machine, without an API. */
export function addLocal(program: Command): void {
  program
    .command('start')
    .description('start database, server and demo workers, as "npm start" does')
    .option('--verbose', 'print the output of every process')
    .action(async ({ verbose }: { verbose?: boolean }) => {
      const child = spawn(process.execPath, [START, ...(verbose ? ['--verbose'] : [])], {
        stdio: 'inherit',
      });
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => child.kill(name));
      const code = await new Promise<number>((settle) =>
        child.once('close', (status) => settle(status ?? 1)),
      );
      throw new Exit(code);
    });
  program
    .command('migrate')
    .description('bring the schema of the database up to date')
    .action(async () => {
      const dataDir = resolve(process.env.HEDDLE_DATA_DIR || '.heddle');
      const database = await ensureDatabase({ dataDir, databaseUrl: process.env.DATABASE_URL });
      try {
        const count = await migrate(database.url);
        process.stdout.write(
          count === 0 ? 'The schema is up to date.\n' : `Applied ${count} migrations.\n`,
        );
      } finally {
        await database.stop();
      }
    });
}
