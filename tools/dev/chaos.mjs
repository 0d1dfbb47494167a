// `npm run chaos`: installs and builds what is missing, then kills servers, workers and PostgreSQL during many node runs.
import { main } from './parts/main.mjs';

await main(async () => {
  const { chaos } = await import('./parts/chaos.mjs');
  await chaos(process.argv.slice(2));
});
