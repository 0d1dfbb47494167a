import pg from 'pg';
import { FloorTable, NODE_KEYS, type WrittenStates } from './floor-table.js';
import { openHand, type Hand, type HandKind } from './hand.js';

/** Jobs at the worker at a time: the slots of the worker that Heddle's scenarios use. */
const JOBS_AWAY_MAX = 500;
/** Jobs in one message: several messages are on their way while a commit is, so that neither side waits for the other. */
const MESSAGE_JOBS_MAX = 125;
const MIDDLE_COUNT = NODE_KEYS.length - 2;

/** The bare group-commit loop: what came in during a commit is the next commit, and only then what follows leaves. */
class FloorLoop {
  #ended: number[] = [];
  #outputs: Buffer[] = [];
  #ready: number[] = [];
  #away = 0;
  #isCommitting = false;
  #open = 0;
  #firstRun = 0;
  #runs = 0;
  /** Of every run, how many of its middle nodes have not ended. */
  #left = new Uint8Array(0);
  #finished: () => void = () => undefined;
  hand!: Hand;

  constructor(private readonly table: FloorTable) {}

  /** Takes so many runs to their end. */
  async play(runs: number): Promise<void> {
    this.#firstRun += this.#runs;
    this.#runs = runs;
    this.#left = new Uint8Array(runs).fill(MIDDLE_COUNT);
    this.#open = runs * NODE_KEYS.length;
    const finished = new Promise<void>((resolve) => (this.#finished = resolve));
    const firsts = Array.from({ length: runs }, (_, i) => (this.#firstRun + i) * NODE_KEYS.length);
    await this.table.commit({ ended: [], outputs: [], leaving: firsts });
    this.#leave(firsts);
    await finished;
  }

  received(jobs: readonly number[], outputs: readonly Buffer[]): void {
    for (let i = 0; i < jobs.length; i++) {
      this.#ended.push(jobs[i]!);
      this.#outputs.push(outputs[i]!);
    }
    if (!this.#isCommitting && this.#ended.length > 0) void this.#commitAll();
  }

  async #commitAll(): Promise<void> {
    this.#isCommitting = true;
    while (this.#ended.length > 0) {
      const ended = this.#ended;
      const outputs = this.#outputs;
      this.#ended = [];
      this.#outputs = [];
      const leaving = ended.flatMap((job) => this.#follow(job));
      await this.table.commit({ ended, outputs, leaving });
      this.hand.acknowledge(ended);
      this.#away -= ended.length;
      this.#open -= ended.length;
      this.#leave(leaving);
    }
    this.#isCommitting = false;
    if (this.#open === 0) this.#finished();
  }

  /** Jobs that may start because this one has ended. */
  #follow(job: number): number[] {
    const node = job % NODE_KEYS.length;
    const base = job - node;
    if (node === 0) return Array.from({ length: MIDDLE_COUNT }, (_, i) => base + 1 + i);
    const run = base / NODE_KEYS.length - this.#firstRun;
    return node <= MIDDLE_COUNT && --this.#left[run]! === 0 ? [base + MIDDLE_COUNT + 1] : [];
  }

  #leave(jobs: readonly number[]): void {
    for (const job of jobs) this.#ready.push(job);
    const count = Math.min(JOBS_AWAY_MAX - this.#away, this.#ready.length);
    const batch = this.#ready.splice(0, count);
    this.#away += batch.length;
    for (let i = 0; i < batch.length; i += MESSAGE_JOBS_MAX)
      this.hand.send(batch.slice(i, i + MESSAGE_JOBS_MAX));
  }
}

/** This process is told by its parent how many runs to play; it answers when they have ended. */
const [kind, written] = process.argv.slice(2) as [HandKind, WrittenStates];
const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] });
await client.connect();
const table = new FloorTable(client, written);
await table.create();
const loop = new FloorLoop(table);
loop.hand = await openHand(kind, (jobs, outputs) => loop.received(jobs, outputs));

let played = 0;
process.on('message', ({ runs }: { runs: number }) => {
  void loop.play(runs).then(async () => {
    played += runs;
    process.send?.('ended');
  });
});
process.on('disconnect', () => {
  loop.hand.close();
  void table.holds(played).then(
    (holds) => process.exit(holds ? 0 : 1),
    () => process.exit(1),
  );
});
process.send?.('ready');
