import { expect, fromStart, PERSON, test } from './studio.js';

test.describe.configure({ mode: 'serial' });

test('a one-time link signs in once, and asks for a password', async ({
  page,
  studio: _studio,
}) => {
  await page.goto(fromStart('LINK'));
  await expect(page.getByRole('heading', { name: 'Set a password' })).toBeVisible();
  await page.getByLabel('New password').fill('short');
  await expect(page.getByText('Use at least 10 characters.')).toBeVisible();
  await page.getByLabel('New password').fill(PERSON.password);
  await page.getByLabel('Repeat the password').fill(PERSON.password);
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByRole('heading', { name: 'Workflows' })).toBeVisible();
});

test('the link is refused the second time, and says what to do', async ({ page }) => {
  await page.goto(fromStart('LINK'));
  await expect(page.getByText('This sign-in link cannot be used')).toBeVisible();
  await page.getByRole('button', { name: 'Sign in with a password' }).click();
  await expect(page.getByLabel('E-mail')).toBeVisible();
});

test('a wrong password is refused, the right one leads to the page that was asked for', async ({
  page,
}) => {
  await page.goto(`${fromStart('URL')}/n/demo/workers`);
  await page.getByLabel('E-mail').fill(PERSON.email);
  await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByRole('textbox', { name: 'Password' }).fill(PERSON.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Workers' })).toBeVisible();
  await page.context().storageState({ path: fromStart('STATE') });
});
