import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { all } from '../support/list';
import { Proxy } from '../support/proxy';
import { Server, type Person } from '../support/server';
import { expect, openWindow, test, type Page } from '../support/test';

/** A server with a user and a file, and a way to cut the connection to it. */
interface Place {
  server: Server;
  ada: Person;
  open: (path: string, person?: Person) => Promise<Page>;
  break: () => Promise<void>;
  mend: () => Promise<void>;
}

const back = { timeout: 30_000 };
const content = randomBytes(3_000_000);
const sum = createHash('sha256').update(content).digest('hex');

async function signedIn({ server, ada }: Place) {
  const client = server.client();
  await client.auth.login({ username: ada.name, password: ada.password });
  return client;
}

async function openFiles(place: Place) {
  const page = await place.open('/files', place.ada);
  await expect(page.getByRole('row', { name: 'letter.txt' })).toBeVisible();
  return page;
}

async function choose(page: Page, button: string) {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button, exact: true }).click();
  await (await chooser).setFiles({ name: 'holiday.bin', mimeType: 'application/octet-stream', buffer: content });
}

async function expectHoliday(place: Place) {
  const files = await all((await signedIn(place)).files.list());
  expect(files.find(({ filename }) => filename === 'holiday.bin')?.sha256).toBe(sum);
}

const unreachable = (page: Page) => page.getByText('The server cannot be reached').or(page.getByText('The server cannot do this right now')).first();

/** Matches the heading, or the placeholder of a part not prefetched before the connection was lost. */
const partOr = (heading: string) => new RegExp(`^(Waiting for the connection|${heading})$`);

/** Each flow uses one part of the page and loses the server midway. */
const flows: Record<string, (place: Place) => Promise<void>> = {
  async 'before I share a file'(place) {
    const page = await openFiles(place);
    await place.break();
    await page.getByRole('button', { name: 'Share letter.txt' }).click();
    const dialog = page.getByRole('dialog', { name: 'Share letter.txt' });
    await expect(dialog).toBeVisible();
    await place.mend();
    await dialog.getByRole('button', { name: 'Create the link' }).click(back);
    await expect(page.getByRole('heading', { name: 'The link is ready' })).toBeVisible();
  },

  async 'while I say who may have it'(place) {
    const page = await openFiles(place);
    await page.getByRole('button', { name: 'Share letter.txt' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Downloads').fill('7');
    await dialog.getByLabel('Password').fill('open sesame');
    await dialog.getByLabel('The link ends').selectOption('In a day');
    await place.break();
    await dialog.getByRole('button', { name: 'Create the link' }).click();
    await expect(unreachable(page)).toBeVisible();
    await expect(dialog.getByLabel('Downloads')).toHaveValue('7');
    await expect(dialog.getByLabel('Password')).toHaveValue('open sesame');
    await place.mend();
    await dialog.getByRole('button', { name: 'Create the link' }).click();
    await expect(page.getByRole('heading', { name: 'The link is ready' })).toBeVisible(back);
    const [share] = await all((await signedIn(place)).shares.list());
    expect([share!.max_downloads, share!.has_password]).toEqual([7, true]);
  },

  async 'before I look at my links'(place) {
    const page = await openFiles(place);
    await place.break();
    await page.getByRole('link', { name: 'Shares' }).click();
    await expect(page.getByRole('heading', { name: partOr('Shares') })).toBeVisible();
    await place.mend();
    await expect(page.getByText('You share nothing yet')).toBeVisible(back);
  },

  async 'before I choose a file'(place) {
    const page = await openFiles(place);
    await place.break();
    await choose(page, 'Upload');
    await expect(page.getByText(/waits for the connection/i).first()).toBeVisible();
    await place.mend();
    await expect(page.getByRole('row', { name: 'holiday.bin' })).toBeVisible(back);
    await expectHoliday(place);
  },

  async 'while an upload is held'(place) {
    const page = await openFiles(place);
    const session = await page.context().newCDPSession(page);
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 400_000 });
    await choose(page, 'Upload');
    await page.getByRole('button', { name: 'Pause holiday.bin' }).click();
    await expect(page.getByText(/^Paused/)).toBeVisible();
    await session.detach();
    await place.break();
    await page.getByRole('link', { name: 'Shares' }).click();
    await expect(page.getByRole('heading', { name: partOr('Shares') })).toBeVisible();
    await expect(page.getByText(/^Paused/)).toBeVisible();
    await place.mend();
    await expect(page.getByText('You share nothing yet')).toBeVisible(back);
    await page.getByRole('button', { name: 'Resume holiday.bin' }).click();
    await expect(page.getByText('1 file uploaded').first()).toBeVisible(back);
    await expectHoliday(place);
  },

  async 'while I rename a file'(place) {
    const page = await openFiles(place);
    await page.getByRole('button', { name: 'More for letter.txt' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByLabel('New name').fill('a long and well chosen name.txt');
    await place.break();
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await expect(unreachable(page)).toBeVisible();
    await expect(page.getByLabel('New name')).toHaveValue('a long and well chosen name.txt');
    await place.mend();
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await expect(page.getByRole('row', { name: 'a long and well chosen name.txt' })).toBeVisible(back);
  },

  async 'before a file is deleted'(place) {
    const page = await openFiles(place);
    await place.break();
    await page.getByRole('button', { name: 'More for letter.txt' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await expect(page.getByText('letter.txt is deleted when the server can be reached.')).toBeVisible(back);
    await place.mend();
    await expect(page.getByText('letter.txt is deleted when the server can be reached.')).toBeHidden(back);
    expect(await all((await signedIn(place)).files.list())).toEqual([]);
  },

  async 'while I change a link'(place) {
    const [file] = await all(place.ada.client.files.list());
    const share = await place.ada.client.shares.create({ file_id: file!.id });
    const page = await place.open('/shares', place.ada);
    await page.getByRole('button', { name: 'More for the link to letter.txt' }).click();
    await page.getByRole('menuitem', { name: 'Change' }).click();
    await page.getByLabel('Downloads').fill('12');
    await page.getByLabel('Password').fill('open sesame');
    await place.break();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(unreachable(page)).toBeVisible();
    await expect(page.getByLabel('Password')).toHaveValue('open sesame');
    await place.mend();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('dialog')).toBeHidden(back);
    const changed = await (await signedIn(place)).shares.get(share.share_id);
    expect([changed.max_downloads, changed.has_password]).toEqual([12, true]);
  },

  async 'while I sign in'(place) {
    const page = await place.open('/signin');
    await page.getByLabel('Username').fill(place.ada.name);
    await page.getByLabel('Password', { exact: true }).fill(place.ada.password);
    await place.break();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(unreachable(page)).toBeVisible();
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue(place.ada.password);
    await place.mend();
    await expect(async () => {
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('row', { name: 'letter.txt' })).toBeVisible({ timeout: 2_000 });
    }).toPass(back);
  },

  async 'while I write a notice and set a quota'(place) {
    const page = await place.open('/admin', await place.server.admin());
    await page.getByRole('button', { name: 'More about ada' }).click();
    await page.getByRole('menuitem', { name: 'Set the quota' }).click();
    await page.getByLabel('Room for files, in gigabytes').fill('2.5');
    await place.break();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(unreachable(page)).toBeVisible();
    await expect(page.getByLabel('Room for files, in gigabytes')).toHaveValue('2.5');
    await place.mend();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('of 2.5 GB used')).toBeVisible(back);
    await page.getByRole('tab', { name: 'Notice' }).click();
    await page.getByRole('textbox', { name: 'Message' }).fill('Backups run at three.');
    await place.break();
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(unreachable(page)).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('Backups run at three.');
    await place.mend();
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(page.getByText('The notice is on its way.').last()).toBeVisible(back);
  },

  async 'while I enter the password of a link'(place) {
    const [file] = await all(place.ada.client.files.list());
    const { share_token } = await place.ada.client.shares.create({ file_id: file!.id, password: 'open sesame' });
    const page = await place.open(`/s/${share_token}`);
    await page.getByLabel('Password').fill('open sesame');
    await place.break();
    await page.getByRole('button', { name: 'Open' }).click();
    await expect(page.getByText('That did not work. Check your connection and try again.')).toBeVisible();
    await expect(page.getByLabel('Password')).toHaveValue('open sesame');
    await place.mend();
    await page.getByRole('button', { name: 'Open' }).click();
    await expect(page.getByRole('heading', { name: 'letter.txt' })).toBeVisible(back);
  },

  async 'while a download runs'(place) {
    // More than fits into the buffers on the path.
    const film = randomBytes(40_000_000);
    const file = await place.ada.client.files.upload(film, { filename: 'film.bin' });
    const { share_token } = await place.ada.client.shares.create({ file_id: file.id });
    const page = await place.open(`/s/${share_token}`);
    const session = await page.context().newCDPSession(page);
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: 5_000_000, uploadThroughput: -1 });
    const saved = page.waitForEvent('download', { timeout: 50_000 });
    await page.getByRole('link', { name: 'Download' }).click();
    const progress = page.getByRole('progressbar');
    await expect.poll(async () => Number(await progress.getAttribute('aria-valuenow'))).toBeGreaterThan(10);
    await place.break();
    await expect(page.getByText('Waits for the connection and goes on by itself.')).toBeVisible(back);
    await session.detach();
    await place.mend();
    const path = await (await saved).path();
    expect(readFileSync(path).equals(film)).toBe(true);
  },
};

const ways = ['the browser is offline', 'the server is killed', 'a proxy answers 502'] as const;

for (const way of ways) {
  test.describe(way, () => {
    for (const [name, flow] of Object.entries(flows)) {
      test(name, async ({ browser }) => {
        test.setTimeout(90_000);
        const proxy = new Proxy();
        await proxy.listen();
        const server = await Server.start(way === 'a proxy answers 502' ? { 'server.public_url': proxy.url } : {});
        proxy.target = Number(new URL(server.url).port);
        const url = way === 'a proxy answers 502' ? proxy.url : server.url;
        const ada = await server.person('ada');
        await ada.client.files.upload('Dear Ben', { filename: 'letter.txt', contentType: 'text/plain' });
        const pages: Page[] = [];
        const reloads: string[] = [];
        await flow({
          server,
          ada,
          async open(path, person) {
            const page = await openWindow(browser, { url } as Server, path, person);
            page.on('framenavigated', (frame) => frame === page.mainFrame() && reloads.push(frame.url()));
            page.on('domcontentloaded', () => reloads.push('the page was loaded again'));
            pages.push(page);
            return page;
          },
          async break() {
            if (way === 'the browser is offline') for (const page of pages) await page.context().setOffline(true);
            else if (way === 'the server is killed') await server.kill();
            else proxy.break();
          },
          async mend() {
            if (way === 'the browser is offline') for (const page of pages) await page.context().setOffline(false);
            else if (way === 'the server is killed') await server.start();
            else proxy.mend();
          },
        });
        expect(reloads.filter((what) => what.includes('again') || what.startsWith('chrome-error'))).toEqual([]);
        for (const page of pages) await page.context().close();
        await server.remove();
        proxy.close();
      });
    }
  });
}

test('without a network for a second it says so', async ({ ada, open }) => {
  const page = await open('/files', ada);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await page.context().setOffline(true);
  await expect(page.getByText('The connection to the server is lost.')).toBeVisible({ timeout: 1_000 });
  await expect(page.getByText('Live', { exact: true })).toBeHidden();
  await page.context().setOffline(false);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
});

test('what was fetched in an idle moment opens without a network', async ({ ada, open }) => {
  await ada.client.files.upload('Dear Ben', { filename: 'letter.txt' });
  const page = await open('/files', ada);
  const parts = ['share-dialog', 'rename-dialog', 'shares', 'received', 'people', 'activity', 'panel', 'browser'];
  const seen = new Set<string>();
  const missing = () => parts.filter((part) => ![...seen].some((url) => url.includes(`/assets/${part}-`)));
  page.on('request', (request) => seen.add(request.url()));
  await expect.poll(missing, { timeout: 20_000 }).toEqual([]);
  await page.waitForLoadState('networkidle');
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Share letter.txt' }).click();
  await expect(page.getByRole('button', { name: 'Create the link' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Shares' }).click();
  await expect(page.getByRole('heading', { name: 'Shares', exact: true })).toBeVisible();
});

for (const [how, answer] of [
  ['is refused', null],
  ['is a 502', { status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }],
  ['is a page of a proxy', { status: 200, contentType: 'text/html', body: '<h1>Sign in to the network</h1>' }],
] as const) {
  test(`a part whose script ${how} comes when it can, with its style`, async ({ ada, open }) => {
    await ada.client.files.upload('Dear Ben', { filename: 'letter.txt' });
    const page = await open('/healthz', ada);
    let broken = true;
    await page.route(/assets\/(share-dialog|shares|panel|browser)-/, (route) => {
      if (!broken) return route.continue();
      return answer ? route.fulfill(answer) : route.abort();
    });
    await page.goto('/files');
    await page.getByRole('button', { name: 'Share letter.txt' }).click();
    const dialog = page.getByRole('dialog', { name: 'Share letter.txt' });
    await expect(dialog).toContainText('Waiting for the connection');
    broken = false;
    await expect(dialog.getByRole('button', { name: 'Create the link' })).toBeVisible(back);
    await expect(dialog.locator('.limits')).toHaveCSS('display', 'grid');
    await dialog.getByRole('button', { name: 'Create the link' }).click();
    await expect(page.getByRole('heading', { name: 'The link is ready' })).toBeVisible();
  });
}
