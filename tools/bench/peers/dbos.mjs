import { DBOS } from '@dbos-inc/dbos-sdk';
import { OUTPUT, playAll } from './scenarios.mjs';

const POOL_SIZE = 20;
const STARTS_AT_A_TIME = 6;

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
  async startMany(shape, count) {
    const start = () =>
      shape.kind === 'chain'
        ? DBOS.startWorkflow(chain)(shape.length)
        : DBOS.startWorkflow(fan)(shape.width);
    const ends = [];
    // It has no call that starts many; all at once would only wait for connections.
    while (ends.length < count) {
      const size = Math.min(STARTS_AT_A_TIME, count - ends.length);
      const handles = await Promise.all(Array.from({ length: size }, start));
      ends.push(...handles.map((handle) => handle.getResult()));
    }
    return ends;
  },
});
await DBOS.shutdown();
process.exit(0);
