import { expect, test } from '../support/test';

test('offline and back: what happened meanwhile stands there once, in order, and marked', async ({ ada, server, open }) => {
  const files = await Promise.all(['one.txt', 'two.txt', 'three.txt'].map((filename) => ada.client.files.upload(filename, { filename })));
  const shares = await Promise.all(files.map((file) => ada.client.shares.create({ file_id: file.id })));
  const page = await open('/activity', ada);
  await expect(page.locator('.deed')).toHaveCount(6);
  await expect(page.locator('.deed.fresh')).toHaveCount(0);

  await page.context().setOffline(true);
  await expect(page.getByText('Connection to the server lost.')).toBeVisible({ timeout: 40_000 });
  for (const share of shares) {
    const stranger = server.client();
    await stranger.publicShares.get(share.share_token);
    await (await stranger.publicShares.content(share.share_token)).arrayBuffer();
  }
  await page.context().setOffline(false);

  await expect(page.locator('.deed.fresh')).toHaveCount(6, { timeout: 20_000 });
  const lines = await page.locator('.deed.fresh p').allInnerTexts();
  const summaries = lines.map((line) => /(one|two|three)\.txt/.exec(line)![1] + (line.includes('opened') ? ' opened' : ' downloaded'));
  const expected = ['one', 'two', 'three'].flatMap((name) => [`${name} opened`, `${name} downloaded`]);
  expect(summaries).toEqual(expected.reverse());
  await expect(page.getByText('6 events while you were away')).toBeVisible();
  await page.getByRole('button', { name: 'Mark as seen' }).click();
  await expect(page.locator('.deed.fresh')).toHaveCount(0);

  await page.reload();
  await expect(page.locator('.deed')).toHaveCount(12);
  await expect(page.locator('.deed.fresh')).toHaveCount(0);
});

test('a window that was closed is told as well', async ({ ada, server, open }) => {
  const file = await ada.client.files.upload('hello', { filename: 'letter.txt' });
  const share = await ada.client.shares.create({ file_id: file.id });
  const page = await open('/activity', ada);
  await expect(page.locator('.deed')).toHaveCount(2);
  await page.goto('about:blank');
  await (await server.client().publicShares.content(share.share_token)).arrayBuffer();
  await page.goto('/activity');
  await expect(page.locator('.deed.fresh')).toHaveCount(2);
  await expect(page.locator('.deed')).toHaveCount(4);
});
