import { KingShareError, type Upload, type UploadState } from '@kingshare/client';
import { computed, signal, type Signal } from '@preact/signals';
import { announce } from '../components/toast';
import { texts } from '../texts';
import { client } from './client';
import { files } from './files';
import { me } from './session';
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

/** Ids of files uploaded by this page, complete or in progress, once the server has assigned them. */
export const ownIds = new Set<string>();

/** In the order they were added. */
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

/** Returns the unused bytes of the quota, or null if there is no quota. */
export function roomLeft(): number | null {
  const user = me();
  return user && user.quota_bytes > 0 ? Math.max(0, user.quota_bytes - user.used_bytes) : null;
}

function start(sending: Sending) {
  const room = roomLeft();
  if (room !== null && sending.file.size > room) {
    // Reject locally, before any byte is sent.
    sending.error.value = new KingShareError('QUOTA_EXCEEDED', 'The file does not fit into the quota');
    sending.state.value = 'failed';
    announce(texts.value.uploads.failed(sending.file.name));
    return;
  }
  sending.state.value = 'sending';
  sending.upload = client.upload(sending.file, {
    onCreated(id) {
      sending.id.value = id;
      ownIds.add(id);
    },
    onProgress({ sent }) {
      sending.sent.value = sent;
      sending.speed.note(sent);
    },
    onState(state, error) {
      sending.state.value = state;
      sending.error.value = error ?? null;
      if (state !== 'sending') sending.speed.rest();
      if (state === 'done') finished(sending);
      if (state === 'failed') announce(texts.value.uploads.failed(sending.file.name));
      if (state === 'cancelled') sendings.value = sendings.value.filter((other) => other !== sending);
      if (over.includes(state) || state === 'paused') next();
    },
  });
}

function finished(sending: Sending) {
  void sending.upload!.finished.then(({ id, filename, size, created_at }) => {
    sending.id.value = id;
    files.put({ id, filename, size, added: Date.parse(created_at) });
    if (tally.value.active === 0) announce(texts.value.uploads.allDone(tally.value.done));
  });
}

function next() {
  let free = atOnce - sendings.value.filter(({ state }) => state.value === 'sending' || state.value === 'waiting').length;
  for (const sending of sendings.value) {
    if (free <= 0) return;
    if (sending.state.value !== 'queued') continue;
    if (sending.upload) sending.upload.resume();
    else start(sending);
    if (!over.includes(sending.state.value)) --free;
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

addEventListener('beforeunload', (event) => {
  if (tally.value.active + tally.value.held > 0) event.preventDefault();
});
