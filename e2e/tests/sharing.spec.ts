import { collectAll } from '../support/collect-all';
import type { Person } from '../support/server';
import { expect, test, type Page } from '../support/test';

const soon = { timeout: 1_000 };
const day = 86_400_000;

const newest = async (person: Person) => (await collectAll(person.client.shares.list()))[0]!;

async function chooseInMenu(page: Page, filename: string, item: string) {
  await page.getByRole('button', { name: `More actions for the link to ${filename}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('a link with an end, a limit, a password, and somebody whom it is for', async ({ ada, ben, open }) => {
  await ada.client.files.upload('Dear Ben', { filename: 'letter.txt' });
  const page = await open('/healthz', ada, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.addInitScript(() => {
    navigator.share = async (what) => void document.body.setAttribute('data-handed-on', what!.url!);
  });
  await page.goto('/files');
  await page.getByRole('button', { name: 'Share letter.txt' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Expires').selectOption({ label: 'In a day' });
  await dialog.getByLabel('Download limit').fill('2');
  await dialog.getByLabel('Password').fill('sesame');
  const create = dialog.getByRole('button', { name: 'Create link' });

  await dialog.getByLabel('Recipients').fill('nobody.at.all');
  await create.click();
  await expect(dialog.getByText('There is no user with this name.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Remove nobody.at.all' }).click();
  await dialog.getByLabel('Recipients').fill(ben.name);
  await dialog.getByLabel('Recipients').press('Enter');
  await create.click();
  await expect(page.getByRole('dialog', { name: 'Link created' })).toBeVisible();
  for (const fact of ['0 of 2 downloads', 'Password-protected', `For ${ben.name}`]) await expect(dialog.getByText(fact)).toBeVisible();

  const share = await newest(ada);
  expect(share).toMatchObject({ max_downloads: 2, has_password: true, recipients: [ben.name] });
  expect(Math.abs(Date.parse(share.expires_at!) - Date.now() - day)).toBeLessThan(60_000);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(share.url);
  await dialog.getByRole('button', { name: 'QR code' }).click();
  await expect(dialog.getByRole('img', { name: 'QR code of the link to letter.txt' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Send …' }).click();
  await expect(page.locator('body')).toHaveAttribute('data-handed-on', share.url);

  const bens = await open('/received', ben);
  const [theirs] = await Promise.all([bens.waitForEvent('popup'), bens.getByRole('link', { name: 'Open: letter.txt' }).click()]);
  await expect(theirs.getByRole('heading', { name: 'letter.txt' }), 'a recipient needs no password').toBeVisible();
  const guest = await open(new URL(share.url).pathname);
  await guest.getByLabel('Password').fill('sesame');
  await guest.getByRole('button', { name: 'Open' }).click();
  await expect(guest.getByRole('heading', { name: 'letter.txt' })).toBeVisible();
  await expect(dialog.getByText('0 of 2 downloads'), 'a visit is no download').toBeVisible();
  const saved = theirs.waitForEvent('download');
  await theirs.getByRole('link', { name: 'Download' }).click();
  await saved;
  await expect(dialog.getByText('1 of 2 downloads')).toBeVisible(soon);
});

test('an end at a time that I choose', async ({ ada, open }) => {
  await ada.client.files.upload('x', { filename: 'letter.txt' });
  const page = await open('/files', ada);
  await page.getByRole('button', { name: 'Share letter.txt' }).click();
  await page.getByLabel('Expires').selectOption({ label: 'At a custom time …' });
  await page.getByLabel('Date and time').fill('2031-05-06T07:08');
  await page.getByRole('button', { name: 'Create link' }).click();
  await expect(page.getByText(/Expires .*2031/)).toBeVisible();
  expect(Date.parse((await newest(ada)).expires_at!)).toBe(Date.parse('2031-05-06T07:08:00Z'));
});

test('I change a link, give an ended one more time, and take one back', async ({ ada, server, open }) => {
  const file = await ada.client.files.upload('x', { filename: 'letter.txt' });
  const share = await ada.client.shares.create({ file_id: file.id, password: 'sesame', max_downloads: 1 });
  const page = await open('/shares', ada);
  const other = await page.context().newPage();
  await other.goto('/shares');
  await expect(other.getByText('Password-protected')).toBeVisible();

  await chooseInMenu(page, 'letter.txt', 'Edit');
  await page.getByLabel('Remove password').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await expect(other.getByText('Password-protected')).toBeHidden(soon);
  expect(await ada.client.shares.get(share.share_id)).toMatchObject({ has_password: false, max_downloads: 1, expires_at: null });

  await (await server.client().publicShares.content(share.share_token)).arrayBuffer();
  await page.getByRole('tab', { name: 'Ended' }).click();
  await expect(page.getByText('Used up')).toBeVisible();
  await chooseInMenu(page, 'letter.txt', 'Allow more downloads');
  await page.getByLabel('Download limit').fill('3');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('tab', { name: 'Active' }).click();
  await expect(page.getByText('of 3')).toBeVisible();
  await expect(other.getByText('of 3')).toBeVisible(soon);

  await chooseInMenu(page, 'letter.txt', 'Revoke');
  await expect(page.getByRole('dialog')).toContainText('can no longer open it');
  await page.getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByText('No links yet')).toBeVisible();
  await expect(other.getByText('No links yet')).toBeVisible(soon);
  await expect(server.client().publicShares.get(share.share_token)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('one that has expired is offered a new week, not the time that is over', async ({ ada, open }) => {
  const file = await ada.client.files.upload('x', { filename: 'letter.txt' });
  const share = await ada.client.shares.create({ file_id: file.id, expires_at: new Date(Date.now() + 300).toISOString() });
  const page = await open('/shares', ada);
  await page.getByRole('tab', { name: 'Ended' }).click();
  await expect(page.getByText('Expired', { exact: true })).toBeVisible();
  await chooseInMenu(page, 'letter.txt', 'Extend');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  const revived = await ada.client.shares.get(share.share_id);
  expect(Math.abs(Date.parse(revived.expires_at!) - Date.now() - 7 * day)).toBeLessThan(60_000);
});
