import { test as base, type Browser, type BrowserContextOptions, type Page } from '@playwright/test';
import { Server, type Person } from './server';

export { expect } from '@playwright/test';
export type { Page } from '@playwright/test';

interface Fixtures {
  /** New users on the shared server. */
  ada: Person;
  ben: Person;
  /** Opens a page in a separate browser context, signed in if a person is given. */
  open: (path: string, person?: Person, options?: BrowserContextOptions) => Promise<Page>;
  /** Starts a separate server. */
  start: (settings?: Record<string, string>, adminPassword?: string | null) => Promise<Server>;
}

export const test = base.extend<Fixtures, { server: Server }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright requires a destructured first argument.
    async ({}, use) => {
      const server = await Server.start({ 'realtime.presence': 'contacts' });
      await use(server);
      await server.remove();
    },
    { scope: 'worker' },
  ],
  ada: async ({ server }, use) => use(await server.person('ada')),
  ben: async ({ server }, use) => use(await server.person('ben')),
  open: async ({ browser, server }, use) => {
    const pages: Page[] = [];
    await use(async (path, person, options) => {
      const page = await openWindow(browser, server, path, person, options);
      pages.push(page);
      return page;
    });
    for (const page of pages) await page.context().close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright requires a destructured first argument.
  start: async ({}, use) => {
    const servers: Server[] = [];
    await use(async (settings, adminPassword) => {
      const server = await Server.start(settings, adminPassword);
      servers.push(server);
      return server;
    });
    for (const server of servers) await server.remove();
  },
});

/** Opens a page that fails the test on script errors, CSP violations and requests to other origins. */
export async function openWindow(browser: Browser, server: Server, path: string, person?: Person, options?: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url, ...options });
  if (person) {
    const data = { username: person.name, password: person.password };
    const answer = await context.request.post('/api/v1/auth/login?session=cookie', { data });
    if (!answer.ok()) throw new Error(`signing in failed: ${await answer.text()}`);
  }
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) throw new Error(message.text());
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (/^(http|ws)/.test(protocol) && origin !== server.url) throw new Error(`the page asked ${origin} for something`);
  });
  await page.goto(path);
  return page;
}
