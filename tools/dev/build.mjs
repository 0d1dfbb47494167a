// `npm run build`: installs what is missing, and builds everything that is stale.
import { main } from './parts/main.mjs';

await main(async () => {
  const { ensureInstalled } = await import('./parts/install.mjs');
  const { ensureBuilt } = await import('./parts/build.mjs');
  await ensureInstalled();
  await ensureBuilt();
});
