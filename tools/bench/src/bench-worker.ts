import { executor, worker } from '@heddle/worker-sdk';

/** Bytes of JSON that every job returns. */
const OUTPUT_BYTES = 1_000;
const payload = 'x'.repeat(OUTPUT_BYTES - '{"data":""}'.length);

const noop = executor('bench.noop', () => Promise.resolve({ data: payload }));

await worker({ group: 'demo', executors: [noop], slots: 500 }).start();
process.stdout.write('ready\n');
