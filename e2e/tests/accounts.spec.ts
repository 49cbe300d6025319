import { collectAll } from '../support/collect-all';
import { expect, openWindow, test } from '../support/test';

test('I change my password, and my other window ends', async ({ ada, open }) => {
  const other = await open('/files', ada);
  const page = await open('/files', ada);
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitem', { name: 'Change password' }).click();
  await page.getByLabel('Current password').fill('not this one');
  await page.getByLabel('New password').fill('another good sentence');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Wrong password.')).toBeVisible();
  await expect(page.getByLabel('New password')).toHaveValue('another good sentence');
  await page.getByLabel('Current password').fill(ada.password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Password changed.')).toBeVisible();
  await expect(other.getByText('Your session has ended. Please sign in again.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Files' })).toBeVisible();
  const again = await open('/files', { ...ada, password: 'another good sentence' });
  await expect(again.getByRole('heading', { name: 'Files' })).toBeVisible();
});

test('an administrator makes a link for somebody who forgot the password', async ({ browser, start }) => {
  const server = await start();
  const ada = await server.person('ada');
  const page = await openWindow(browser, server, '/admin', await server.admin());
  await page.getByRole('button', { name: 'More actions for ada' }).click();
  await page.getByRole('menuitem', { name: 'Create password reset link' }).click();
  await page.getByRole('button', { name: 'Create link' }).click();
  const link = await page.getByLabel('Password reset link', { exact: true }).inputValue();
  const hers = await openWindow(browser, server, new URL(link).pathname + new URL(link).hash);
  await expect(hers.getByRole('heading', { name: 'Choose a new password' })).toBeVisible();
  await hers.getByLabel('Password', { exact: true }).fill('a better sentence');
  await hers.getByRole('button', { name: 'Set password' }).click();
  await expect(hers.getByRole('heading', { name: 'Files' })).toBeVisible();
  const client = server.client();
  expect((await client.auth.login({ username: ada.name, password: 'a better sentence' })).username).toBe('ada');
  const late = await openWindow(browser, server, new URL(link).pathname + new URL(link).hash);
  await late.getByLabel('Password', { exact: true }).fill('yet another sentence');
  await late.getByRole('button', { name: 'Set password' }).click();
  await expect(late.getByText('This link is no longer valid.')).toBeVisible();
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
  await page.getByRole('button', { name: 'Create invitation' }).click();
  await expect(page.getByLabel('Invitation', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Revoke/ }).click();
  await expect(page.getByText('Invitation revoked.')).toBeVisible();
  expect(await collectAll(admin.client.invitations.list())).toEqual([]);

  await page.getByRole('button', { name: 'More actions for ada' }).click();
  await page.getByRole('menuitem', { name: 'Show links' }).click();
  await page.getByRole('button', { name: 'Revoke: letter.txt' }).click();
  await expect(page.getByText('This account has no links.')).toBeVisible();
  expect(await collectAll(ada.client.shares.list())).toEqual([]);
  await page.context().close();
});
