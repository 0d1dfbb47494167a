// `npm test`: installs what is missing, builds, then runs every check. Ends with one line "N passed, N failed".
import { main } from './parts/main.mjs';

await main(async () => {
  const { test } = await import('./parts/test.mjs');
  await test();
});
