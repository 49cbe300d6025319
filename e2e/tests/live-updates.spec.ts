import { collectAll } from '../support/collect-all';
import { expect, test, type Page } from '../support/test';

const soon = { timeout: 1_000 };

const row = (page: Page, name: string) => page.getByRole('row', { name });

test('what I upload and delete in one is so in the other within a second, without asking', async ({ ada, open }) => {
  const first = await open('/files', ada);
  const second = await open('/files', ada);
  await expect(second.getByText('Drop your first file here')).toBeVisible();
  await second.waitForLoadState('networkidle');
  const requests: string[] = [];
  second.on('request', (request) => requests.push(new URL(request.url()).pathname));

  const chooser = first.waitForEvent('filechooser');
  await first.getByRole('button', { name: 'Choose files' }).click();
  await (await chooser).setFiles([
    { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('one') },
    { name: 'b.txt', mimeType: 'text/plain', buffer: Buffer.from('two') },
  ]);
  await expect(row(first, 'a.txt')).toBeVisible();
  await expect(row(second, 'a.txt')).toBeVisible(soon);
  await expect(row(second, 'b.txt')).toBeVisible(soon);

  await row(first, 'a.txt').getByRole('button', { name: 'More actions for a.txt' }).click();
  await first.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(row(first, 'a.txt')).toBeHidden();
  await first.getByRole('button', { name: 'Undo' }).click();
  await expect(row(first, 'a.txt')).toBeVisible();

  await ada.client.files.remove((await collectAll(ada.client.files.list({ query: 'b.txt' })))[0]!.id);
  await expect(row(first, 'b.txt')).toBeHidden(soon);
  await expect(row(second, 'b.txt')).toBeHidden(soon);
  expect(
    requests.filter((path) => path !== '/api/v1/users/me'),
    'nothing but the room that is taken is asked for',
  ).toEqual([]);
});

test('three browsers: I share, she receives, a stranger downloads, and it ends', async ({ ada, ben, open }) => {
  const file = await ada.client.files.upload('Dear Ben', { filename: 'for-ben.txt' });
  const mine = await open('/shares', ada);
  const bens = await open('/received', ben);
  await expect(bens.getByText('Nothing received yet')).toBeVisible();

  const share = await ada.client.shares.create({ file_id: file.id, max_downloads: 2, recipients: [ben.name] });
  await expect(bens.getByText('for-ben.txt').first()).toBeVisible(soon);
  await expect(mine.locator('.share-item')).toHaveCount(1, soon);

  const strangers = await open(`/s/${share.share_token}`);
  await expect(strangers.getByText('2 downloads left')).toBeVisible();
  let saved = strangers.waitForEvent('download');
  await strangers.getByRole('link', { name: 'Download' }).click();
  await saved;
  await expect(mine.locator('.gauge strong')).toHaveText('1', soon);
  await expect(strangers.getByText('One download left')).toBeVisible(soon);

  saved = bens.waitForEvent('download');
  await bens.evaluate((href) => (location.href = href), `/api/v1/public/shares/${share.share_token}/content`);
  await saved;
  await expect(strangers.getByText('This link has ended. The loaded content stays available')).toBeVisible(soon);
  await expect(bens.locator('main').getByText('for-ben.txt')).toBeHidden(soon);
  await expect(mine.getByRole('tab', { name: 'Ended' })).toHaveText(/1/, soon);
});

test('a notice of the administrator comes to everyone, strangers too', async ({ ada, server, open }) => {
  const mine = await open('/files', ada);
  const admin = await open('/admin?part=notice', await server.admin());
  await admin.getByLabel('Message', { exact: true }).fill('We move house tonight.');
  await admin.getByText('Warning', { exact: true }).click();
  await admin.getByRole('button', { name: 'Send' }).click();
  await expect(mine.getByText('Warning: We move house tonight.', { exact: true })).toBeVisible(soon);
  await expect(admin.getByText('Warning: We move house tonight.', { exact: true })).toBeVisible(soon);
});
