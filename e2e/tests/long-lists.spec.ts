import { collectAll } from '../support/collect-all';
import { uploadMany } from '../support/seed';
import type { Person } from '../support/server';
import { expect, test, type Page } from '../support/test';

const soon = { timeout: 1_000 };
const row = (page: Page, name: string) => page.getByRole('row', { name });
const grid = (page: Page) => page.getByRole('grid');
const names = (page: Page) => page.locator('.file-list .file-name .name').allInnerTexts();

/** Records the API requests of a page: path and query. */
function recordRequests(page: Page) {
  const requests: URL[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname.startsWith('/api/v1/')) requests.push(url);
  });
  return { all: requests, files: () => requests.filter(({ pathname }) => pathname === '/api/v1/files').map(({ searchParams }) => searchParams) };
}

async function signIn(page: Page, person: Person) {
  await page.getByLabel('Username').fill(person.name);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('a thousand files: signing in reads one page, scrolling reads the others, and the last one is reached', async ({ ada, open }) => {
  await uploadMany(await open('/healthz', ada), 1_000);
  const page = await open('/');
  const requests = recordRequests(page);
  await signIn(page, ada);
  await expect(page.getByText('200+ files')).toBeVisible();
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await page.waitForLoadState('networkidle');
  // The first page of each list. The replay of a first visit may cause each to be read once more.
  const pages = requests.all.map(({ pathname, search }) => pathname + search).filter((request) => request.includes('limit='));
  console.log(`  signing in with 1,000 files makes ${requests.all.length} requests, ${pages.length} of them for lists`);
  expect(requests.files().length).toBeLessThanOrEqual(2);
  expect(requests.files().every((search) => !search.has('cursor'))).toBe(true);
  expect(pages.length).toBeLessThanOrEqual(8);
  await expect(grid(page), 'the number of rows is not known yet').toHaveAttribute('aria-rowcount', '-1');

  const before = requests.files().length;
  await expect(async () => {
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await expect(row(page, 'file 00000.txt')).toBeInViewport({ timeout: 100 });
  }).toPass();
  await expect(page.getByText('1,000 files')).toBeVisible();
  await expect(grid(page)).toHaveAttribute('aria-rowcount', '1001');
  await expect(row(page, 'file 00000.txt')).toHaveAttribute('aria-rowindex', '1001');
  expect(requests.files().length - before, 'each page once').toBe(4);
});

test('a file that is not loaded is found by the server, with one request, and the list is as before', async ({ ada, open }) => {
  await uploadMany(await open('/healthz', ada), 1_000);
  const page = await open('/files', ada);
  await expect(page.getByText('200+ files')).toBeVisible();
  await page.waitForLoadState('networkidle');
  const requests = recordRequests(page);
  await page.getByLabel('Search your files').pressSequentially('FILE 00123');
  await expect(row(page, 'file 00123.txt')).toBeVisible();
  await expect(page.getByText('1 file matches')).toBeVisible();
  expect(requests.files().map((search) => search.get('query'))).toEqual(['FILE 00123']);
  await page.getByLabel('Search your files').fill('no such file');
  await expect(page.getByText('No files found')).toBeVisible();
  await page.getByRole('button', { name: 'Clear search' }).click();
  await expect(page.getByText('200+ files')).toBeVisible();
  expect(requests.files()).toHaveLength(2);
});

test('a long list is sorted by the server, and stays true to what happens', async ({ ada, open }) => {
  await uploadMany(await open('/healthz', ada), 300);
  const page = await open('/files', ada);
  await page.getByRole('button', { name: 'Name', exact: true }).click();
  await expect(page.getByRole('row').nth(1)).toContainText('file 00000.txt');
  await expect(page.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'ascending');
  await page.waitForLoadState('networkidle');
  const requests = recordRequests(page);

  const early = await ada.client.files.upload('x', { filename: 'FILE 00001 b.txt' });
  await ada.client.files.upload('x', { filename: 'zebra.txt' });
  await expect(row(page, 'FILE 00001 b.txt')).toBeVisible(soon);
  expect((await names(page)).slice(0, 4)).toEqual(['file 00000.txt', 'FILE 00001 b.txt', 'file 00001.txt', 'file 00002.txt']);
  await ada.client.files.remove(early.id);
  await expect(row(page, 'FILE 00001 b.txt')).toBeHidden(soon);

  await page.getByRole('button', { name: 'More actions for file 00002.txt' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByLabel('New name').fill('yak.txt');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  expect((await names(page)).slice(0, 3), 'after the loaded part').toEqual(['file 00000.txt', 'file 00001.txt', 'file 00003.txt']);
  expect(requests.files()).toHaveLength(0);

  await page.getByRole('row').nth(1).focus();
  await expect(async () => {
    await page.keyboard.press('End');
    await expect(row(page, 'zebra.txt')).toBeFocused({ timeout: 100 });
  }).toPass();
  expect((await names(page)).slice(-2)).toEqual(['yak.txt', 'zebra.txt']);
  await expect(page.getByText('301 files')).toBeVisible();
});

test('what happens to a long list while the network is away is there when it is back', async ({ ada, open }) => {
  await uploadMany(await open('/healthz', ada), 300);
  const page = await open('/files', ada);
  await expect(row(page, 'file 00299.txt')).toBeVisible();
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await page.context().setOffline(true);
  await expect(page.getByText('Connection to the server lost.')).toBeVisible();
  await page.getByLabel('Search your files').fill('file 00001');
  await expect(page.getByText('Your files could not be loaded.')).toBeVisible();
  await expect(page.getByLabel('Search your files')).toBeFocused();
  await ada.client.files.upload('x', { filename: 'new.txt' });
  const newest = (await collectAll(ada.client.files.list({ query: 'file 00299' })))[0]!;
  await ada.client.files.remove(newest.id);
  await page.context().setOffline(false);
  await expect(row(page, 'file 00001.txt'), 'the search is repeated').toBeVisible({ timeout: 20_000 });
  await page.getByLabel('Search your files').fill('');
  await expect(row(page, 'new.txt')).toBeVisible();
  await expect(row(page, 'file 00299.txt')).toBeHidden();
});

test('hundreds of links: the oldest is reached, and the counts are right', async ({ ada, open }) => {
  const [first, ...others] = await Promise.all(['first.txt', 'second.txt'].map((filename) => ada.client.files.upload('x', { filename })));
  await ada.client.shares.create({ file_id: first!.id, max_downloads: 7 });
  for (let n = 0; n < 220; ++n) await ada.client.shares.create({ file_id: others[0]!.id });
  const page = await open('/files', ada);
  await expect(page.getByText('220 links').first(), 'links are read as far as the files shown need').toBeVisible();
  await expect(page.getByText('1 link', { exact: true })).toBeVisible();
  await page.goto('/shares');
  await expect(page.getByRole('tab', { name: 'Active' })).toHaveText(/200\+/);
  await expect(async () => {
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await expect(page.getByText('of 7')).toBeInViewport({ timeout: 100 });
  }).toPass();
  await expect(page.getByRole('tab', { name: 'Active' })).toHaveText(/221/);
});
