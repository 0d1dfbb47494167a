import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WrittenStates } from './floor-table.js';
import type { HandKind } from './hand.js';

const LOOP = fileURLToPath(new URL('./floor-loop.js', import.meta.url));

/** A floor that is up: a process with the bare loop, and its worker. */
export interface Floor {
  pid: number;
  /** Takes so many runs of 1 → 8 → 1 to their end. */
  play(runs: number): Promise<void>;
  /** Ends both processes. @throws when not every node run is in the table with its output. */
  stop(): Promise<void>;
}

/** Starts a bare loop and its worker on this database. */
export async function startFloor(
  databaseUrl: string,
  hand: HandKind,
  written: WrittenStates,
): Promise<Floor> {
  const child = fork(LOOP, [hand, written], { env: { ...process.env, DATABASE_URL: databaseUrl } });
  const ended = once(child, 'exit');
  const failed = ended.then(([code]) => {
    throw new Error(`The floor ended with ${String(code)}.`);
  });
  failed.catch(() => undefined);
  const answer = (): Promise<unknown> => Promise.race([once(child, 'message'), failed]);
  await answer();
  return {
    pid: child.pid!,
    async play(runs) {
      const answered = answer();
      child.send({ runs });
      await answered;
    },
    async stop() {
      child.disconnect();
      const [code] = (await ended) as [number | null];
      if (code !== 0) throw new Error('The floor has lost node runs.');
    },
  };
}
