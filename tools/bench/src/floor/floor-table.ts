import type pg from 'pg';

/** Nodes of one run of the diamond: one, eight beside each other, one. */
export const NODE_KEYS = ['first', 'm0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'last'] as const;

/** `running and ended`: a node run is written when its job leaves and when its result is in. `ended`: with its result only. */
export type WrittenStates = 'running and ended' | 'ended';

/** What one commit of the floor writes. */
export interface FloorCommit {
  /** Jobs whose results are in, with their outputs. */
  ended: readonly number[];
  outputs: readonly Buffer[];
  /** Jobs that leave after this commit. */
  leaving: readonly number[];
}

const CREATE = `
  drop table if exists bench_floor;
  create table bench_floor (
    run_id bigint, node_key text, state text, output json, primary key (run_id, node_key)
  ) with (fillfactor = 50)`;

// Lists travel as one text each and are taken apart by the database: a third faster than arrays of the driver, which
// looks at every character of every output. JSON text on one line holds no line feed.
const INSERT_ENDED = `
  insert into bench_floor
  select run_id, node_key, 'succeeded', output::json
  from unnest(
    string_to_array($1, ',')::bigint[], string_to_array($2, ','), string_to_array($3, e'\\n')
  ) as e (run_id, node_key, output)`;

const UPDATE_ENDED_INSERT_RUNNING = `
  with ended as (
    update bench_floor f
    set state = 'succeeded', output = e.output::json
    from unnest(
      string_to_array($1, ',')::bigint[], string_to_array($2, ','), string_to_array($3, e'\\n')
    ) as e (run_id, node_key, output)
    where f.run_id = e.run_id and f.node_key = e.node_key
  )
  insert into bench_floor
  select run_id, node_key, 'running', null
  from unnest(string_to_array($4, ',')::bigint[], string_to_array($5, ',')) as l (run_id, node_key)`;

/** The floor's only table. One statement is one commit. */
export class FloorTable {
  constructor(
    private readonly client: pg.Client,
    private readonly written: WrittenStates,
  ) {}

  async create(): Promise<void> {
    await this.client.query(CREATE);
  }

  async commit({ ended, outputs, leaving }: FloorCommit): Promise<void> {
    const results = [runsOf(ended), keysOf(ended), textsOf(outputs)];
    if (this.written === 'running and ended')
      await this.client.query({
        name: 'floor-both',
        text: UPDATE_ENDED_INSERT_RUNNING,
        values: [...results, runsOf(leaving), keysOf(leaving)],
      });
    else if (ended.length > 0)
      await this.client.query({ name: 'floor-ended', text: INSERT_ENDED, values: results });
  }

  /** Whether every node run of so many runs is there, ended, with its output. */
  async holds(runs: number): Promise<boolean> {
    const { rows } = await this.client.query<{ count: number }>(
      `select count(*)::int as count from bench_floor
       where state = 'succeeded' and length(output ->> 'data') > 0`,
    );
    return rows[0]!.count === runs * NODE_KEYS.length;
  }
}

const runsOf = (jobs: readonly number[]): string =>
  jobs.map((job) => Math.floor(job / NODE_KEYS.length)).join();
const keysOf = (jobs: readonly number[]): string =>
  jobs.map((job) => NODE_KEYS[job % NODE_KEYS.length]).join();
// Outputs are ASCII here, and latin1 is the cheapest way from bytes to text.
const textsOf = (outputs: readonly Buffer[]): string =>
  outputs.map((output) => output.toString('latin1')).join('\n');
