// `node tools/dev/run.mjs <dir> [arguments]`: installs and builds what is missing, then runs `<dir>/dist/main.js`.
import { main } from './parts/main.mjs';

await main(async () => {
  const [directory, ...args] = process.argv.slice(2);
  const { runTool } = await import('./parts/run-tool.mjs');
  await runTool(directory, args);
});
