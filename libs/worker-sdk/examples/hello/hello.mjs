import { executor, worker } from '@heddle/worker-sdk';

const greet = executor('hello.greet', async (input, ctx) => {
  ctx.log.info('greeting', { name: input.name });
  return { text: `Hello, ${input.name}!` };
});

await worker({ group: 'demo', executors: [greet] }).start();
