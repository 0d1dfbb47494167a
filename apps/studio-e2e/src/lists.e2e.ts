import { aGraph } from './graphs.js';
import { expect, test, unique } from './studio.js';

test('the run list filters by state and search, and keeps the filter in the address', async ({
  page,
  studio,
}) => {
  const name = unique('listed');
  await studio.createWorkflow(name);
  await studio.drag('transform', 180, 200);
  await studio.isSaved();
  await studio.startRun();
  await studio.runIs('Succeeded');
  await studio.open('runs');
  await page.getByLabel('Run id or workflow name').fill(name);
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.getByText('Failed', { exact: true }).click();
  await expect(page.getByText('No run matches these filters')).toBeVisible();
  await expect(page).toHaveURL(/states=/);
  await page.reload();
  await expect(page.getByText('No run matches these filters')).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(page.getByRole('link', { name }).first()).toBeVisible();
});

test('a run that somebody starts appears in an open list by itself', async ({
  page,
  studio,
  context,
}) => {
  const name = unique('live list');
  await studio.createWorkflow(name);
  await studio.drag('transform', 180, 200);
  await studio.isSaved();
  const list = await context.newPage();
  await list.goto(page.url().replace(/workflows\/\d+$/, 'runs'));
  await expect(list.getByRole('heading', { name: 'Runs' })).toBeVisible();
  await studio.startRun();
  await expect(list.getByRole('link', { name })).toBeVisible();
});

test('the workers page shows who is connected, what they offer, and drains one', async ({
  page,
  studio,
}) => {
  await studio.open('workers');
  const rows = page.getByRole('region', { name: 'Group demo' }).getByRole('row');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(1)).toContainText('orders.load');
  await page.getByRole('button', { name: 'Create worker token' }).click();
  await page.getByLabel('Token name').fill('from a test');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByTestId('secret')).not.toBeEmpty();
  await expect(page.getByRole('dialog')).toContainText('node worker.js');
  await page.getByRole('button', { name: 'Done' }).click();
});

test('an archived workflow leaves the list and comes back', async ({ page, studio }) => {
  const name = unique('archived');
  await studio.createWorkflow(name);
  await studio.open('workflows');
  await page.getByRole('button', { name: `More actions: ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Archive' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
  await expect(page.getByRole('link', { name, exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Restore' }).click();
  await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
});

test('people, keys and tokens are managed in the settings', async ({ page, studio }) => {
  await studio.open('settings/api-keys');
  await page.getByRole('button', { name: 'New API key' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('automation');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByTestId('secret')).not.toBeEmpty();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('cell', { name: 'automation' })).toBeVisible();
  await page.getByRole('link', { name: 'Members' }).click();
  await page.getByRole('button', { name: 'Add person' }).click();
  await page.getByLabel('E-mail').fill(`${unique('new').replaceAll(' ', '-')}@example.org`);
  await page.getByRole('dialog').getByRole('button', { name: 'Add person' }).click();
  await expect(page.getByText('Send this sign-in link')).toBeVisible();
});

test('all failed runs that match are taken care of in one go, and leave the list of failures', async ({
  page,
  studio,
}) => {
  const name = unique('broken');
  const graph = aGraph([
    { key: 'stop', type: 'fail', config: { code: 'BROKEN', message: 'Always' } },
  ]);
  await studio.run(`${name} a`, graph);
  await studio.run(`${name} b`, graph);
  await studio.open('runs');
  await page.getByLabel('Run id or workflow name').fill(name);
  await page.getByLabel('Only unresolved failures').check({ force: true });
  await expect(page.getByRole('row')).toHaveCount(3);
  await page.getByRole('button', { name: 'Act on all 2 runs…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Action', { exact: true }).first().click();
  await page.getByRole('option', { name: 'Mark as resolved' }).click();
  await expect(dialog.getByTestId('bulk-preview')).toContainText('2 runs');
  await dialog.getByLabel('Reason (optional)').fill('known trouble');
  await dialog.getByRole('button', { name: 'Start with 2 runs' }).click();
  await expect(page.getByTestId('bulk-state')).toHaveText('Done');
  await expect(page.getByText('2 of 2 done')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText('No run matches these filters')).toBeVisible();
  await expect(page).toHaveURL(/unresolved=true/);
});
