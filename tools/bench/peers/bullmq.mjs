import { FlowProducer, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Endings, OUTPUT, playAll } from './scenarios.mjs';

const CONCURRENCY = 200;
const QUEUE = 'jobs';

const connect = () => new Redis(process.env.PEER_REDIS_URL, { maxRetriesPerRequest: null });
const queue = new Queue(QUEUE, { connection: connect() });
const producer = new FlowProducer({ connection: connect() });
const endings = new Endings();

/** A flow is a tree whose children come first, so what spreads after a job is added by that job. */
function addFan({ run, width }) {
  const children = Array.from({ length: width }, (_, i) => ({
    name: `m${i}`,
    queueName: QUEUE,
    data: { run },
  }));
  return producer.add({ name: 'last', queueName: QUEUE, data: { run, isLast: true }, children });
}

const worker = new Worker(
  QUEUE,
  async (job) => {
    if (job.name === 'first') await addFan(job.data);
    return OUTPUT;
  },
  { connection: connect(), concurrency: CONCURRENCY },
);
worker.on('completed', (job) => {
  if (job.data.isLast) endings.happened(job.data.run);
});
worker.on('error', (error) => {
  throw error;
});
await worker.waitUntilReady();

function chainOf(run, length) {
  let tree = null;
  for (let i = 0; i < length; i++)
    tree = {
      name: `n${i}`,
      queueName: QUEUE,
      data: { run, isLast: i + 1 === length },
      ...(tree ? { children: [tree] } : {}),
    };
  return tree;
}

let nextRun = 0;
await playAll({
  note: `one process that also runs the jobs, ${CONCURRENCY} at a time; Redis with an append-only file synced every second, as its documentation advises`,
  async startMany(shape, count) {
    const runs = Array.from({ length: count }, () => nextRun++);
    const ends = runs.map((run) => endings.expect(run));
    if (shape.kind === 'chain')
      await producer.addBulk(runs.map((run) => chainOf(run, shape.length)));
    else
      await queue.addBulk(
        runs.map((run) => ({ name: 'first', data: { run, width: shape.width } })),
      );
    return ends;
  },
});
process.exit(0);
