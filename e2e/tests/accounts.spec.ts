import { collectAll } from '../support/collect-all';
import { expect, openWindow, test } from '../support/test';

test('I change my password, and my other window ends', async ({ ada, open }) => {
  const other = await open('/files', ada);
  const page = await open('/files', ada);
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitem', { name: 'Change the password' }).click();
  await page.getByLabel('Present password').fill('not this one');
  await page.getByLabel('New password').fill('another good sentence');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByText('That is not your password.')).toBeVisible();
  await expect(page.getByLabel('New password')).toHaveValue('another good sentence');
  await page.getByLabel('Present password').fill(ada.password);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByText('The password is changed.')).toBeVisible();
  await expect(other.getByText('Your session has ended. Please sign in again.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Files' })).toBeVisible();
  const again = await open('/files', { ...ada, password: 'another good sentence' });
  await expect(again.getByRole('heading', { name: 'Files' })).toBeVisible();
});

test('an administrator makes a link for somebody who forgot the password', async ({ browser, start }) => {
  const server = await start();
  const ada = await server.person('ada');
  const page = await openWindow(browser, server, '/admin', await server.admin());
  await page.getByRole('button', { name: 'More about ada' }).click();
  await page.getByRole('menuitem', { name: 'Make a link for a new password' }).click();
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = await page.getByLabel('Link for a new password', { exact: true }).inputValue();
  const hers = await openWindow(browser, server, new URL(link).pathname + new URL(link).hash);
  await expect(hers.getByRole('heading', { name: 'Choose a new password' })).toBeVisible();
  await hers.getByLabel('Password', { exact: true }).fill('a better sentence');
  await hers.getByRole('button', { name: 'Set the password' }).click();
  await expect(hers.getByRole('heading', { name: 'Files' })).toBeVisible();
  const client = server.client();
  expect((await client.auth.login({ username: ada.name, password: 'a better sentence' })).username).toBe('ada');
  const late = await openWindow(browser, server, new URL(link).pathname + new URL(link).hash);
  await late.getByLabel('Password', { exact: true }).fill('yet another sentence');
  await late.getByRole('button', { name: 'Set the password' }).click();
  await expect(late.getByText('This link is not good any more.')).toBeVisible();
  for (const one of [page, hers, late]) await one.context().close();
});

test('an administrator takes an invitation back, and ends a link of somebody', async ({ browser, start }) => {
  const server = await start({ 'auth.registration': 'open' });
  const ada = await server.person('ada');
  const file = await ada.client.files.upload('Dear Ben', { filename: 'letter.txt' });
  await ada.client.shares.create({ file_id: file.id });
  const admin = await server.admin();
  const page = await openWindow(browser, server, '/admin', admin);
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  await page.getByRole('button', { name: 'Make an invitation' }).click();
  await expect(page.getByLabel('Invitation', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Take back/ }).click();
  await expect(page.getByText('The invitation is taken back.')).toBeVisible();
  expect(await collectAll(admin.client.invitations.list())).toEqual([]);

  await page.getByRole('button', { name: 'More about ada' }).click();
  await page.getByRole('menuitem', { name: 'See the links' }).click();
  await page.getByRole('button', { name: 'End: letter.txt' }).click();
  await expect(page.getByText('This account has given out no link.')).toBeVisible();
  expect(await collectAll(ada.client.shares.list())).toEqual([]);
  await page.context().close();
});
