import { aGraph, gives } from './graphs.js';
import { takePicture } from './picture.js';
import { expect, PERSON, test, unique } from './studio.js';

test('an approval appears in the inbox with its form, and the run goes on with what was filled in', async ({
  page,
  studio,
}) => {
  const title = 'Approve the totals of today';
  const graph = aGraph(
    [
      {
        key: 'ask',
        type: 'approval',
        config: {
          title,
          description: '1,204 orders, 88,120.40 EUR in all.',
          assignees: [PERSON.email],
          form: {
            type: 'object',
            required: ['limit'],
            properties: { limit: { type: 'integer', title: 'New limit', minimum: 1 } },
          },
        },
      },
      gives('apply', { limit: '${{ nodes.ask.output.values.limit }}' }),
    ],
    [['ask', 'approved', 'apply']],
    { output: '${{ nodes.apply.output }}' },
  );
  await studio.open('approvals');
  await expect(page.getByRole('heading', { name: 'Approvals', level: 1 })).toBeVisible();
  const id = await studio.run(unique('approval'), graph);

  await test.step('it arrives by itself, with the count in the navigation', async () => {
    await expect(page.getByTestId('approval-count')).toContainText('1');
    await page.getByRole('button', { name: title }).first().click();
    await expect(page.getByTestId('approval-form')).toContainText('88,120.40 EUR');
  });

  await test.step('what does not fit the form is refused with the place', async () => {
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await expect(page.getByTestId('approval-form').getByRole('alert').first()).toContainText(
      'limit',
    );
  });

  await test.step('approve', async () => {
    await page.getByLabel('New limit').fill('900');
    await page.getByLabel('Comment (optional)').fill('as agreed');
    await takePicture(page, 'approvals');
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await expect(page.getByRole('button', { name: title })).toHaveCount(0);
    await expect(page.getByTestId('approval-count')).toHaveCount(0);
  });

  await test.step('the run has it', async () => {
    await studio.openRun(id, 'ask');
    await studio.runIs('Succeeded');
    await page.getByRole('tab', { name: 'Output' }).click();
    await expect(page.getByRole('tabpanel')).toContainText('900');
  });
});
