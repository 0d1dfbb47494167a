// The compiler of `npm run dev`, as a process of its own: builds whenever a source has changed. The native compiler's own watch
// mode does not notice changes in build mode, and the older compiler takes half a minute to begin.
import { spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { codeFingerprint, compile } from './build.mjs';
import { ROOT } from './places.mjs';

/** How often the sources are looked at: fast enough to feel immediate, and a few percent of a core. */
const POLL_MS = 700;

let built = codeFingerprint();
console.log('watching the sources');
for (;;) {
  await delay(POLL_MS);
  const now = codeFingerprint();
  if (now === built) continue;
  built = now;
  const begin = Date.now();
  const { status } = spawnSync(process.execPath, compile(), { cwd: ROOT, stdio: 'inherit' });
  console.log(
    status === 0
      ? `compiled in ${((Date.now() - begin) / 1000).toFixed(1)} s`
      : 'not compiled: see above',
  );
}
