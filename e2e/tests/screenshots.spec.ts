import { seedServer, pagesOf } from '../support/seed';
import { expect, openWindow, test } from '../support/test';

const folder = process.env.SCREENSHOTS;

test.skip(!folder, 'SCREENSHOTS is not set');

for (const width of [360, 768, 1440]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`every page, ${width} px, ${colorScheme}`, async ({ browser, start }) => {
      test.setTimeout(180_000);
      const server = await start();
      const { ada, ben, tokens } = await seedServer(server);
      const otherPage = await openWindow(browser, server, '/files', ben);
      const people = { guest: undefined, ada, admin: await server.admin() };
      const options = { colorScheme, viewport: { width, height: width === 360 ? 760 : 900 }, reducedMotion: 'reduce' } as const;
      for (const [who, pages] of Object.entries(pagesOf(tokens))) {
        const page = await openWindow(browser, server, '/signin', people[who as keyof typeof people], options);
        for (const [name, [path, shown]] of Object.entries(pages)) {
          await page.goto(path!);
          await expect(page.getByText(shown!).first()).toBeVisible();
          if (name === 'link') await page.getByRole('button', { name: 'Preview' }).click();
          if (name === 'link') await expect(page.getByRole('img', { name: /^Preview/ })).toBeVisible();
          await page.waitForLoadState('networkidle');
          await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png`, animations: 'disabled' });
        }
        if (who === 'ada') {
          await page.goto('/files');
          await page.getByRole('button', { name: 'Share guests.csv' }).click();
          await page.getByRole('button', { name: 'Create link' }).click();
          await page.getByRole('dialog').getByRole('button', { name: 'QR code' }).click();
          await page.screenshot({ path: `${folder}/share-dialog-${width}-${colorScheme}.png`, animations: 'disabled' });
        }
        await page.context().close();
      }
      await otherPage.context().close();
    });
  }
}
