import type { Browser, Page } from '@playwright/test';
import { takePicture } from './picture.js';
import { expect, fromStart, Studio, test } from './studio.js';

interface Look {
  locale: 'en' | 'zh-CN';
  colorScheme: 'light' | 'dark';
  width: number;
  height: number;
}

async function inLook(
  browser: Browser,
  { locale, colorScheme, width, height }: Look,
): Promise<Studio> {
  const context = await browser.newContext({
    storageState: fromStart('STATE'),
    locale,
    colorScheme,
    viewport: { width, height },
  });
  return new Studio(await context.newPage());
}

/** Nothing sticks out of the page sideways, in any language. */
async function fits(page: Page): Promise<void> {
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(over).toBeLessThanOrEqual(0);
}

async function openEditor(studio: Studio): Promise<void> {
  await studio.openWorkflow('order-settlement');
  await studio.node('priceDomestic').click();
  await expect(studio.page.locator('.h-form-field').first()).toBeVisible();
  await studio.page.mouse.move(700, 600);
}

/** The failed run that the journey before left in the list, with the failed node's log open. */
async function openRun(studio: Studio): Promise<void> {
  const { page } = studio;
  await studio.open('runs');
  await page.getByRole('link', { name: 'order-settlement' }).first().click();
  await expect(page.getByTestId('run-state')).toBeVisible();
  await page.goto(`${page.url().split('?')[0]}?node=priceDomestic&tab=log`);
  await expect(page.getByRole('log')).toBeVisible();
}

const LOOKS: readonly { suffix: string; look: Look }[] = [
  { suffix: '', look: { locale: 'en', colorScheme: 'light', width: 1440, height: 810 } },
  { suffix: '-dark', look: { locale: 'en', colorScheme: 'dark', width: 1440, height: 810 } },
  { suffix: '-zh-CN', look: { locale: 'zh-CN', colorScheme: 'light', width: 1440, height: 810 } },
];

for (const { suffix, look } of LOOKS) {
  test(`pictures of editor and run${suffix || ' in English'}`, async ({ browser }) => {
    const studio = await inLook(browser, look);
    await openEditor(studio);
    await takePicture(studio.page, `editor${suffix}`);
    await fits(studio.page);
    await openRun(studio);
    await takePicture(studio.page, `run${suffix}`);
    await fits(studio.page);
    await studio.page.context().close();
  });
}

const SIZES = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
] as const;
const PAGES = [
  'workflows',
  'runs',
  'approvals',
  'workers',
  'settings/api-keys',
  'settings/members',
  'settings/retention',
  'settings/profile',
];

for (const locale of ['en', 'zh-CN'] as const) {
  test(`every page fits 1280×720 and 1920×1080 in ${locale}`, async ({ browser }) => {
    const studio = await inLook(browser, { locale, colorScheme: 'light', ...SIZES[0] });
    for (const path of PAGES) {
      await studio.open(path);
      await expect(studio.page.locator('h1').first()).toBeVisible();
      for (const size of SIZES) {
        await studio.page.setViewportSize(size);
        await fits(studio.page);
      }
    }
    await studio.page.context().close();
  });
}
