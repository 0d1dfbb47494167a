import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Loaded into the server by `node --import` for a soak: writes what memory is in use after a collection to the file named
 * by `MEMORY_PROBE_FILE`, whenever it is asked by SIGUSR2.
 */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

process.on('SIGUSR2', () => {
  collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  writeFileSync(process.env['MEMORY_PROBE_FILE']!, JSON.stringify({ rss, heapUsed, external }));
});
