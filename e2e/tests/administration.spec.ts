import { expect, openWindow, test } from '../support/test';

test('accounts: a quota, a second administrator, one shut out, one deleted', async ({ browser, start }) => {
  const server = await start();
  const ben = await server.person('ben');
  const page = await openWindow(browser, server, '/admin', await server.admin());
  const bens = await openWindow(browser, server, '/files', ben);
  const row = page.getByRole('listitem').filter({ hasText: 'ben' });
  const menu = async (item: string) => {
    await page.getByRole('button', { name: 'More actions for ben' }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };

  await menu('Set quota');
  await page.getByLabel('Storage quota in gigabytes').fill('1.5');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(row.getByText('0 B of 1.5 GB used')).toBeVisible();
  expect((await ben.client.auth.me()).quota_bytes).toBe(1_500_000_000);

  await menu('Make administrator');
  await expect(row.getByText('Administrator')).toBeVisible();
  expect((await ben.client.auth.me()).role).toBe('admin');
  await menu('Remove administrator role');
  await expect(row.getByText('Administrator')).toBeHidden();

  await menu('Disable account');
  await expect(row.getByText('Disabled')).toBeVisible();
  await expect(bens.getByText('Your session has ended. Please sign in again.')).toBeVisible();
  await menu('Enable account');
  await expect(row.getByText('Disabled')).toBeHidden();

  await menu('Delete account');
  await expect(page.getByRole('dialog', { name: 'Delete ben?' })).toContainText('This cannot be undone.');
  await page.getByRole('button', { name: 'Delete account' }).click();
  await expect(row).toBeHidden();
  await page.context().close();
  await bens.context().close();
});

test('an invitation opens one account', async ({ browser, start }) => {
  const server = await start({ 'auth.registration': 'invite' });
  const page = await openWindow(browser, server, '/admin', await server.admin());
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  await page.getByLabel('Valid for').selectOption({ label: '1 day' });
  await page.getByRole('button', { name: 'Create invitation' }).click();
  const link = await page.getByLabel('Invitation', { exact: true }).inputValue();
  const theirs = await openWindow(browser, server, link.replace(server.url, ''));
  await theirs.getByLabel('Username').fill('carla');
  await theirs.getByLabel('Password', { exact: true }).fill('a long password');
  await theirs.getByRole('button', { name: 'Create account' }).click();
  await expect(theirs.getByText('Drop your first file here')).toBeVisible();
  await page.context().close();
  await theirs.context().close();
});

test('connections and settings are as they are', async ({ browser, start }) => {
  const server = await start({ 'uploads.quota_bytes': '5GiB' });
  const ben = await server.person('ben');
  const page = await openWindow(browser, server, '/admin?part=connections', await server.admin());
  const figure = (name: string) => page.locator('.figures div').filter({ hasText: name }).locator('dd');
  await expect(figure('Signed-in users')).toHaveText('1');
  const bens = await openWindow(browser, server, '/files', ben);
  await expect(figure('Signed-in users'), 'whoever comes is counted').toHaveText('2');
  await page.getByRole('button', { name: 'Close dead connections' }).click();
  await expect(page.getByText('No dead connections.')).toBeVisible();

  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByLabel('Changed only').check();
  await expect(page.getByRole('row', { name: /uploads\.quota_bytes/ })).toContainText('5GiB');
  await expect(page.getByRole('row', { name: /auth\.admin_password/ })).toContainText('set, not shown');
  await page.getByLabel('Search settings').fill('nothing');
  await expect(page.getByText('No settings found')).toBeVisible();
  await page.context().close();
  await bens.context().close();
});
