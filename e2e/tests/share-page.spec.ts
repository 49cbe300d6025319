import type { CreateShareRequest } from '@kingshare/client';
import { samplePdf, samplePng, sampleWav } from '../support/samples';
import type { Person } from '../support/server';
import { expect, test, type Page } from '../support/test';

const fast = { timeout: 1_500 };

async function share(owner: Person, filename: string, contentType: string, content: Buffer, limits: Partial<CreateShareRequest> = {}) {
  const file = await owner.client.files.upload(content, { filename, contentType });
  return owner.client.shares.create({ file_id: file.id, ...limits });
}

/** Records half a second of video in the browser. */
async function recordVideo(): Promise<string> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [160, 90];
  const brush = canvas.getContext('2d')!;
  const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: 'video/webm' });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const ended = new Promise((done) => (recorder.onstop = done));
  recorder.start();
  const began = performance.now();
  for (let now = began; now - began < 500; now = await new Promise<number>(requestAnimationFrame)) {
    brush.fillStyle = `hsl(${now} 60% 50%)`;
    brush.fillRect(0, 0, 160, 90);
  }
  recorder.stop();
  await ended;
  return btoa(String.fromCharCode(...new Uint8Array(await new Blob(parts).arrayBuffer())));
}

const preview = (page: Page) => page.getByRole('button', { name: 'Preview' }).click();

test.describe('I look at what is in it', () => {
  test('a picture', async ({ ada, open }) => {
    const { share_token } = await share(ada, 'hills.png', 'image/png', samplePng());
    const page = await open(`/s/${share_token}`);
    await preview(page);
    const image = page.getByRole('img', { name: 'Preview of hills.png' });
    await expect(image).toBeVisible();
    expect(await image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(900);
  });

  test('a text, as it is and never as a page', async ({ ada, open }) => {
    const { share_token } = await share(ada, 'page.html', 'text/html', Buffer.from('<script>document.title = "mine"</script><h1>Grüße</h1>'));
    const page = await open(`/s/${share_token}`);
    await preview(page);
    await expect(page.getByRole('region', { name: 'Preview of page.html' })).toContainText('<h1>Grüße</h1>');
    await expect(page).toHaveTitle('page.html · KingShare');
  });

  test('a drawing that would run a script, and does not', async ({ ada, open }) => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><script>parent.document.title = "mine"</script><rect width="200" height="100"/></svg>';
    const { share_token } = await share(ada, 'drawing.svg', 'image/svg+xml', Buffer.from(svg));
    const page = await open(`/s/${share_token}`);
    await preview(page);
    await expect(page.getByRole('img', { name: 'Preview of drawing.svg' })).toBeVisible();
    await expect(page).toHaveTitle('drawing.svg · KingShare');
  });

  test('a document', async ({ ada, open }) => {
    const { share_token } = await share(ada, 'letter.pdf', 'application/pdf', samplePdf('Dear reader'));
    const page = await open(`/s/${share_token}`);
    await preview(page);
    await expect(page.locator('iframe[title="Preview of letter.pdf"]')).toBeVisible();
  });

  test('a sound, which streams', async ({ ada, open }) => {
    const { share_token } = await share(ada, 'tone.wav', 'audio/wav', sampleWav());
    const page = await open(`/s/${share_token}`);
    await preview(page);
    const audio = page.locator('audio');
    await expect.poll(() => audio.evaluate((element: HTMLAudioElement) => element.duration)).toBeCloseTo(1, 1);
  });

  test('a film, which streams', async ({ ada, open }) => {
    const page = await open('/signin');
    const { share_token } = await share(ada, 'film.webm', 'video/webm', Buffer.from(await page.evaluate(recordVideo), 'base64'));
    await page.goto(`/s/${share_token}`);
    await preview(page);
    const video = page.locator('video');
    await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.videoWidth)).toBe(160);
  });

  test('and nothing where there is nothing to see', async ({ ada, open }) => {
    const { share_token } = await share(ada, 'things.zip', 'application/zip', Buffer.alloc(1000));
    const page = await open(`/s/${share_token}`);
    await expect(page.getByText('No preview available for this type of file.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Preview' })).toBeHidden();
  });
});

test('looking and then saving is one download', async ({ ada, open }) => {
  const created = await share(ada, 'hills.png', 'image/png', samplePng(), { max_downloads: 1 });
  const page = await open(`/s/${created.share_token}`);
  await expect(page.getByText('One download left')).toBeVisible();
  await preview(page);
  await expect(page.getByText('This link has ended. The loaded content stays available')).toBeVisible(fast);
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).click();
  await (await saved).path();
  expect((await ada.client.shares.get(created.share_id)).download_count).toBe(1);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'This link has ended' })).toBeVisible();
});

test('a large file comes with its progress, and the byte that was lost with the line', async ({ ada, open }) => {
  const content = Buffer.alloc(8_000_000, 'kingshare ');
  const { share_token } = await share(ada, 'large.bin', 'application/octet-stream', content);
  const page = await open(`/s/${share_token}`);
  let cuts = 0;
  await page.route('**/content', async (route) => {
    if (route.request().headers().range || ++cuts > 1) return route.continue();
    await route.abort('connectionreset');
  });
  const session = await page.context().newCDPSession(page);
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: 4_000_000, uploadThroughput: -1 });
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).click();
  const bar = page.getByRole('progressbar', { name: 'Download of large.bin' });
  await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(10);
  const stream = await (await saved).createReadStream();
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  expect(Buffer.concat(parts).equals(content)).toBe(true);
  await expect(page.getByText('large.bin saved.')).toBeVisible();
});

test('a password is asked for, and a wrong one is said so', async ({ ada, open }) => {
  const { share_token } = await share(ada, 'secret.txt', 'text/plain', Buffer.from('the secret'), { password: 'Öffne dich für 5 € ' });
  const page = await open(`/s/${share_token}`);
  await expect(page.getByLabel('Password')).toBeFocused();
  await page.keyboard.type('simsalabim\n');
  await expect(page.getByText('Wrong password.')).toBeVisible();
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription('Wrong password.');
  await page.getByLabel('Password').fill('Öffne dich für 5 € ');
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByRole('heading', { name: 'secret.txt' })).toBeVisible();
  await preview(page);
  await expect(page.getByText('the secret')).toBeVisible();
});

test('its end is said as it happens', async ({ ada, open }) => {
  const revoked = await share(ada, 'a.txt', 'text/plain', Buffer.from('a'));
  const expiring = await share(ada, 'b.txt', 'text/plain', Buffer.from('b'), { password: 'sesame' });
  const deleted = await share(ada, 'c.txt', 'text/plain', Buffer.from('c'));
  const pages = await Promise.all([revoked, expiring, deleted].map(({ share_token }) => open(`/s/${share_token}`)));
  await expect(pages[2]!.getByRole('heading', { name: 'c.txt' })).toBeVisible();
  await pages[0]!.waitForTimeout(300); // until the WebSockets are open

  await ada.client.shares.revoke(revoked.share_id);
  await ada.client.shares.update(expiring.share_id, { expires_at: new Date(Date.now() + 500).toISOString() });
  await ada.client.files.remove(deleted.file_id);
  await expect(pages[0]!.getByText('It ended just now.')).toBeVisible(fast);
  await expect(pages[1]!.getByText('It ended just now.')).toBeVisible({ timeout: 2_500 });
  await expect(pages[2]!.getByText('The owner has just deleted the file.')).toBeVisible(fast);
});

test('it works without script, and looks the same', async ({ ada, open }) => {
  const { share_token } = await share(ada, 'letter.txt', 'text/plain', Buffer.from('Dear reader'), { password: 'sesame', max_downloads: 2 });
  const page = await open(`/s/${share_token}`, undefined, { javaScriptEnabled: false });
  await page.getByLabel('Password').fill('simsalabim');
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel('Password').fill('sesame');
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByRole('heading', { name: 'letter.txt' })).toBeVisible();
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).click();
  expect((await saved).suggestedFilename()).toBe('letter.txt');
});

test('it speaks German to whom German is spoken', async ({ ada, open }) => {
  const { share_token } = await share(ada, 'brief.txt', 'text/plain', Buffer.from('Liebe Leser'), { max_downloads: 3 });
  const page = await open(`/s/${share_token}`, undefined, { locale: 'de-DE' });
  await expect(page.getByRole('link', { name: 'Herunterladen' })).toBeVisible();
  await expect(page.getByText('Noch 3 Downloads')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
});
