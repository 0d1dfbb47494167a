import { aGraph, gives, job } from './graphs.js';
import { takePicture } from './picture.js';
import { expect, test, unique } from './studio.js';
import { startWorker } from './worker.js';

test('one item of a forEach fails, is opened in place, and is retried alone', async ({
  page,
  studio,
}) => {
  const group = unique('items').replaceAll(' ', '-');
  const body = aGraph(
    [
      job('price', group, 'test.flaky', {
        name: '${{ input.item }}',
        isFlaky: '${{ input.item == "pear" }}',
      }),
    ],
    [],
    { output: '${{ nodes.price.output }}' },
  );
  const graph = aGraph(
    [
      {
        key: 'each',
        type: 'forEach',
        name: 'Price each',
        config: { items: 'input.names', label: '${{ item }}', concurrency: 2, body },
      },
      gives('done', { count: '${{ size(nodes.each.output) }}' }),
    ],
    [['each', 'success', 'done']],
  );
  const stop = await startWorker(studio, group);
  try {
    const names = ['apple', 'pear', 'plum', 'cherry'];
    const id = await studio.run(unique('items'), graph, { names });
    await studio.openRun(id, 'each');
    await studio.runIs('Failed');
    await page.getByRole('tab', { name: 'Items' }).click();
    const items = page.getByTestId('items');
    await page.getByText(/^Failed 1/).click();
    await expect(items.getByRole('listitem')).toHaveCount(1);
    await expect(items).toContainText('pear');

    await test.step('look into it without leaving the page', async () => {
      await items.getByRole('button', { name: 'Show pear here' }).click();
      const child = page.getByTestId('expanded-run');
      await expect(child).toContainText('pear');
      await expect(studio.node('price').locator('.h-card-node')).toHaveAttribute(
        'data-state',
        'failed',
      );
      await takePicture(page, 'items');
      await child.getByRole('button', { name: 'Close the child run' }).click();
      await expect(child).toHaveCount(0);
    });

    await test.step('retry it alone', async () => {
      await items.getByRole('button', { name: 'Retry this item: pear' }).click();
      await studio.runIs('Succeeded');
      await studio.nodeIs('done', 'succeeded');
      await page
        .getByText(/^Failed/)
        .first()
        .click();
      await expect(items).toContainText('pear ×2');
      await expect(items.getByRole('listitem')).toHaveCount(names.length);
    });
  } finally {
    await stop();
  }
});
