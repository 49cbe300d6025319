import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { collectAll } from '../support/collect-all';
import type { Server, Person } from '../support/server';
import { expect, openWindow, test, type Page } from '../support/test';

const size = 24_000_000;
let folder: string;
let file: string;
let sum: string;

test.beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kingshare-upload-'));
  file = path.join(folder, 'holiday.bin');
  const content = Buffer.alloc(size);
  for (let i = 0; i < size; i += 4) content.writeUInt32LE((i * 2654435761) >>> 0, i);
  writeFileSync(file, content);
  sum = createHash('sha256').update(content).digest('hex');
});
test.afterAll(() => rmSync(folder, { recursive: true }));

/** Throttles the network so that the file takes six seconds. */
async function throttle(page: Page) {
  const session = await page.context().newCDPSession(page);
  const conditions = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: size / 6 };
  await session.send('Network.emulateNetworkConditions', conditions);
}

async function chooseFile(page: Page, button: string) {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button, exact: true }).click();
  await (await chooser).setFiles(file);
}

const progress = (page: Page) => page.getByRole('progressbar', { name: 'Progress of holiday.bin' });
const percent = async (page: Page) =>
  Number(
    await progress(page)
      .getAttribute('aria-valuenow', { timeout: 500 })
      .catch(() => 0),
  );

async function expectComplete(server: Server, ada: Person) {
  const client = server.client();
  await client.auth.login({ username: ada.name, password: ada.password });
  const files = await collectAll(client.files.list());
  expect(files.map(({ filename, sha256 }) => [filename, sha256])).toEqual([['holiday.bin', sum]]);
}

test('when the server is killed in the middle and comes back', async ({ browser, start }) => {
  const server = await start();
  const ada = await server.person('ada');
  const page = await openWindow(browser, server, '/files', ada);
  await throttle(page);
  await chooseFile(page, 'Choose files');
  await expect.poll(() => percent(page)).toBeGreaterThan(20);
  await server.kill();
  await expect(page.getByText('Connection to the server lost.')).toBeVisible();
  const percentReached = await percent(page);
  await server.start();
  await expect(page.getByRole('row', { name: 'holiday.bin' })).toBeVisible({ timeout: 40_000 });
  console.log(`  killed at about ${percentReached} %`);
  await expectComplete(server, ada);
  await page.context().close();
});

test('when I reload the page and choose the file again', async ({ browser, start }) => {
  const server = await start();
  const ada = await server.person('ada');
  const page = await openWindow(browser, server, '/files', ada);
  await throttle(page);
  await chooseFile(page, 'Choose files');
  await expect.poll(() => percent(page)).toBeGreaterThan(30);
  await page.reload();
  const offsets: number[] = [];
  page.on('request', (request) => {
    const offset = request.headers()['upload-offset'];
    if (request.method() === 'PATCH' && offset) offsets.push(Number(offset));
  });
  await chooseFile(page, 'Choose file');
  await expect(page.getByRole('row', { name: 'holiday.bin' })).toBeVisible({ timeout: 40_000 });
  expect(offsets[0], 'it goes on where it was').toBeGreaterThan(size * 0.1);
  await expectComplete(server, ada);
  await page.context().close();
});

test('when I hold it and let it go on', async ({ browser, start }) => {
  const server = await start();
  const ada = await server.person('ada');
  const page = await openWindow(browser, server, '/files', ada);
  await throttle(page);
  await chooseFile(page, 'Choose files');
  await expect.poll(() => percent(page)).toBeGreaterThan(10);
  await expect(page.getByText(/^[\d.]+ MB of 24 MB · [\d.]+ MB\/s · \d+ sec left$/)).toBeVisible();
  await page.getByRole('button', { name: 'Pause holiday.bin' }).click();
  await expect(page.getByText(/^Paused/)).toBeVisible();
  await page.getByRole('button', { name: 'Resume holiday.bin' }).click();
  await expect(page.getByRole('row', { name: 'holiday.bin' })).toBeVisible({ timeout: 40_000 });
  await expectComplete(server, ada);
  await page.context().close();
});
