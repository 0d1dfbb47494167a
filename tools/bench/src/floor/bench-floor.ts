import type pg from 'pg';
import { measure } from '../measure.js';
import { FLOOR, NATIVE_FLOOR, rowOf, type Row } from '../row.js';
import type { WrittenStates } from './floor-table.js';
import { startFloor } from './floor.js';
import type { HandKind } from './hand.js';

const RUNS = 1_000;
const NODE_RUNS_PER_RUN = 10;
/** The first rounds are slower until both processes are compiled. */
const WARM_UP_ROUNDS = 3;
const ROUNDS = 5;

const FLOORS: readonly { system: string; hand: HandKind; written: WrittenStates; note: string }[] =
  [
    {
      system: FLOOR,
      hand: 'packed',
      written: 'running and ended',
      note: 'each node run written when its job leaves and when it has ended; messages of numbers and outputs only',
    },
    {
      system: NATIVE_FLOOR,
      hand: 'native',
      written: 'running and ended',
      note: 'the same, with the very worker that Heddle has here: its protocol and its SDK',
    },
    {
      system: 'floor, ended states only',
      hand: 'packed',
      written: 'ended',
      note: 'each node run written once; after a crash nobody would know what had left',
    },
  ];

/** diamond-1000 by bare loops on this database. */
export async function benchFloors(
  client: pg.Client,
  databaseUrl: string,
  say: (line: string) => void,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { system, hand, written, note } of FLOORS) {
    say(system);
    const floor = await startFloor(databaseUrl, hand, written);
    for (let i = 0; i < WARM_UP_ROUNDS; i++) await floor.play(RUNS);
    const cost = await measure(client, floor.pid, async () => {
      for (let i = 0; i < ROUNDS; i++) await floor.play(RUNS);
    });
    await floor.stop();
    const nodeRuns = RUNS * NODE_RUNS_PER_RUN * ROUNDS;
    rows.push(rowOf({ scenario: 'diamond-1000', system, nodeRuns, note }, cost, null));
  }
  return rows;
}
