import { expect, openWindow, test } from '../support/test';

/** Drops a file onto the page like a user with a mouse. */
const drop = (text: string, filename: string) => {
  const data = new DataTransfer();
  data.items.add(new File([text], filename, { type: 'text/plain' }));
  for (const type of ['dragenter', 'dragover', 'drop']) {
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
};

test('from the printed link to a download that I see, without reading anything', async ({ browser, start }) => {
  const server = await start({ 'auth.registration': 'closed' }, null);
  const link = /http:\/\/localhost:\d+\/setup#code=\S+/.exec(server.log)![0];
  const clicks: string[] = [];

  const mine = await openWindow(browser, server, link.replace(server.url, ''), undefined, { permissions: ['clipboard-read', 'clipboard-write'] });
  await mine.getByLabel('Username').fill('ada');
  await mine.getByLabel('Password', { exact: true }).fill('correct horse');
  await mine.getByRole('button', { name: 'Create the administrator' }).click();
  clicks.push('Create the administrator');

  await expect(mine.getByText('Drop your first file here')).toBeVisible();
  await mine.evaluate(`(${drop})('Dear reader, this is all.', 'letter.txt')`);
  clicks.push('(the drop)');
  const row = mine.getByRole('row', { name: 'letter.txt' });
  await row.getByRole('button', { name: 'Share letter.txt' }).click();
  clicks.push('Share');
  await mine.getByRole('button', { name: 'Create link' }).click();
  clicks.push('Create link, which copies it');
  // The browser's clipboard may still hold the link of another test.
  const copied = () => mine.evaluate(() => navigator.clipboard.readText());
  await expect.poll(copied).toMatch(new RegExp(`^${server.url}/s/\\S+$`));
  const url = await copied();

  const theirs = await openWindow(browser, server, url.replace(server.url, ''));
  await expect(theirs.getByRole('heading', { name: 'letter.txt' })).toBeVisible();
  await expect(mine.getByText('Somebody opened your link to letter.txt.').first()).toBeVisible({ timeout: 1_000 });
  const saved = theirs.waitForEvent('download');
  await theirs.getByRole('link', { name: 'Download' }).click();
  clicks.push('Download, in the other browser');
  expect((await saved).suggestedFilename()).toBe('letter.txt');
  await expect(mine.getByText('A download of letter.txt started.').first()).toBeAttached({ timeout: 1_000 });

  test.info().annotations.push({ type: 'clicks', description: `${clicks.length}: ${clicks.join(' · ')}` });
  console.log(`  ${clicks.length} clicks: ${clicks.join(' · ')}`);
  expect(clicks.length).toBeLessThanOrEqual(5);
  await mine.context().close();
  await theirs.context().close();
});
