import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';

const IMAGES = resolve(dirname(fileURLToPath(import.meta.url)), '../../../docs/images');

/** Takes a picture of the page for the documentation. */
export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(IMAGES, { recursive: true });
  await page.screenshot({ path: resolve(IMAGES, `${name}.png`), animations: 'disabled' });
}
