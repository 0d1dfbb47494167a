import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './places.mjs';
import { announced, quietly } from './quietly.mjs';

/** Where browsers of the system are; the browser tests take the first one that exists, else Playwright's own. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Installs a browser for the browser tests when there is none: Debian's as root, else Playwright's own. */
export async function ensureBrowser() {
  if (process.env.CHROMIUM_PATH || PLACES.some((path) => existsSync(path))) return;
  if (canUseApt()) {
    await announced('Installing Chromium', async () => {
      const env = { DEBIAN_FRONTEND: 'noninteractive' };
      await quietly('apt-update', 'apt-get', ['update'], {
        sentence: 'The package lists cannot be updated',
        env,
      });
      // The font is for the pictures in Chinese: a bare machine has none with its characters.
      const args = ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-wqy-microhei'];
      await quietly('apt-chromium', 'apt-get', args, {
        sentence: 'Chromium cannot be installed',
        env,
      });
    });
    return;
  }
  // Quick when it is there already.
  await announced('Looking for a browser', () =>
    quietly('playwright-browser', process.execPath, [playwright(), 'install', 'chromium'], {
      sentence: 'A browser for the browser tests cannot be installed; set CHROMIUM_PATH to one',
    }),
  );
}

/** Playwright's command line. */
export function playwright() {
  return createRequire(join(ROOT, 'apps/studio-e2e/package.json')).resolve('@playwright/test/cli');
}

function canUseApt() {
  return process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
}
