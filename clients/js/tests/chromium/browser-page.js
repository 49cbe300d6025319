// Runs the library in Debian's Chromium, in a page of the server's origin.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const tus = createRequire(import.meta.url).resolve('tus-js-client/dist/tus.js');
const html = `<!doctype html><meta charset="utf-8"><title>Test</title><input type="file">
<script type="importmap">{"imports": {"#platform": "/test/platform-browser.js", "tus-js-client": "/test/tus.js"}}</script>
<script type="module">Object.assign(window, await import('/test/index.js')); window.ready = true;</script>`;

// The test serves the page by interception, so Chromium sees connections to 127.0.0.1 as local network access and would block them.
const args = ['--no-sandbox', '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets'];

export const startBrowser = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });

/** Opens the page at the URL of a server and waits until the library is loaded. */
export async function open(context, url) {
  await context.route(/\/test\//, (route) => {
    const name = new URL(route.request().url()).pathname.replace('/test/', '');
    if (name === 'page') return route.fulfill({ contentType: 'text/html', body: html });
    if (name === 'tus.js') return route.fulfill({ contentType: 'text/javascript', body: `${readFileSync(tus)}\nexport const { Upload } = globalThis.tus;` });
    return route.fulfill({ contentType: 'text/javascript', body: readFileSync(join(dist, name)) });
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => console.error('page:', error));
  await page.goto(`${url}/test/page`);
  await page.waitForFunction('window.ready');
  return page;
}
