import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { Endings, OUTPUT, playAll } from './scenarios.mjs';

const CONCURRENT_JOBS = 24;
const LOCAL_QUEUE_SIZE = 500;
const BATCH_DELAY_MS = 0;

const pool = new pg.Pool({ connectionString: process.env.PEER_DATABASE_URL, max: CONCURRENT_JOBS });
await pool.query(`
  create table if not exists bench_run (id bigint primary key generated always as identity, left_count int);
  create table if not exists bench_output (run_id bigint, node_key text, output json, primary key (run_id, node_key));
  alter table bench_run set (fillfactor = 50)`);

// Graphile Worker knows no joins and keeps no outputs. Each job writes its output, and in the same statement counts down
// and adds what follows, so that a repeated job changes nothing.
const CHAIN_JOB = {
  name: 'chain-job',
  text: `with o as (insert into bench_output values ($1, 'n' || $2::int, $4) on conflict do nothing returning 1)
    select graphile_worker.add_job('chain', json_build_object('run', $1::bigint, 'at', $2::int + 1, 'length', $3::int))
    from o where $2::int + 1 < $3::int`,
};
const FIRST_JOB = {
  name: 'first-job',
  text: `with o as (insert into bench_output values ($1, 'first', $3) on conflict do nothing returning 1)
    select count(*) from o, graphile_worker.add_jobs(array(
      select row('middle', json_build_object('run', $1::bigint, 'at', i), null, null, null, null, null, null)::graphile_worker.job_spec
      from generate_series(1, $2::int) i))`,
};
const MIDDLE_JOB = {
  name: 'middle-job',
  text: `with o as (insert into bench_output values ($1, 'm' || $2::int, $3) on conflict do nothing returning 1),
    c as (update bench_run set left_count = left_count - 1 where id = $1 and exists (select from o) returning left_count)
    select graphile_worker.add_job('last', json_build_object('run', $1::bigint)) from c where left_count = 0`,
};
const LAST_JOB = {
  name: 'last-job',
  text: `insert into bench_output values ($1, 'last', $2) on conflict do nothing`,
};

const endings = new Endings();
const output = JSON.stringify(OUTPUT);
const taskList = {
  async chain({ run: id, at, length }) {
    await pool.query({ ...CHAIN_JOB, values: [id, at, length, output] });
    if (at + 1 === length) endings.happened(id);
  },
  async first({ run: id, width }) {
    await pool.query({ ...FIRST_JOB, values: [id, width, output] });
  },
  async middle({ run: id, at }) {
    await pool.query({ ...MIDDLE_JOB, values: [id, at, output] });
  },
  async last({ run: id }) {
    await pool.query({ ...LAST_JOB, values: [id, output] });
    endings.happened(id);
  },
};

const runner = await run({
  taskList,
  preset: {
    worker: {
      connectionString: process.env.PEER_DATABASE_URL,
      concurrentJobs: CONCURRENT_JOBS,
      maxPoolSize: CONCURRENT_JOBS + 2,
      localQueue: { size: LOCAL_QUEUE_SIZE },
      completeJobBatchDelay: BATCH_DELAY_MS,
      failJobBatchDelay: BATCH_DELAY_MS,
      logger: new Logger(() => () => undefined),
    },
  },
});
const utils = await makeWorkerUtils({ connectionString: process.env.PEER_DATABASE_URL });
await playAll({
  note: `one process that also runs the jobs, ${CONCURRENT_JOBS} at a time, local queue of ${LOCAL_QUEUE_SIZE}, completions in batches; join and outputs in tables of the bench`,
  async startMany(shape, count) {
    const { rows } = await pool.query(
      'insert into bench_run (left_count) select $1 from generate_series(1, $2) returning id',
      [shape.width ?? 0, count],
    );
    const ends = rows.map(({ id }) => endings.expect(id));
    await utils.addJobs(
      rows.map(({ id }) =>
        shape.kind === 'chain'
          ? { identifier: 'chain', payload: { run: id, at: 0, length: shape.length } }
          : { identifier: 'first', payload: { run: id, width: shape.width } },
      ),
    );
    return ends;
  },
});
await runner.stop();
await utils.release();
await pool.end();
process.exit(0);
