import { takePicture } from './picture.js';
import { expect, test, unique, writeCode } from './studio.js';

test('the body of a forEach is drawn inside it: same undo, same problems, and the way back up', async ({
  page,
  studio,
}) => {
  await studio.createWorkflow(unique('bodies'));
  await studio.drag('forEach', 200, 240);
  await expect(studio.node('forEach')).toContainText('1 node inside');
  const levels = page.getByRole('navigation', { name: 'Where you are' });

  await test.step('open it and draw', async () => {
    await page.getByRole('button', { name: 'Open the body' }).click();
    await expect(levels).toContainText('forEach');
    await expect(studio.node('step')).toBeVisible();
    await studio.drag('wait', 600, 480);
    await page.keyboard.press('Escape');
    await studio.connect('step', 'success', 'wait');
    await page.keyboard.press('Escape');
    await expect(levels).toHaveCount(0);
    await expect(studio.node('forEach')).toContainText('2 nodes inside');
    await studio.isSaved();
  });

  await test.step('undo goes to where the step was, and takes it back', async () => {
    await page.keyboard.press('ControlOrMeta+z');
    await expect(levels).toContainText('forEach');
    await expect(studio.edges).toHaveCount(0);
    await page.keyboard.press('ControlOrMeta+z');
    await expect(studio.node('wait')).toHaveCount(0);
    await page.keyboard.press('ControlOrMeta+Shift+z');
    await expect(studio.node('wait')).toBeVisible();
  });

  await test.step('a problem inside marks the outer node and is found from the list', async () => {
    await studio.node('step').click();
    await writeCode(page, 'Output', '{ "x": "${{ nodes.nowhere.output }}" }');
    await expect(studio.node('step').locator('.h-card-badge')).toBeVisible();
    await levels.getByRole('button', { name: 'Workflow' }).click();
    await expect(studio.node('forEach').locator('.h-card-badge')).toBeVisible();
    await page.getByTestId('problems-button').click();
    await page
      .getByRole('button', { name: /forEach › step/ })
      .first()
      .click();
    await expect(levels).toContainText('forEach');
    await expect(studio.node('step')).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+L');
    await page.mouse.move(700, 600);
    await takePicture(page, 'body');
  });
});
