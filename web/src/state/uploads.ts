import type { KingShareError, UnfinishedUpload, Upload, UploadState } from '@kingshare/client';
import { computed, signal, type Signal } from '@preact/signals';
import { client } from './client';
import { files } from './files';
import { onEvent } from './live';
import { Speed } from './speed';

export interface Sending {
  key: number;
  file: File;
  state: Signal<UploadState | 'queued'>;
  sent: Signal<number>;
  speed: Speed;
  error: Signal<KingShareError | null>;
  id: Signal<string | null>;
  upload: Upload | null;
}

const atOnce = 3;
const over: readonly string[] = ['done', 'failed', 'cancelled'];
let last = 0;

/** In the order in which they were given. */
export const sendings = signal<readonly Sending[]>([]);

export const tally = computed(() => {
  const count = { active: 0, held: 0, done: 0, failed: 0 };
  let sent = 0;
  let total = 0;
  for (const { state, sent: bytes, file } of sendings.value) {
    const now = state.value;
    if (now === 'done') count.done++;
    else if (now === 'failed') count.failed++;
    else if (now === 'paused') count.held++;
    else count.active++;
    if (now === 'failed') continue;
    sent += now === 'done' ? file.size : bytes.value;
    total += file.size;
  }
  return { ...count, progress: total > 0 ? sent / total : 1 };
});

function start(sending: Sending) {
  sending.state.value = 'sending';
  sending.upload = client.upload(sending.file, {
    onCreated: (id) => (sending.id.value = id),
    onProgress({ sent }) {
      sending.sent.value = sent;
      sending.speed.note(sent);
    },
    onState(state, error) {
      sending.state.value = state;
      sending.error.value = error ?? null;
      if (state !== 'sending') sending.speed.rest();
      if (state === 'done') finished(sending);
      if (state === 'cancelled') sendings.value = sendings.value.filter((other) => other !== sending);
      if (over.includes(state) || state === 'paused') next();
    },
  });
}

function finished(sending: Sending) {
  void sending.upload!.finished.then(({ id, filename, size, created_at }) => {
    sending.id.value = id;
    files.put({ id, filename, size, added: Date.parse(created_at) });
  });
}

function next() {
  let free = atOnce - sendings.value.filter(({ state }) => state.value === 'sending' || state.value === 'waiting').length;
  for (const sending of sendings.value) {
    if (free <= 0) return;
    if (sending.state.value !== 'queued') continue;
    --free;
    if (sending.upload) sending.upload.resume();
    else start(sending);
  }
}

export function send(given: readonly File[]) {
  const added = given.map((file): Sending => ({
    key: ++last,
    file,
    state: signal('queued'),
    sent: signal(0),
    speed: new Speed(),
    error: signal(null),
    id: signal(null),
    upload: null,
  }));
  sendings.value = [...sendings.value, ...added];
  next();
}

export function pause(sending: Sending) {
  if (sending.state.value === 'queued') sending.state.value = 'paused';
  else void sending.upload?.pause();
}

export function resume(sending: Sending) {
  sending.state.value = 'queued';
  next();
}

export function stop(sending: Sending) {
  if (sending.upload && !over.includes(sending.state.value)) void sending.upload.cancel();
  else sendings.value = sendings.value.filter((other) => other !== sending);
}

export function retry(sending: Sending) {
  sending.upload = null;
  resume(sending);
}

export function pauseAll() {
  for (const sending of sendings.value) if (!over.includes(sending.state.value)) pause(sending);
}

export function resumeAll() {
  for (const sending of sendings.value) if (sending.state.value === 'paused') sending.state.value = 'queued';
  next();
}

export function clearDone() {
  sendings.value = sendings.value.filter(({ state }) => state.value !== 'done' && state.value !== 'failed');
}

// ---------------------------------------------------------------- begun earlier, or elsewhere

/** What an earlier page began and did not end. */
export const unfinished = signal<readonly UnfinishedUpload[]>([]);

export async function recallUnfinished() {
  const mine = new Set(sendings.value.map(({ id }) => id.value));
  unfinished.value = (await client.unfinishedUploads()).filter(({ url }) => !mine.has(idOf(url)));
}

export async function giveUp(upload: UnfinishedUpload) {
  unfinished.value = unfinished.value.filter((other) => other !== upload);
  await client.forgetUpload(upload);
}

export const idOf = (url: string) => url.slice(url.lastIndexOf('/') + 1);

/** Uploads of this user that another window or program sends, by the id of the file to be. */
export const elsewhere = signal<ReadonlyMap<string, { sent: number; total: number }>>(new Map());

onEvent((event) => {
  if (event.type === 'UploadProgress') {
    const { file_id, bytes_uploaded, total_bytes } = event.data;
    if (sendings.value.some(({ id, state }) => id.value === file_id || (state.value === 'sending' && id.value === null))) return;
    elsewhere.value = new Map(elsewhere.value).set(file_id, { sent: bytes_uploaded, total: total_bytes });
  } else if (event.type === 'FileUploaded') {
    if (elsewhere.value.has(event.data.file_id)) {
      const next = new Map(elsewhere.value);
      next.delete(event.data.file_id);
      elsewhere.value = next;
    }
    unfinished.value = unfinished.value.filter(({ url }) => idOf(url) !== event.data.file_id);
  }
});

addEventListener('beforeunload', (event) => {
  if (tally.value.active > 0) event.preventDefault();
});
