import { DBOS } from '@dbos-inc/dbos-sdk';
import { OUTPUT, playAll } from './scenarios.mjs';

const POOL_SIZE = 20;

const job = (name) => DBOS.runStep(() => Promise.resolve(OUTPUT), { name });

const chain = DBOS.registerWorkflow(
  async (length) => {
    for (let i = 0; i < length; i++) await job(`n${i}`);
  },
  { name: 'chain' },
);
const fan = DBOS.registerWorkflow(
  async (width) => {
    await job('first');
    await Promise.all(Array.from({ length: width }, (_, i) => job(`m${i}`)));
    await job('last');
  },
  { name: 'fan' },
);

DBOS.setConfig({
  name: 'bench',
  systemDatabaseUrl: process.env.PEER_DATABASE_URL,
  systemDatabasePoolSize: POOL_SIZE,
  logLevel: 'error',
});
await DBOS.launch();
await playAll({
  note: `one process that also runs the jobs (a job is a step), ${POOL_SIZE} connections`,
  async start(shape) {
    const handle = await (shape.kind === 'chain'
      ? DBOS.startWorkflow(chain)(shape.length)
      : DBOS.startWorkflow(fan)(shape.width));
    return { ended: handle.getResult() };
  },
});
await DBOS.shutdown();
process.exit(0);
