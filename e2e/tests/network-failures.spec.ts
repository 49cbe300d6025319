import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { collectAll } from '../support/collect-all';
import { ReverseProxy } from '../support/proxy';
import { Server, type Person } from '../support/server';
import { expect, openWindow, test, type Page } from '../support/test';

/** A server with a user and a file, and a way to cut the connection to it. */
interface Environment {
  server: Server;
  ada: Person;
  open: (path: string, person?: Person) => Promise<Page>;
  disconnect: () => Promise<void>;
  reconnect: () => Promise<void>;
}

const recovered = { timeout: 30_000 };
const content = randomBytes(3_000_000);
const sum = createHash('sha256').update(content).digest('hex');

async function signInClient({ server, ada }: Environment) {
  const client = server.client();
  await client.auth.login({ username: ada.name, password: ada.password });
  return client;
}

async function openFiles(environment: Environment) {
  const page = await environment.open('/files', environment.ada);
  await expect(page.getByRole('row', { name: 'letter.txt' })).toBeVisible();
  return page;
}

async function chooseFile(page: Page, button: string) {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button, exact: true }).click();
  await (await chooser).setFiles({ name: 'holiday.bin', mimeType: 'application/octet-stream', buffer: content });
}

async function expectUploaded(environment: Environment) {
  const files = await collectAll((await signInClient(environment)).files.list());
  expect(files.find(({ filename }) => filename === 'holiday.bin')?.sha256).toBe(sum);
}

const unreachable = (page: Page) => page.getByText('The server cannot be reached').or(page.getByText('The server is temporarily unavailable')).first();

/** Matches the heading, or the placeholder of a part not prefetched before the connection was lost. */
const headingOrPlaceholder = (heading: string) => new RegExp(`^(Waiting for the connection|${heading})$`);

/** Each flow uses one part of the page and loses the server midway. */
const flows: Record<string, (environment: Environment) => Promise<void>> = {
  async 'before I share a file'(environment) {
    const page = await openFiles(environment);
    await environment.disconnect();
    await page.getByRole('button', { name: 'Share letter.txt' }).click();
    const dialog = page.getByRole('dialog', { name: 'Share letter.txt' });
    await expect(dialog).toBeVisible();
    await environment.reconnect();
    await dialog.getByRole('button', { name: 'Create link' }).click(recovered);
    await expect(page.getByRole('heading', { name: 'Link created' })).toBeVisible();
  },

  async 'while I say who may have it'(environment) {
    const page = await openFiles(environment);
    await page.getByRole('button', { name: 'Share letter.txt' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Download limit').fill('7');
    await dialog.getByLabel('Password').fill('open sesame');
    await dialog.getByLabel('Expires').selectOption('In a day');
    await environment.disconnect();
    await dialog.getByRole('button', { name: 'Create link' }).click();
    await expect(unreachable(page)).toBeVisible();
    await expect(dialog.getByLabel('Download limit')).toHaveValue('7');
    await expect(dialog.getByLabel('Password')).toHaveValue('open sesame');
    await environment.reconnect();
    await dialog.getByRole('button', { name: 'Create link' }).click();
    await expect(page.getByRole('heading', { name: 'Link created' })).toBeVisible(recovered);
    const [share] = await collectAll((await signInClient(environment)).shares.list());
    expect([share!.max_downloads, share!.has_password]).toEqual([7, true]);
  },

  async 'before I look at my links'(environment) {
    const page = await openFiles(environment);
    await environment.disconnect();
    await page.getByRole('link', { name: 'Shares' }).click();
    await expect(page.getByRole('heading', { name: headingOrPlaceholder('Shares') })).toBeVisible();
    await environment.reconnect();
    await expect(page.getByText('No links yet')).toBeVisible(recovered);
  },

  async 'before I choose a file'(environment) {
    const page = await openFiles(environment);
    await environment.disconnect();
    await chooseFile(page, 'Upload');
    await expect(page.getByText(/waiting for the connection/i).first()).toBeVisible();
    await environment.reconnect();
    await expect(page.getByRole('row', { name: 'holiday.bin' })).toBeVisible(recovered);
    await expectUploaded(environment);
  },

  async 'while an upload is held'(environment) {
    const page = await openFiles(environment);
    const session = await page.context().newCDPSession(page);
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 400_000 });
    await chooseFile(page, 'Upload');
    await page.getByRole('button', { name: 'Pause holiday.bin' }).click();
    await expect(page.getByText(/^Paused/)).toBeVisible();
    await session.detach();
    await environment.disconnect();
    await page.getByRole('link', { name: 'Shares' }).click();
    await expect(page.getByRole('heading', { name: headingOrPlaceholder('Shares') })).toBeVisible();
    await expect(page.getByText(/^Paused/)).toBeVisible();
    await environment.reconnect();
    await expect(page.getByText('No links yet')).toBeVisible(recovered);
    await page.getByRole('button', { name: 'Resume holiday.bin' }).click();
    await expect(page.getByText('1 file uploaded').first()).toBeVisible(recovered);
    await expectUploaded(environment);
  },

  async 'while I rename a file'(environment) {
    const page = await openFiles(environment);
    await page.getByRole('button', { name: 'More actions for letter.txt' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByLabel('New name').fill('a long and well chosen name.txt');
    await environment.disconnect();
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await expect(unreachable(page)).toBeVisible();
    await expect(page.getByLabel('New name')).toHaveValue('a long and well chosen name.txt');
    await environment.reconnect();
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await expect(page.getByRole('row', { name: 'a long and well chosen name.txt' })).toBeVisible(recovered);
  },

  async 'before a file is deleted'(environment) {
    const page = await openFiles(environment);
    await environment.disconnect();
    await page.getByRole('button', { name: 'More actions for letter.txt' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await expect(page.getByText('letter.txt will be deleted when the server can be reached.')).toBeVisible(recovered);
    await environment.reconnect();
    await expect(page.getByText('letter.txt will be deleted when the server can be reached.')).toBeHidden(recovered);
    expect(await collectAll((await signInClient(environment)).files.list())).toEqual([]);
  },

  async 'while I change a link'(environment) {
    const [file] = await collectAll(environment.ada.client.files.list());
    const share = await environment.ada.client.shares.create({ file_id: file!.id });
    const page = await environment.open('/shares', environment.ada);
    await page.getByRole('button', { name: 'More actions for the link to letter.txt' }).click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await page.getByLabel('Download limit').fill('12');
    await page.getByLabel('Password').fill('open sesame');
    await environment.disconnect();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(unreachable(page)).toBeVisible();
    await expect(page.getByLabel('Password')).toHaveValue('open sesame');
    await environment.reconnect();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('dialog')).toBeHidden(recovered);
    const changed = await (await signInClient(environment)).shares.get(share.share_id);
    expect([changed.max_downloads, changed.has_password]).toEqual([12, true]);
  },

  async 'while I sign in'(environment) {
    const page = await environment.open('/signin');
    await page.getByLabel('Username').fill(environment.ada.name);
    await page.getByLabel('Password', { exact: true }).fill(environment.ada.password);
    await environment.disconnect();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(unreachable(page)).toBeVisible();
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue(environment.ada.password);
    await environment.reconnect();
    await expect(async () => {
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('row', { name: 'letter.txt' })).toBeVisible({ timeout: 2_000 });
    }).toPass(recovered);
  },

  async 'while I write a notice and set a quota'(environment) {
    const page = await environment.open('/admin', await environment.server.admin());
    await page.getByRole('button', { name: 'More actions for ada' }).click();
    await page.getByRole('menuitem', { name: 'Set quota' }).click();
    await page.getByLabel('Storage quota in gigabytes').fill('2.5');
    await environment.disconnect();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(unreachable(page)).toBeVisible();
    await expect(page.getByLabel('Storage quota in gigabytes')).toHaveValue('2.5');
    await environment.reconnect();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('of 2.5 GB used')).toBeVisible(recovered);
    await page.getByRole('tab', { name: 'Notice' }).click();
    await page.getByRole('textbox', { name: 'Message' }).fill('Backups run at three.');
    await environment.disconnect();
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(unreachable(page)).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('Backups run at three.');
    await environment.reconnect();
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(page.getByText('Notice sent.').last()).toBeVisible(recovered);
  },

  async 'while I enter the password of a link'(environment) {
    const [file] = await collectAll(environment.ada.client.files.list());
    const { share_token } = await environment.ada.client.shares.create({ file_id: file!.id, password: 'open sesame' });
    const page = await environment.open(`/s/${share_token}`);
    await page.getByLabel('Password').fill('open sesame');
    await environment.disconnect();
    await page.getByRole('button', { name: 'Open' }).click();
    await expect(page.getByText('The request failed. Check your connection and try again.')).toBeVisible();
    await expect(page.getByLabel('Password')).toHaveValue('open sesame');
    await environment.reconnect();
    await page.getByRole('button', { name: 'Open' }).click();
    await expect(page.getByRole('heading', { name: 'letter.txt' })).toBeVisible(recovered);
  },

  async 'while a download runs'(environment) {
    // More than fits into the buffers on the path.
    const film = randomBytes(40_000_000);
    const file = await environment.ada.client.files.upload(film, { filename: 'film.bin' });
    const { share_token } = await environment.ada.client.shares.create({ file_id: file.id });
    const page = await environment.open(`/s/${share_token}`);
    const session = await page.context().newCDPSession(page);
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: 5_000_000, uploadThroughput: -1 });
    const saved = page.waitForEvent('download', { timeout: 50_000 });
    await page.getByRole('link', { name: 'Download' }).click();
    const progress = page.getByRole('progressbar');
    await expect.poll(async () => Number(await progress.getAttribute('aria-valuenow'))).toBeGreaterThan(10);
    await environment.disconnect();
    await expect(page.getByText('Waiting for the connection. The download resumes automatically.')).toBeVisible(recovered);
    await session.detach();
    await environment.reconnect();
    const path = await (await saved).path();
    expect(readFileSync(path).equals(film)).toBe(true);
  },
};

const outages = ['the browser is offline', 'the server is killed', 'a proxy answers 502'] as const;

for (const outage of outages) {
  test.describe(outage, () => {
    for (const [name, flow] of Object.entries(flows)) {
      test(name, async ({ browser }) => {
        test.setTimeout(90_000);
        const proxy = new ReverseProxy();
        await proxy.listen();
        const server = await Server.start(outage === 'a proxy answers 502' ? { 'server.public_url': proxy.url } : {});
        proxy.target = Number(new URL(server.url).port);
        const url = outage === 'a proxy answers 502' ? proxy.url : server.url;
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
          async disconnect() {
            if (outage === 'the browser is offline') for (const page of pages) await page.context().setOffline(true);
            else if (outage === 'the server is killed') await server.kill();
            else proxy.break();
          },
          async reconnect() {
            if (outage === 'the browser is offline') for (const page of pages) await page.context().setOffline(false);
            else if (outage === 'the server is killed') await server.start();
            else proxy.restore();
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
  await expect(page.getByText('Connection to the server lost.')).toBeVisible({ timeout: 1_000 });
  await expect(page.getByText('Live', { exact: true })).toBeHidden();
  await page.context().setOffline(false);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
});

test('what was fetched in an idle moment opens without a network', async ({ ada, open }) => {
  await ada.client.files.upload('Dear Ben', { filename: 'letter.txt' });
  const page = await open('/healthz', ada);
  const parts = ['share-dialog', 'rename-dialog', 'shares', 'received', 'people', 'activity', 'panel', 'browser'];
  const requested = new Set<string>();
  const missing = () => parts.filter((part) => ![...requested].some((url) => url.includes(`/assets/${part}-`)));
  page.on('request', (request) => requested.add(request.url()));
  await page.goto('/files');
  await expect.poll(missing, { timeout: 20_000 }).toEqual([]);
  await page.waitForLoadState('networkidle');
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Share letter.txt' }).click();
  await expect(page.getByRole('button', { name: 'Create link' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Shares' }).click();
  await expect(page.getByRole('heading', { name: 'Shares', exact: true })).toBeVisible();
});

for (const [failure, response] of [
  ['is refused', null],
  ['is a 502', { status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }],
  ['is a page of a proxy', { status: 200, contentType: 'text/html', body: '<h1>Sign in to the network</h1>' }],
] as const) {
  test(`a part whose script ${failure} comes when it can, with its style`, async ({ ada, open }) => {
    await ada.client.files.upload('Dear Ben', { filename: 'letter.txt' });
    const page = await open('/healthz', ada);
    let broken = true;
    await page.route(/assets\/(share-dialog|shares|panel|browser)-/, (route) => {
      if (!broken) return route.continue();
      return response ? route.fulfill(response) : route.abort();
    });
    await page.goto('/files');
    await page.getByRole('button', { name: 'Share letter.txt' }).click();
    const dialog = page.getByRole('dialog', { name: 'Share letter.txt' });
    await expect(dialog).toContainText('Waiting for the connection');
    broken = false;
    await expect(dialog.getByRole('button', { name: 'Create link' })).toBeVisible(recovered);
    await expect(dialog.locator('.limits')).toHaveCSS('display', 'grid');
    await dialog.getByRole('button', { name: 'Create link' }).click();
    await expect(page.getByRole('heading', { name: 'Link created' })).toBeVisible();
  });
}
