import { expect, test, unique, writeCode } from './studio.js';

test('a node dropped on an edge is put into it; undo takes it out again', async ({
  page,
  studio,
}) => {
  await studio.createWorkflow(unique('insert'));
  await studio.drag('transform', 180, 200);
  await studio.drag('wait', 700, 200);
  await page.keyboard.press('Escape');
  await studio.connect('transform', 'success', 'wait');
  await studio.drag('demo/demo.sleep', 500, 200);
  await expect(studio.edges).toHaveCount(2);
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(studio.edges).toHaveCount(1);
  await expect(studio.node('demo_sleep')).toHaveCount(0);
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await expect(studio.edges).toHaveCount(2);
});

test('the plus of a dangling port searches in place and connects', async ({ page, studio }) => {
  await studio.createWorkflow(unique('plus'));
  await studio.drag('transform', 180, 200);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Add a node after transform (success)' }).click();
  await page.keyboard.type('decision');
  await page.keyboard.press('Enter');
  await expect(studio.node('decision')).toBeVisible();
  await expect(studio.edges).toHaveCount(1);
});

test('nodes travel by the clipboard with keys of their own; delete removes them', async ({
  page,
  studio,
}) => {
  await studio.createWorkflow(unique('clipboard'));
  await studio.drag('transform', 180, 200);
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('ControlOrMeta+c');
  await page.keyboard.press('ControlOrMeta+v');
  await expect(studio.node('transform_2')).toBeVisible();
  expect(JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))).toMatchObject({
    nodes: [{ key: 'transform' }],
  });
  await page.keyboard.press('Delete');
  await expect(studio.node('transform_2')).toHaveCount(0);
  await expect(studio.node('transform')).toBeVisible();
});

test('a wrong expression is marked, listed, and blocks publishing until it is right', async ({
  page,
  studio,
}) => {
  await studio.createWorkflow(unique('problems'));
  await studio.drag('decision', 180, 200);
  await writeCode(page, 'When', 'input.total > nope');
  await expect(page.locator('.cm-lintRange-error')).toHaveText('nope');
  await expect(page.getByTestId('problems-button')).toHaveText('1 error');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(page.getByText('1 error must be fixed first.')).toBeVisible();
  await page.getByRole('button', { name: 'Show the problems' }).click();
  await page
    .getByRole('complementary', { name: 'Problems' })
    .getByRole('button', { name: /decision/ })
    .click();
  await expect(page.getByRole('complementary', { name: 'Decision' })).toBeVisible();
  await writeCode(page, 'When', 'input.total > 1.0');
  await expect(page.getByTestId('problems-button')).toHaveText('No problems');
});

test('two people: the second to save is asked which draft stays', async ({
  page,
  studio,
  context,
}) => {
  await studio.createWorkflow(unique('conflict'));
  await studio.drag('transform', 180, 200);
  await studio.isSaved();
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByLabel('Name').or(other.locator('.react-flow__node')).first().waitFor();
  await other.locator('.react-flow__node').click();
  await other.getByLabel('Name', { exact: true }).fill('Theirs');
  await expect(other.locator('.h-save[data-state="saved"]')).toBeVisible();
  await expect(other.getByText('Theirs').first()).toBeVisible();
  await page.getByLabel('Name', { exact: true }).fill('Mine');
  await expect(
    page.getByRole('heading', { name: 'Somebody else changed this workflow' }),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await studio.isSaved();
  await other.reload();
  await expect(other.locator('.react-flow__node')).toContainText('Mine');
});

test('a draft that the server never got is offered again', async ({ page, studio, context }) => {
  await studio.createWorkflow(unique('recover'));
  await studio.drag('transform', 180, 200);
  await studio.isSaved();
  await context.route('**/graphql', (route) => route.abort());
  await page.getByLabel('Name', { exact: true }).fill('Written offline');
  await expect(page.locator('.h-save[data-state="offline"]')).toBeVisible();
  await context.unroute('**/graphql');
  const address = page.url();
  // The tab is closed before the connection is back; the warning is not waited for.
  await page.close({ runBeforeUnload: false });
  const again = await context.newPage();
  await again.goto(address);
  await again.getByRole('button', { name: 'Recover it' }).click();
  await expect(again.locator('.react-flow__node')).toContainText('Written offline');
  await expect(again.locator('.h-save[data-state="saved"]')).toBeVisible();
});

test('every shortcut stands in the sheet, and the palette finds workflows', async ({
  page,
  studio,
}) => {
  await studio.openWorkflow('order-settlement');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText('Arrange automatically');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByPlaceholder('Go to or do…').fill('workers');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Workers' })).toBeVisible();
});
