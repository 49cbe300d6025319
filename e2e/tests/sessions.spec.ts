import { expect, openWindow, test } from '../support/test';

const soon = { timeout: 1_000 };

test('a wrong password is said, the right one lets me in, and signing out everywhere ends my other window', async ({ ada, open }) => {
  const page = await open('/');
  await page.getByLabel('Username').fill(ada.name);
  await page.getByLabel('Password', { exact: true }).fill('something else');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toHaveText('Wrong username or password.');
  await page.getByLabel('Password', { exact: true }).fill(ada.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Drop your first file here')).toBeVisible();

  const other = await open('/files', ada);
  await expect(other.getByText('Drop your first file here')).toBeVisible();
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out everywhere' }).click();
  await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
  await expect(other.getByText('Your session has ended. Please sign in again.')).toBeVisible(soon);
});

test('a set-up link is good once, and a closed door says who opens it', async ({ browser, start }) => {
  const server = await start({ 'auth.registration': 'closed' }, null);
  const link = /http:\/\/localhost:\d+(\/setup#code=\S+)/.exec(server.log)![1]!;
  const enter = async (path: string, name: string, button: string) => {
    const page = await openWindow(browser, server, path);
    await page.getByLabel('Username').fill(name);
    await page.getByLabel('Password', { exact: true }).fill('a long password');
    await page.getByRole('button', { name: button }).click();
    return page;
  };
  const first = await enter(link, 'ada', 'Create the administrator');
  await expect(first.getByText('Drop your first file here')).toBeVisible();
  const second = await enter(link, 'eve', 'Create the administrator');
  await expect(second.getByText('This set-up link is no longer valid.')).toBeVisible();
  const third = await enter('/register', 'eve', 'Create account');
  await expect(third.getByText('Registration requires a valid invitation. Ask the administrator for one.')).toBeVisible();
  for (const page of [first, second, third]) await page.context().close();
});

test('language and appearance are as I choose them, and stay so', async ({ ada, open }) => {
  const page = await open('/files', ada);
  const choose = async (account: RegExp, item: string) => {
    await page.getByRole('button', { name: account }).click();
    await page.getByRole('menuitemradio', { name: item }).click();
  };
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();
  await choose(/^Account/, 'Dark');
  await expect.poll(background).not.toBe(light);
  const dark = await background();
  await choose(/^Account/, 'Deutsch');
  await expect(page.getByText('Zieh deine erste Datei hierher')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Zieh deine erste Datei hierher')).toBeVisible();
  expect(await background()).toBe(dark);
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
});

test('I see who is here, and who has left', async ({ browser, start }) => {
  const server = await start();
  const [ada, ben] = [await server.person('ada'), await server.person('ben')];
  const page = await openWindow(browser, server, '/people', ada);
  const entry = page.getByRole('listitem').filter({ hasText: ben.name });
  await expect(entry.getByText('Not seen yet')).toBeVisible();
  const bens = await openWindow(browser, server, '/files', ben);
  await expect(entry.getByText('Online now')).toBeVisible(soon);
  await expect(page.getByText('1 person online')).toBeVisible();
  await bens.context().close();
  await expect(entry.getByText(/^Last seen/)).toBeVisible({ timeout: 2_000 });
  await page.context().close();
});
