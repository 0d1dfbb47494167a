// The same three graphs for every peer, and one loop that plays them. A peer brings `startMany(shape, count)`: it starts so many
// runs in as few calls as it can, and gives a promise for the end of each: its last job has been carried out. Prints one JSON
// line per scenario.

/** What every job returns: 1,000 bytes of JSON. */
export const OUTPUT = { data: 'x'.repeat(1_000 - '{"data":""}'.length) };

/** Runs that one call starts, and rounds before anything counts, as in Heddle's own scenario. */
const RUNS_PER_CALL = 100;
const WARM_UP_ROUNDS = 2;
/** A scenario is repeated as often as Heddle's, but not for longer than this. */
const SCENARIO_MS_MAX = 15_000;
/** A run that takes longer than this has been lost. */
const RUN_MS_MAX = 120_000;

const SCENARIOS = [
  { name: 'chain-40', shape: { kind: 'chain', length: 40 }, nodes: 40, runs: 1, repeats: 50 },
  {
    name: 'fan-out-1000',
    shape: { kind: 'fan', width: 1_000 },
    nodes: 1_002,
    runs: 1,
    repeats: 10,
  },
  { name: 'diamond-1000', shape: { kind: 'fan', width: 8 }, nodes: 10, runs: 1_000, repeats: 3 },
];

/** Starts so many runs, and waits for all of them. @returns milliseconds of each. */
async function play(peer, { shape, runs }) {
  const latencies = [];
  const calls = [];
  for (let left = runs; left > 0; left -= RUNS_PER_CALL) {
    const from = performance.now();
    const call = peer.startMany(shape, Math.min(left, RUNS_PER_CALL));
    const note = () => latencies.push(performance.now() - from);
    calls.push(call.then((ends) => Promise.all(ends.map((end) => withDeadline(end).then(note)))));
  }
  await Promise.all(calls);
  return latencies;
}

function withDeadline(ended) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`A run did not end within ${RUN_MS_MAX} ms.`)),
      RUN_MS_MAX,
    );
  });
  return Promise.race([ended, late]).finally(() => clearTimeout(timer));
}

/** Plays every scenario and prints what came out. `peer.note` says how it was set up. */
export async function playAll(peer) {
  for (const scenario of SCENARIOS) {
    for (let i = 0; i < WARM_UP_ROUNDS; i++) await play(peer, scenario);
    const latencies = [];
    let rounds = 0;
    const from = performance.now();
    while (rounds < scenario.repeats && performance.now() - from < SCENARIO_MS_MAX) {
      latencies.push(...(await play(peer, scenario)));
      rounds++;
    }
    const ms = performance.now() - from;
    const nodeRuns = scenario.nodes * scenario.runs * rounds;
    console.log(
      JSON.stringify({ scenario: scenario.name, nodeRuns, ms, latencies, note: peer.note }),
    );
  }
}

/** Promises that are resolved by name, for peers that tell the end of a run by an event. */
export class Endings {
  #waiting = new Map();

  expect(id) {
    return new Promise((resolve) => this.#waiting.set(String(id), resolve));
  }

  happened(id) {
    this.#waiting.get(String(id))?.();
    this.#waiting.delete(String(id));
  }
}
