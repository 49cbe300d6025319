import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { collectAll } from '../support/collect-all';
import { expect, test, type Page } from '../support/test';

const soon = { timeout: 1_000 };

const row = (page: Page, name: string) => page.getByRole('row', { name });
const names = (page: Page) => page.locator('.file-list .file-name .name').allInnerTexts();

let folder: string;

test.beforeAll(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'kingshare-folder-')), 'holiday');
  mkdirSync(path.join(folder, 'beach', 'second day'), { recursive: true });
  writeFileSync(path.join(folder, 'list.txt'), 'towels');
  writeFileSync(path.join(folder, 'beach', 'sand.txt'), 'sand');
  writeFileSync(path.join(folder, 'beach', 'second day', 'sea.txt'), 'sea');
});
test.afterAll(() => rmSync(path.dirname(folder), { recursive: true }));

/** Drops files from the disk, as the operating system does. */
async function drop(page: Page, ...files: string[]) {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await session.send('Input.dispatchDragEvent', { type, x: 640, y: 400, data });
}

test('a folder is dropped, and all that lies in it is uploaded', async ({ ada, open }) => {
  const page = await open('/files', ada);
  await expect(page.getByText('Drop your first file here')).toBeVisible();
  await drop(page, folder);
  for (const name of ['list.txt', 'sand.txt', 'sea.txt']) await expect(row(page, name)).toBeVisible();
  await expect(page.getByRole('heading', { name: '3 files uploaded' })).toBeVisible();
});

test('a folder is chosen', async ({ ada, open }) => {
  await ada.client.files.upload('x', { filename: 'letter.txt' });
  const page = await open('/files', ada);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Upload folder' }).click();
  await (await chooser).setFiles(folder);
  for (const name of ['list.txt', 'sand.txt', 'sea.txt']) await expect(row(page, name)).toBeVisible();
});

test('I search and sort', async ({ ada, open }) => {
  for (const [filename, size] of [
    ['b 10.txt', 2_000],
    ['a.txt', 30],
    ['b 9.txt', 500],
  ] as const) {
    await ada.client.files.upload(Buffer.alloc(size), { filename });
  }
  const page = await open('/files', ada);
  await expect(row(page, 'a.txt')).toBeVisible();
  expect(await names(page), 'the newest first').toEqual(['b 9.txt', 'a.txt', 'b 10.txt']);
  await page.getByRole('button', { name: 'Name', exact: true }).click();
  expect(await names(page), 'nine before ten').toEqual(['a.txt', 'b 9.txt', 'b 10.txt']);
  await page.getByRole('button', { name: 'Size', exact: true }).click();
  expect(await names(page)).toEqual(['b 10.txt', 'b 9.txt', 'a.txt']);
  await expect(page.getByRole('columnheader', { name: 'Size' })).toHaveAttribute('aria-sort', 'descending');

  await page.getByLabel('Search your files').fill('B ');
  await expect(page.getByText('2 files match')).toBeVisible();
  expect(await names(page)).toEqual(['b 10.txt', 'b 9.txt']);
  await page.getByLabel('Search your files').fill('c');
  await expect(page.getByText('No files found')).toBeVisible();
  await page.getByRole('button', { name: 'Clear search' }).click();
  await expect(page.getByText('3 files', { exact: true })).toBeVisible();
});

test('several at once: one ZIP, then deleted, and the deletion undone', async ({ ada, open }) => {
  for (const word of ['one', 'two', 'three', 'four']) await ada.client.files.upload(`the ${word}`, { filename: `${word}.txt` });
  const page = await open('/files', ada);
  await page.getByLabel('Select four.txt').check();
  await page.getByLabel('Select two.txt').click({ modifiers: ['Shift'] });
  await expect(page.getByText('3 files selected')).toBeVisible();

  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download as ZIP' }).click();
  expect((await saved).suggestedFilename()).toMatch(/\.zip$/);
  const zip = readFileSync(await (await saved).path()).toString('latin1');
  for (const word of ['four', 'three', 'two']) expect(zip).toMatch(new RegExp(`${word}\\.txt[^]+the ${word}`));
  expect(zip).not.toContain('the one');

  await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('1 file', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('4 files', { exact: true })).toBeVisible();
  expect(await collectAll(ada.client.files.list())).toHaveLength(4);
});

test('a new name and a deletion are seen in my other window within a second', async ({ ada, open }) => {
  await ada.client.files.upload('x', { filename: 'a.txt' });
  const first = await open('/files', ada);
  const second = await first.context().newPage();
  await second.goto('/files');
  await expect(row(second, 'a.txt')).toBeVisible();

  await first.getByRole('button', { name: 'More actions for a.txt' }).click();
  await first.getByRole('menuitem', { name: 'Rename' }).click();
  await first.getByLabel('New name').fill('b.txt');
  await first.getByRole('button', { name: 'Rename' }).click();
  await expect(row(first, 'b.txt')).toBeVisible();
  await expect(row(second, 'b.txt')).toBeVisible(soon);

  const remove = async () => {
    await first.getByRole('button', { name: 'More actions for b.txt' }).click();
    await first.getByRole('menuitem', { name: 'Delete' }).click();
    await expect(row(first, 'b.txt')).toBeHidden();
    await expect(row(second, 'b.txt')).toBeHidden(soon);
  };
  await remove();
  await first.getByRole('button', { name: 'Undo' }).click();
  await expect(row(second, 'b.txt')).toBeVisible(soon);
  await remove();
  await first.close();
  await expect.poll(async () => (await collectAll(ada.client.files.list())).length, 'closing the window settles it').toBe(0);
  await expect(second.getByText('Drop your first file here')).toBeVisible(soon);
});
