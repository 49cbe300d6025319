#!/usr/bin/env node
// Announces each completed download of your links in a chat. Resumes where it stopped: no download is missed between two runs.
// KINGSHARE_TOKEN is a personal access token. WEBHOOK_URL is an incoming webhook of Slack or Mattermost; without it the bot prints.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { KingShare, MemoryTokens } from '@kingshare/client';

const { KINGSHARE_SERVER: url = 'http://localhost:8080', KINGSHARE_TOKEN: token = '', WEBHOOK_URL: webhook } = process.env;
const file = process.env.CURSOR_FILE ?? 'download-bot.cursor'; // the position in the event stream
const ks = new KingShare({ url, credentials: new MemoryTokens(token) });
let queue = Promise.resolve(); // announces one download after the other

async function announce({ share_id }) {
  const share = await ks.shares.get(share_id).catch((error) => (error.code === 'NOT_FOUND' ? null : Promise.reject(error)));
  const count = share && `${share.download_count}${share.max_downloads ? ` of ${share.max_downloads}` : ''}`;
  const text = share ? `${share.filename} was downloaded (${count})` : 'A file was downloaded; its link is deleted by now';
  if (!webhook) return console.log(text);
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(webhook, { method: 'POST', headers, body: JSON.stringify({ text }) });
  if (!response.ok) throw new Error(`the webhook responded with ${response.status}`);
}
async function retry(action) {
  await action().catch((error) => {
    console.error(`${error.message}; next attempt in 2 s`);
    return sleep(2000).then(() => retry(action));
  });
}

const load = () => readFile(file, 'utf8').catch(() => null);
const save = (position) => queue.then(() => writeFile(`${file}.new`, position)).then(() => rename(`${file}.new`, file)); // once announced
const live = ks.live({ cursor: { load, save } });
live.on('DownloadEnded', ({ data }) => data.complete && (queue = queue.then(() => retry(() => announce(data)))));
live.on('Resumed', ({ data }) => data.complete || console.error('The server no longer has all events since the last run'));
live.onState(({ name, error }) => {
  console.error(error ? `${name}: ${error.message}` : name);
  if (name === 'closed') process.exit(1); // the token is not valid
});
