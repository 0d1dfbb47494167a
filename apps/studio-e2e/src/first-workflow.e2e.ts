import { takePicture } from './picture.js';
import { expect, fromStart, readCode, test, unique, writeCode } from './studio.js';

test('draw a workflow, publish it, run it, watch a node fail, read its log, repair it', async ({
  page,
  studio,
}) => {
  await studio.createWorkflow(unique('first'));

  await test.step('draw', async () => {
    await studio.drag('demo/orders.load', 180, 240);
    await writeCode(page, 'Address of the orders file', `${fromStart('DEMO_URL')}/missing.csv`);
    await studio.drag('transform', 560, 240);
    await page.keyboard.press('Escape');
    await studio.connect('orders_load', 'success', 'transform');
    await studio.isSaved();
    await expect(page.getByTestId('problems-button')).toHaveText('No problems');
  });

  await test.step('publish and run', async () => {
    await studio.publish('first try');
    await studio.startRun();
  });

  await test.step('watch it fail and read why', async () => {
    await studio.runIs('Failed');
    await expect(studio.node('orders_load').locator('.h-card-node')).toHaveAttribute(
      'data-state',
      'failed',
    );
    await page.getByRole('button', { name: 'Go to node' }).click();
    await expect(page.getByTestId('node-state')).toHaveText('Failed');
    await page.getByRole('tab', { name: 'Log' }).click();
    await expect(page.getByRole('log')).toContainText('fetching the orders');
    await expect(page).toHaveURL(/node=orders_load.*tab=log|tab=log.*node=orders_load/);
  });

  await test.step('edit the input and retry', async () => {
    await page.getByRole('button', { name: 'Edit input & retry…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog
      .getByLabel('Address of the orders file')
      .fill(`${fromStart('DEMO_URL')}/orders.csv`);
    await expect(dialog.getByTestId('input-changes')).toContainText('/url');
    await dialog.getByLabel('Reason (optional)').fill('wrong file');
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await studio.runIs('Succeeded');
    await page.getByRole('button', { name: 'Show everything' }).click();
    await expect(studio.node('transform').locator('.h-card-node')).toHaveAttribute(
      'data-state',
      'succeeded',
    );
  });

  await test.step('the failed attempt is still there', async () => {
    await page.getByRole('tab', { name: 'Attempts' }).click();
    await expect(page.getByText('Attempt 1', { exact: true })).toBeVisible();
    await expect(page.getByText('Attempt 2', { exact: true })).toBeVisible();
    await page.getByText('History', { exact: true }).click();
    await expect(page.getByText('wrong file')).toBeVisible();
  });
});

test('the demo settlement fails on a bad record and succeeds after its repair', async ({
  page,
  studio,
}) => {
  await studio.openWorkflow('order-settlement');
  await studio.startRun();
  await studio.runIs('Failed');
  await page.getByRole('button', { name: 'Go to node' }).click();
  await expect(page.getByRole('tabpanel')).toContainText('BAD_RECORD');
  await takePicture(page, 'run-failed');
  await page.getByRole('button', { name: 'Edit input & retry…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('JSON', { exact: true }).click();
  const input = JSON.parse(await readCode(page, 'Input')) as { skipLines?: number[] };
  await writeCode(page, 'Input', JSON.stringify({ ...input, skipLines: [1743] }));
  await dialog.getByRole('button', { name: 'Retry' }).click();
  await studio.runIs('Succeeded');
  await page.getByText('Input & output').click();
  await expect(page.getByRole('paragraph').filter({ hasText: /^Output$/ })).toBeVisible();
});
