import type { Page } from '@playwright/test';
import { samplePng } from './samples';
import type { Person, Server } from './server';

/** Fills a server with sample data: files, links in every state, users, notifications. */
export async function seedServer(server: Server): Promise<{ ada: Person; ben: Person; tokens: Record<string, string> }> {
  const [ada, ben, carla] = [await server.person('ada'), await server.person('ben'), await server.person('carla')];
  const upload = (owner: Person, filename: string, content: Buffer, contentType: string) => owner.client.files.upload(content, { filename, contentType });
  const photo = await upload(ada, 'Evening in the hills.png', samplePng(), 'image/png');
  const plan = await upload(ada, 'Floor plan, second draft.pdf', Buffer.alloc(1_840_000), 'application/pdf');
  const list = await upload(ada, 'guests.csv', Buffer.from('name,comes\nBen,yes\nCarla,perhaps\n'), 'text/csv');
  await upload(ada, 'Interview with Grandmother, uncut, 2026-08-14.wav', Buffer.alloc(9_300_000), 'audio/wav');
  await upload(ada, 'contract.zip', Buffer.alloc(420_000), 'application/zip');
  const day = 86_400;
  const shared = {
    photo: await ada.client.shares.create({ file_id: photo.id, expires_in: 7 * day }),
    plan: await ada.client.shares.create({ file_id: plan.id, expires_in: day, max_downloads: 5, recipients: [ben.name, carla.name] }),
    list: await ada.client.shares.create({ file_id: list.id, password: 'sesame' }),
    ended: await ada.client.shares.create({ file_id: list.id, max_downloads: 1 }),
  };
  const recipe = await upload(ben, 'Apple cake.txt', Buffer.from('Apples, flour, butter.'), 'text/plain');
  await ben.client.shares.create({ file_id: recipe.id, recipients: [ada.name] });
  for (const { share_token } of [shared.photo, shared.plan, shared.ended]) {
    await (await server.client().publicShares.content(share_token)).arrayBuffer();
  }
  await (await server.admin()).client.notify({ message: 'Backups run at three tonight.', level: 'Info' });
  const tokens = Object.fromEntries(Object.entries(shared).map(([name, share]) => [name, share.share_token]));
  return { ada, ben, tokens };
}

/** Uploads small files in the session of the page, up to 500 per request. Names have five digits, from `file 00000.txt`. */
export async function uploadMany(page: Page, count: number): Promise<void> {
  const boundary = 'b';
  const part = (n: number) => `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="file ${String(n).padStart(5, '0')}.txt"\r\n\r\n${n}\r\n`;
  for (let n = 0; n < count; n += 500) {
    const data = `${Array.from({ length: Math.min(500, count - n) }, (_, index) => part(n + index)).join('')}--${boundary}--\r\n`;
    const answer = await page.request.post('/api/v1/files', { data, headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` } });
    if (answer.status() !== 201) throw new Error(`uploading failed: ${await answer.text()}`);
  }
}

/** Every page with the text that marks it as loaded. */
export const pagesOf = (tokens: Record<string, string>) => ({
  guest: {
    'sign-in': ['/signin', 'Welcome back'],
    'set-up': ['/setup#code=x', 'Set up your KingShare'],
    register: ['/register', 'Create an account'],
    link: [`/s/${tokens.photo}`, 'Evening in the hills.png'],
    'link-with-password': [`/s/${tokens.list}`, 'This file is protected'],
    'link-that-ended': [`/s/${tokens.ended}`, 'This link has ended'],
    'link-unknown': ['/s/AAAAAAAAAAAAAAAAAAAAAAAA', 'Link not found'],
  },
  ada: {
    files: ['/files', 'guests.csv'],
    shares: ['/shares', 'Evening in the hills.png'],
    received: ['/received', 'Apple cake.txt'],
    activity: ['/activity', 'Backups run at three tonight.'],
    people: ['/people', 'carla'],
    nowhere: ['/nowhere', 'Page not found'],
  },
  admin: {
    'admin-accounts': ['/admin', 'carla'],
    'admin-connections': ['/admin?part=connections', 'Connected users'],
    'admin-notice': ['/admin?part=notice', 'All connected users'],
    'admin-settings': ['/admin?part=settings', 'realtime.presence'],
  },
});
