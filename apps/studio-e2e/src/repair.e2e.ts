import { aGraph, gives, job } from './graphs.js';
import { takePicture } from './picture.js';
import { expect, readCode, test, unique, writeCode } from './studio.js';
import { startWorker } from './worker.js';

test('rewind: another output of a node before the failure, a preview, and a new run that reuses the rest', async ({
  page,
  studio,
}) => {
  const graph = aGraph(
    [
      gives('load', { count: 3 }),
      gives('amount', { value: -5 }),
      {
        key: 'guard',
        type: 'decision',
        config: { cases: [{ name: 'ok', when: 'nodes.amount.output.value > 0' }] },
      },
      gives('settle', { settled: '${{ nodes.amount.output.value }}' }),
      { key: 'refuse', type: 'fail', config: { code: 'NEGATIVE', message: 'Less than nothing' } },
    ],
    [
      ['load', 'success', 'amount'],
      ['amount', 'success', 'guard'],
      ['guard', 'ok', 'settle'],
      ['guard', 'default', 'refuse'],
    ],
  );
  const oldId = await studio.run(unique('rewind'), graph);
  await studio.openRun(oldId, 'amount');
  await studio.runIs('Failed');

  await test.step('edit the output of a node before the failure', async () => {
    await page.getByRole('tab', { name: 'Output' }).click();
    await page.getByRole('button', { name: 'Change this output and re-run…' }).click();
    const sheet = page.getByTestId('rewind');
    await expect(sheet).toBeVisible();
    expect(JSON.parse(await readCode(page, 'Output of amount'))).toEqual({ value: -5 });
    await writeCode(page, 'Output of amount', '{ "value": 12 }');
  });

  await test.step('see on the canvas what would happen', async () => {
    const painted = (key: string) => studio.node(key).locator('.h-card-node');
    await expect(painted('load')).toHaveAttribute('data-paint', 'reused');
    await expect(painted('amount')).toHaveAttribute('data-picked', 'true');
    await expect(painted('guard')).toHaveAttribute('data-paint', 'reexecuted');
    await expect(
      page.getByTestId('rewind').getByRole('button', { name: /^Re-execute/ }),
    ).toBeEnabled();
    await page.getByRole('button', { name: 'Show everything' }).click();
    await takePicture(page, 'rewind');
  });

  await test.step('start it, and find the way back', async () => {
    const sheet = page.getByTestId('rewind');
    await sheet.getByPlaceholder('Reason (optional)').fill('a typing mistake');
    await sheet.getByRole('button', { name: /^Re-execute \d+ nodes?, reuse \d+$/ }).click();
    await expect(page).not.toHaveURL(new RegExp(`/runs/${oldId}(\\?|$)`));
    await studio.runIs('Succeeded');
    await studio.nodeIs('settle', 'succeeded');
    await expect(studio.node('load').getByText(`from run #${oldId}`)).toBeVisible();
    await studio.node('load').click();
    await page
      .getByRole('complementary', { name: 'load' })
      .getByRole('link', { name: `#${oldId}` })
      .click();
    await expect(page).toHaveURL(new RegExp(`/runs/${oldId}\\?.*node=load`));
  });
});

test('hold: a node is kept from starting, says by whom and why, and goes on when released', async ({
  page,
  studio,
}) => {
  const name = unique('signal').replaceAll(' ', '_');
  const graph = aGraph(
    [{ key: 'confirmed', type: 'signal', config: { name } }, gives('pay', { paid: true })],
    [['confirmed', 'success', 'pay']],
  );
  const id = await studio.run(unique('hold'), graph);
  await studio.openRun(id, 'pay');
  await studio.nodeIs('confirmed', 'waiting');
  await page.keyboard.press('Shift+H');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason (optional)').fill('bank holiday');
  await dialog.getByRole('button', { name: 'Hold' }).click();
  await expect(studio.node('pay').locator('[data-mark="hold"]')).toBeVisible();
  await studio.api(
    `mutation($name: String!) { sendSignal(namespace: "demo", name: $name, payload: {}) { run { id } } }`,
    { name },
  );
  await studio.nodeIs('confirmed', 'succeeded');
  const reasons = page.getByTestId('wait-reasons');
  await expect(reasons).toContainText('Is held');
  await expect(reasons).toContainText('bank holiday');
  await reasons.getByRole('button', { name: 'Release' }).click();
  await studio.runIs('Succeeded');
});

test('why is it waiting: no worker offers the executor, the way to the workers, then one comes and it runs', async ({
  page,
  studio,
}) => {
  const group = unique('group').replaceAll(' ', '-');
  const graph = aGraph(
    [job('work', group, 'test.echo', { n: 1 }), gives('after', 1)],
    [['work', 'success', 'after']],
  );
  const id = await studio.run(unique('waiting'), graph);
  await studio.openRun(id, 'after');
  const reasons = page.getByTestId('wait-reasons');
  await expect(reasons).toContainText('Waits for nodes before it');
  await reasons.getByRole('button', { name: 'work' }).first().click();
  await expect(reasons).toContainText('No worker offers this');
  await expect(reasons).toContainText(group);
  await expect(studio.node('work')).toContainText('No worker offers this');
  await expect(studio.node('after')).toContainText('Pending');
  await takePicture(page, 'waiting');
  await reasons.getByRole('link', { name: 'To the workers' }).click();
  await expect(page.getByRole('heading', { name: 'Workers', level: 1 })).toBeVisible();
  await page.goBack();
  const stop = await startWorker(studio, group);
  try {
    await studio.runIs('Succeeded');
    await expect(reasons).toHaveCount(0);
  } finally {
    await stop();
  }
});
