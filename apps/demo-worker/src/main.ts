import { resolve } from 'node:path';
import { WorkerRejectedError, worker } from '@heddle/worker-sdk';
import { demoEndpoint, serve } from './endpoint.js';
import { loadJob } from './jobs/load.js';
import { priceJob } from './jobs/price.js';
import { settleJob } from './jobs/settle.js';
import { sleepJob } from './jobs/sleep.js';
import { splitJob } from './jobs/split.js';
import { ResultFiles } from './result-files.js';

const SLOTS = Number(process.env.DEMO_SLOTS ?? 20);
const port = Number(process.env.DEMO_PORT ?? 8422);
const dataDir = resolve(process.env.HEDDLE_DATA_DIR ?? '.heddle');
const files = new ResultFiles(resolve(dataDir, 'results'), `http://127.0.0.1:${port}`);

serve(demoEndpoint(files), port);
const demo = worker({
  group: 'demo',
  slots: SLOTS,
  shutdownGraceMs: Number(process.env.DEMO_GRACE_MS ?? 30_000),
  labels: { demo: 'true' },
  executors: [loadJob(), splitJob(files), priceJob(files), settleJob(files), sleepJob()],
});
await demo.start().catch((error: unknown) => {
  // The worker has already said why; a stack would only hide it.
  if (!(error instanceof WorkerRejectedError)) throw error;
});
