import { setTimeout as sleep } from 'node:timers/promises';
import { PgBoss } from 'pg-boss';
import { Endings, OUTPUT, playAll } from './scenarios.mjs';

const QUEUE = 'jobs';
const BATCH_SIZE = 500;
const LOCAL_CONCURRENCY = 2;
const POOL_SIZE = 20;
const RELEASE_PAUSE_MS = 1;

const boss = new PgBoss({
  connectionString: process.env.PEER_DATABASE_URL,
  max: POOL_SIZE,
  useListenNotify: true,
});
boss.on('error', (error) => {
  throw error;
});
await boss.start();
await boss.createQueue(QUEUE, { notify: true });

const endings = new Endings();
const worker = await boss.work(
  QUEUE,
  {
    batchSize: BATCH_SIZE,
    localConcurrency: LOCAL_CONCURRENCY,
    pollingIntervalSeconds: 0.5,
    notifyPollingIntervalSeconds: 0.5,
    burstWhenBatchFull: true,
    perJobResults: true,
  },
  async (jobs) => {
    for (const { data } of jobs) if (data.isLast) endings.happened(data.run);
    return jobs.map(({ id }) => ({ id, status: 'completed', output: OUTPUT }));
  },
);

// Dependents of completed jobs are released by a background pass, at most once a second by its settings; here one pass
// follows the other, and the worker is woken when one has released something.
boss.on('flow', () => boss.notifyWorker(worker));
let isOpen = true;
async function releaseDependents() {
  while (isOpen) {
    await boss.resolveFlow();
    await sleep(RELEASE_PAUSE_MS);
  }
}
const releasing = releaseDependents();

function jobsOf(run, shape) {
  const job = (ref, dependsOn, isLast = false) => ({
    ref: `${run}/${ref}`,
    name: QUEUE,
    data: { run, isLast },
    dependsOn: dependsOn.map((other) => `${run}/${other}`),
  });
  if (shape.kind === 'chain')
    return Array.from({ length: shape.length }, (_, i) =>
      job(`n${i}`, i === 0 ? [] : [`n${i - 1}`], i + 1 === shape.length),
    );
  const middle = Array.from({ length: shape.width }, (_, i) => `m${i}`);
  return [job('first', []), ...middle.map((ref) => job(ref, ['first'])), job('last', middle, true)];
}

let nextRun = 0;
await playAll({
  note: `its flows; one process that also runs the jobs, ${LOCAL_CONCURRENCY} loops with batches of ${BATCH_SIZE}, woken by NOTIFY, dependents released by its resolveFlow() all the time; a run counts as ended when its last job has been carried out`,
  async startMany(shape, count) {
    const runs = Array.from({ length: count }, () => nextRun++);
    const ends = runs.map((run) => endings.expect(run));
    await boss.flow(runs.flatMap((run) => jobsOf(run, shape)));
    return ends;
  },
});
isOpen = false;
await releasing;
process.exit(0);
