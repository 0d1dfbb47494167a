// The worker that browser tests start when one is to appear: an executor that echoes, and one that fails once for each name.
import { executor, worker } from '@heddle/worker-sdk';

const failedOnce = new Set();

const echo = executor('test.echo', async (input, ctx) => {
  ctx.log.info('echoing', { input });
  return input;
});

const flaky = executor('test.flaky', async ({ name, isFlaky }) => {
  if (isFlaky && !failedOnce.has(name)) {
    failedOnce.add(name);
    throw new Error(`${name} is not ready yet`);
  }
  return { name };
});

await worker({ group: process.env.TEST_GROUP, slots: 4, executors: [echo, flaky] }).start();
