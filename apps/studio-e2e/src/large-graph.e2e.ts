import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, middleOf, test, unique } from './studio.js';

const PROJECTS = 180;
const DIFFS = 643;

/**
 * A workflow of the size and shape of the largest Montage instance of the public collection: 1,066 tasks, about 3,000
 * dependencies, in three colours that end in one picture.
 */
function largeWorkflow(): string {
  const tasks: { id: string; parents: string[]; runtimeSeconds: number }[] = [];
  const add = (id: string, parents: string[], runtimeSeconds: number): string => {
    tasks.push({ id, parents, runtimeSeconds });
    return id;
  };
  const projected = Array.from({ length: PROJECTS }, (_, i) =>
    add(`project_${i}`, [], 20 + (i % 7)),
  );
  const at = (i: number): string => projected[i % PROJECTS] ?? '';
  const diffs = Array.from({ length: DIFFS }, (_, i) =>
    add(`diff_${i}`, [at(i), at(i + 1 + Math.floor(i / PROJECTS))], 2 + (i % 3)),
  );
  const model = add('model', [add('concat', diffs, 10)], 10);
  const corrected = projected.map((id, i) => add(`correct_${i}`, [id, model], 3 + (i % 5)));
  const table = add('table', corrected, 4);
  for (let i = 0; i < 60; i++) add(`tile_${i}`, [table, ...corrected.slice(i * 3, i * 3 + 6)], 5);
  return JSON.stringify({ name: 'large', tasks });
}

/** Frame times of the page while something is done, in milliseconds; printed, never asserted. */
async function framesDuring(page: Page, name: string, action: () => Promise<void>): Promise<void> {
  await page.evaluate(() => {
    const frames: number[] = [];
    let last = performance.now();
    const tick = (now: number): void => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    Object.assign(window, { heddleFrames: frames });
  });
  await action();
  const frames = await page.evaluate(() =>
    (window as unknown as { heddleFrames: number[] }).heddleFrames.slice(2),
  );
  frames.sort((a, b) => a - b);
  const part = (share: number): string =>
    (frames[Math.floor(frames.length * share)] ?? NaN).toFixed(1);
  console.log(`  ${name}: ${frames.length} frames, p50 ${part(0.5)} ms, p95 ${part(0.95)} ms`);
}

test('a graph with a thousand nodes is imported, panned, dragged, run and watched', async ({
  page,
  studio,
}) => {
  test.setTimeout(240_000);
  const file = join(mkdtempSync(join(tmpdir(), 'heddle-large-')), 'large.json');
  writeFileSync(file, largeWorkflow());

  await test.step('import', async () => {
    await studio.open('workflows');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.locator('input[type=file]').setInputFiles(file);
    await expect(page.getByText(/WfCommons · 1066 nodes, \d{4} edges/)).toBeVisible();
    await page.getByLabel('Milliseconds per measured second').fill('20');
    await page.getByLabel('Workflow name').fill(unique('large'));
    await page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click();
    await expect(page.locator('.react-flow__node').first()).toBeVisible();
    await expect(page.locator('.react-flow__node')).toHaveCount(1_066);
  });

  await test.step('pan and drag', async () => {
    const box = await studio.canvas.boundingBox();
    if (!box) throw new Error('no canvas');
    const viewport = page.locator('.react-flow__viewport');
    const before = await viewport.getAttribute('style');
    await framesDuring(page, 'pan', async () => {
      await page.mouse.move(box.x + 30, box.y + 30);
      await page.mouse.down();
      for (let i = 0; i < 60; i++) await page.mouse.move(box.x + 30 + i * 3, box.y + 30 + i);
      await page.mouse.up();
    });
    expect(await viewport.getAttribute('style')).not.toBe(before);
    const card = studio.node('diff_300');
    const from = await middleOf(card);
    await framesDuring(page, 'drag', async () => {
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      for (let i = 0; i < 60; i++) await page.mouse.move(from.x, from.y + i * 3);
      await page.mouse.up();
    });
    expect((await middleOf(card)).y).toBeGreaterThan(from.y + 100);
    await studio.isSaved();
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+z');
  });

  await test.step('find a node', async () => {
    await page.keyboard.press('ControlOrMeta+f');
    await page.getByPlaceholder('Node name or key').fill('model');
    await page.keyboard.press('Enter');
    await expect(studio.node('model').locator('.h-card-title')).toHaveText('model');
    await page.keyboard.press('Escape');
  });

  await test.step('run and watch', async () => {
    await studio.isSaved();
    await studio.startRun();
    await expect(page.locator('.h-card-simple[data-state="running"]').first()).toBeVisible();
    await studio.runIs('Succeeded');
    await expect(page.getByText('1066/1066')).toBeVisible();
    await expect(page.locator('.h-card-simple[data-state="succeeded"]')).toHaveCount(1_066);
  });
});
