import { collectAll } from '../support/collect-all';
import { expect, openWindow, test } from '../support/test';

test('another link begins with an empty form', async ({ ada, ben, open }) => {
  await ada.client.files.upload('Dear Ben', { filename: 'letter.txt' });
  const page = await open('/files', ada);
  await page.getByRole('button', { name: 'Share letter.txt' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Password').fill('open sesame');
  await dialog.getByLabel('Recipients').fill(ben.name);
  await dialog.getByLabel('Recipients').press('Enter');
  await dialog.getByRole('button', { name: 'Create link' }).click();
  await dialog.getByRole('button', { name: 'Create another link' }).click();
  await expect(dialog.getByLabel('Password')).toHaveValue('');
  await expect(dialog.getByRole('button', { name: `Remove ${ben.name}` })).toBeHidden();
  await dialog.getByRole('button', { name: 'Create link' }).click();
  await expect(dialog.getByRole('heading', { name: 'Link created' })).toBeVisible();
  const shares = await collectAll(ada.client.shares.list());
  expect(shares.map(({ recipients }) => recipients)).toEqual([[], [ben.name]]);
});

test('the first thing that happens to a new account is seen as it happens', async ({ ada, ben, open }) => {
  const page = await open('/files', ada);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  const file = await ben.client.files.upload('Dear Ada', { filename: 'letter.txt' });
  await ben.client.shares.create({ file_id: file.id, recipients: [ada.name] });
  await expect(page.getByText(`${ben.name} shared letter.txt with you.`)).toBeVisible();
  await expect(page.getByText(/while you were away/)).toBeHidden();
});

test('what I do myself with another program is no news', async ({ ada, open }) => {
  const page = await open('/activity', ada);
  await page.goto('about:blank');
  const file = await ada.client.files.upload('Dear Ben', { filename: 'letter.txt' });
  await ada.client.shares.create({ file_id: file.id });
  const second = await ada.client.files.upload('Dear Carla', { filename: 'second.txt' });
  await ada.client.files.remove(second.id);
  await page.goto('/activity');
  await expect(page.getByText('You shared letter.txt.')).toBeVisible();
  await expect(page.locator('.deed')).toHaveCount(4);
  await expect(page.locator('.deed.fresh')).toHaveCount(0);
});

test('what is shared with me leaves no error in the console', async ({ ada, ben, open }) => {
  const page = await open('/received', ada);
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('response', (response) => response.status() >= 400 && errors.push(`${response.status()} ${response.url()}`));
  await expect(page.getByText('Nothing received yet')).toBeVisible();
  const file = await ben.client.files.upload('Dear Ada', { filename: 'letter.txt' });
  const share = await ben.client.shares.create({ file_id: file.id, recipients: [ada.name] });
  await expect(page.getByRole('link', { name: 'Open: letter.txt' })).toBeVisible();
  await ben.client.shares.revoke(share.share_id);
  await expect(page.getByText('Nothing received yet')).toBeVisible();
  expect(errors).toEqual([]);
});

test('I leave what was shared with me', async ({ ada, ben, open }) => {
  const file = await ben.client.files.upload('Dear Ada', { filename: 'letter.txt' });
  await ben.client.shares.create({ file_id: file.id, recipients: [ada.name] });
  const page = await open('/received', ada);
  await page.getByRole('button', { name: 'Leave: letter.txt' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByText('Nothing received yet')).toBeVisible();
  expect(await collectAll(ada.client.shares.received())).toEqual([]);
});

test('a notice reaches a stranger on the page of a link', async ({ ada, server, open }) => {
  const file = await ada.client.files.upload('Dear Ben', { filename: 'letter.txt' });
  const { share_token } = await ada.client.shares.create({ file_id: file.id });
  const watching = open(`/s/${share_token}`);
  const page = await watching;
  await expect(page.getByRole('heading', { name: 'letter.txt' })).toBeVisible();
  const admin = await server.admin();
  await expect(async () => {
    await admin.client.notify({ message: 'Backups run at three.', level: 'Info' });
    await expect(page.getByText('Notice: Backups run at three.').first()).toBeVisible({ timeout: 1_000 });
  }).toPass();
});

test('a file that does not fit is told before a byte of it is sent', async ({ browser, start }) => {
  const server = await start({ 'uploads.quota_bytes': '1MiB' });
  const ada = await server.person('ada');
  const page = await openWindow(browser, server, '/files', ada);
  const sent: string[] = [];
  page.on('request', (request) => request.method() !== 'GET' && sent.push(request.url()));
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose files' }).click();
  await (await chooser).setFiles({ name: 'film.bin', mimeType: 'video/mp4', buffer: Buffer.alloc(2_000_000) });
  await expect(page.getByText('Not enough space: 1.05 MB left.')).toBeVisible();
  expect(sent).toEqual([]);
  await page.context().close();
});

test('storage grows while a file arrives', async ({ browser, start }) => {
  const server = await start({ 'uploads.quota_bytes': '10MiB' });
  const ada = await server.person('ada');
  const page = await openWindow(browser, server, '/files', ada);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 500_000 });
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose files' }).click();
  await (await chooser).setFiles({ name: 'film.bin', mimeType: 'video/mp4', buffer: Buffer.alloc(4_000_000) });
  const storage = page.getByRole('progressbar', { name: /of 10.5 MB used/ });
  await expect.poll(async () => Number(await storage.getAttribute('aria-valuenow'))).toBeGreaterThan(4);
  await expect(page.getByText(/^Uploading 1 file/)).toBeVisible();
  await expect(page.getByText('4 MB of 10.5 MB used')).toBeVisible({ timeout: 30_000 });
  await page.context().close();
});

test('a used-up link is allowed more downloads', async ({ ada, server, open }) => {
  const file = await ada.client.files.upload('Dear Ben', { filename: 'letter.txt' });
  const share = await ada.client.shares.create({ file_id: file.id, max_downloads: 1 });
  await (await server.client().publicShares.content(share.share_token)).arrayBuffer();
  const page = await open('/shares', ada);
  await page.getByRole('tab', { name: /Ended/ }).click();
  await page.getByRole('button', { name: 'More actions for the link to letter.txt' }).click();
  await page.getByRole('menuitem', { name: 'Allow more downloads' }).click();
  await expect(page.getByLabel('Download limit')).toBeFocused();
  await expect(page.getByLabel('Download limit')).toHaveValue('2');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  expect((await ada.client.shares.get(share.share_id)).state).toBe('active');
});

test('a name with a slash is refused in words, and the others are kept', async ({ ada, open }) => {
  await ada.client.files.upload('Dear Ben', { filename: 'letter.txt' });
  const page = await open('/files', ada);
  await page.getByRole('button', { name: 'More actions for letter.txt' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByLabel('New name').fill('bad/na:me?.txt');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByText('A name cannot contain “/”.')).toBeVisible();
  expect((await collectAll(ada.client.files.list()))[0]!.filename).toBe('letter.txt');
  await page.getByLabel('New name').fill('bad_na:me?.txt');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByRole('row', { name: 'bad_na:me?.txt' })).toBeVisible();
});

test('deleting a file says that its links end', async ({ ada, open }) => {
  const file = await ada.client.files.upload('Dear Ben', { filename: 'letter.txt' });
  for (const max_downloads of [1, 2]) await ada.client.shares.create({ file_id: file.id, max_downloads });
  const page = await open('/files', ada);
  await expect(page.getByText('2 links').first()).toBeVisible();
  await page.getByRole('button', { name: 'More actions for letter.txt' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(page.getByText('Deleting letter.txt … 2 links stop working.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('row', { name: 'letter.txt' })).toBeVisible();
  expect(await collectAll(ada.client.shares.list())).toHaveLength(2);
});

test('Shift and the arrows select, and the order is kept over a reload', async ({ ada, open }) => {
  for (const filename of ['a.txt', 'b.txt', 'c.txt', 'd.txt']) await ada.client.files.upload(filename, { filename });
  const page = await open('/files', ada);
  await page.getByRole('button', { name: 'Name', exact: true }).click();
  await expect(page.getByRole('row').nth(1)).toContainText('a.txt');
  await page.reload();
  await expect(page.getByRole('row').nth(1)).toContainText('a.txt');
  await expect(page.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'ascending');
  await page.getByRole('row', { name: 'b.txt' }).focus();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByText('3 files selected')).toBeVisible();
  await page.keyboard.press('Shift+ArrowUp');
  await expect(page.getByText('2 files selected')).toBeVisible();
  await expect(page.getByRole('row', { name: 'c.txt' })).toHaveAttribute('aria-selected', 'true');
});

test('the account stays in sight below the banner', async ({ ada, open }) => {
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 360, height: 640 },
  ]) {
    const page = await open('/files', ada, { viewport });
    await expect(page.getByText('Drop your first file here')).toBeVisible();
    await page.context().setOffline(true);
    await expect(page.getByText('Connection to the server lost.')).toBeVisible();
    await page.mouse.wheel(0, 2_000);
    await expect(page.getByRole('button', { name: /^Account/ })).toBeInViewport({ ratio: 1 });
    await page.getByRole('button', { name: /^Account/ }).click();
    await expect(page.getByRole('menuitem', { name: 'Sign out', exact: true })).toBeVisible();
  }
});

test('a server without accounts says where its set-up link is', async ({ browser, start }) => {
  const server = await start({}, null);
  const page = await openWindow(browser, server, '/');
  await expect(page.getByRole('heading', { name: 'Set up your KingShare' })).toBeVisible();
  await expect(page.getByText('in the output of the server at startup')).toBeVisible();
  await expect(page.getByLabel('Set-up code')).toBeVisible();
  await page.context().close();
});

test('settings are those in force', async ({ browser, start }) => {
  const server = await start({ 'uploads.quota_bytes': '5GiB' });
  const page = await openWindow(browser, server, '/admin?part=settings', await server.admin());
  await expect(page.getByRole('row', { name: /server\.public_url/ })).toContainText(server.url);
  await expect(page.getByRole('row', { name: /server\.threads/ })).toContainText(/\d/);
  await expect(page.getByRole('row', { name: /uploads\.quota_bytes/ })).toContainText('5.37 GB');
  await page.context().close();
});

test('visits stay beside a link, also after a reload', async ({ ada, server, open }) => {
  const file = await ada.client.files.upload('Dear Ben', { filename: 'letter.txt' });
  const share = await ada.client.shares.create({ file_id: file.id });
  const page = await open('/shares', ada);
  await expect(page.getByText('letter.txt').first()).toBeVisible();
  await server.client().publicShares.get(share.share_token);
  await expect(page.getByText('1 visit')).toBeVisible();
  await page.reload();
  await expect(page.getByText('1 visit')).toBeVisible();
});

test('a download that breaks off is no longer shown as under way', async ({ ada, server, open }) => {
  const file = await ada.client.files.upload(Buffer.alloc(60_000_000), { filename: 'film.bin' });
  const share = await ada.client.shares.create({ file_id: file.id });
  const page = await open('/files', ada);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  const stop = new AbortController();
  const answer = await server.client().publicShares.content(share.share_token, { signal: stop.signal });
  await answer.body!.getReader().read();
  await expect(page.getByText('being downloaded')).toBeVisible();
  stop.abort();
  await expect(page.getByText('being downloaded')).toBeHidden();
});

test('who comes to the last download while another has it is told so, and gets it when that one breaks off', async ({ ada, server, open }) => {
  const file = await ada.client.files.upload(Buffer.alloc(60_000_000), { filename: 'film.bin' });
  const share = await ada.client.shares.create({ file_id: file.id, max_downloads: 1 });
  const page = await open(`/s/${share.share_token}`);
  await expect(page.getByRole('heading', { name: 'film.bin' })).toBeVisible();
  const stop = new AbortController();
  const answer = await server.client().publicShares.content(share.share_token, { signal: stop.signal });
  await answer.body!.getReader().read();
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).click();
  await expect(page.getByText('Somebody else is using the last download right now.')).toBeVisible();
  stop.abort();
  await saved;
});
