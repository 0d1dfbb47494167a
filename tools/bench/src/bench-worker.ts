import { executor, worker } from '@heddle/worker-sdk';
import { OUTPUT } from './output.js';

const noop = executor('bench.noop', () => Promise.resolve(OUTPUT));

/** Says when its first line ran, on the clock that all processes of a machine share. */
const stamp = executor('bench.stamp', () =>
  Promise.resolve({ startedAtNs: String(process.hrtime.bigint()) }),
);

await worker({ group: 'demo', executors: [noop, stamp], slots: 500 }).start();
process.stdout.write('ready\n');
