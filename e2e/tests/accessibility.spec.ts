import { expectAccessible } from '../support/axe';
import { seedServer, pagesOf } from '../support/seed';
import { expect, openWindow, test } from '../support/test';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any page (${colorScheme})`, async ({ browser, start }) => {
    test.setTimeout(180_000);
    const server = await start();
    const { ada, tokens } = await seedServer(server);
    const people = { guest: undefined, ada, admin: await server.admin() };
    for (const [who, pages] of Object.entries(pagesOf(tokens))) {
      const page = await openWindow(browser, server, '/signin', people[who as keyof typeof people], { colorScheme, reducedMotion: 'reduce' });
      for (const [name, [path, shown]] of Object.entries(pages)) {
        await page.goto(path!);
        await expect(page.getByText(shown!).first()).toBeVisible();
        await expectAccessible(page, `${name}, ${colorScheme}`);
      }
      await page.context().close();
    }
  });

  test(`axe finds nothing in dialogs and menus (${colorScheme})`, async ({ browser, start }) => {
    const server = await start();
    const { ada } = await seedServer(server);
    const page = await openWindow(browser, server, '/files', ada, { colorScheme, reducedMotion: 'reduce' });
    await page.getByRole('button', { name: 'More actions for guests.csv' }).click();
    await expectAccessible(page, 'the menu of a file');
    await page.getByRole('menuitem', { name: 'Share' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectAccessible(page, 'the share dialog');
    await page.getByRole('button', { name: 'Create link' }).click();
    await expect(page.getByRole('button', { name: 'QR code' }).first()).toBeVisible();
    await expectAccessible(page, 'a new link');
    await page.keyboard.press('Escape');
    const admins = await openWindow(browser, server, '/admin', await server.admin(), { colorScheme, reducedMotion: 'reduce' });
    await admins.getByRole('button', { name: 'Invite somebody' }).click();
    await admins.getByRole('button', { name: 'Create invitation' }).click();
    await expect(admins.getByLabel('Invitation', { exact: true })).toBeVisible();
    await expectAccessible(admins, 'an invitation');
    await admins.keyboard.press('Escape');
    await expect(admins.getByRole('heading', { name: 'Open invitations' })).toBeVisible();
    await admins.getByRole('button', { name: 'More actions for ada' }).click();
    await admins.getByRole('menuitem', { name: 'Show links' }).click();
    await expect(admins.getByRole('button', { name: /^Revoke: / }).first()).toBeVisible();
    await expectAccessible(admins, 'the links of somebody');
    await admins.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Account/ }).click();
    await page.getByRole('menuitem', { name: 'Change password' }).click();
    await expect(page.getByLabel('New password')).toBeVisible();
    await expectAccessible(page, 'a new password');
    await page.context().close();
    await admins.context().close();
  });
}

test('by the keyboard alone: sign in, upload, share, rename, delete, undo, sign out', async ({ ada, open }) => {
  const page = await open('/');
  const { keyboard } = page;
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? '');
  /** Presses Tab until an element of that name has the focus. */
  const goTo = async (name: string | RegExp, key = 'Tab') => {
    for (let presses = 0; presses < 60; ++presses) {
      const here = await focused();
      if (typeof name === 'string' ? here === name : name.test(here)) return;
      await keyboard.press(key);
    }
    throw new Error(`the focus never came to ${name}; it is on ${await focused()}`);
  };

  await expect(page.getByLabel('Username')).toBeFocused();
  await keyboard.type(ada.name);
  await keyboard.press('Tab');
  await keyboard.type(`${ada.password}\n`);
  await expect(page.getByText('Drop your first file here')).toBeVisible();

  await goTo('Choose files');
  const chooser = page.waitForEvent('filechooser');
  await keyboard.press('Enter');
  await (await chooser).setFiles([{ name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') }]);
  const row = page.getByRole('row', { name: 'letter.txt' });
  await expect(row).toBeVisible();

  for (let presses = 0; presses < 60 && !(await row.evaluate((element) => element === document.activeElement)); ++presses) await keyboard.press('Tab');
  await expect(row).toBeFocused();
  await keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'letter.txt' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Create link' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByLabel('Link', { exact: true })).toHaveValue(/\/s\//);
  await keyboard.press('Escape');
  await expect(row, 'the focus comes back').toBeFocused();

  await keyboard.press('F2');
  await expect(page.getByLabel('New name')).toBeFocused();
  await keyboard.press('Control+A');
  await keyboard.type('note.txt\n');
  const renamed = page.getByRole('row', { name: 'note.txt' });
  await expect(renamed).toBeVisible();
  await expect(renamed).toBeFocused();
  await keyboard.press('Delete');
  await expect(renamed).toBeHidden();
  await goTo('Undo');
  await keyboard.press('Enter');
  await expect(renamed).toBeVisible();

  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await goTo(/^Account/);
  await keyboard.press('Enter');
  await goTo('Sign out', 'ArrowDown');
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
});

test('by the keyboard alone: a link is opened and its file saved', async ({ ada, open }) => {
  const file = await ada.client.files.upload('hello', { filename: 'letter.txt', contentType: 'text/plain' });
  const share = await ada.client.shares.create({ file_id: file.id, password: 'sesame' });
  const page = await open(`/s/${share.share_token}`);
  await expect(page.getByLabel('Password')).toBeFocused();
  await page.keyboard.type('sesame\n');
  await expect(page.getByRole('heading', { name: 'letter.txt' })).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Preview' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Preview of letter.txt' })).toHaveText('hello');
  const saved = page.waitForEvent('download');
  for (let presses = 0; presses < 8; ++presses) {
    await page.keyboard.press('Tab');
    if (await page.getByRole('link', { name: 'Download' }).evaluate((element) => element === document.activeElement)) break;
  }
  await page.keyboard.press('Enter');
  await saved;
});
