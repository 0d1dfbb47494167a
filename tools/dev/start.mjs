// `npm start` and `npm run dev` (--watch). Without dependencies: it runs before anything is installed.
import { main } from './parts/main.mjs';

await main(async () => {
  const { start } = await import('./parts/start.mjs');
  await start(process.argv.slice(2));
});
