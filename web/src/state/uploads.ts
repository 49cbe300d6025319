import { KingShareError, type Upload, type UploadState } from '@kingshare/client';
import { computed, signal, type Signal } from '@preact/signals';
import { announce } from '../components/toast';
import { texts } from '../texts';
import { client } from './client';
import { rowOf } from './file-list';
import { files, type FileRow } from './files';
import { onEvent } from './live';
import { me } from './session';
import { SpeedMeter } from './speed-meter';

export interface UploadItem {
  key: number;
  file: File;
  state: Signal<UploadState | 'queued'>;
  sent: Signal<number>;
  speed: SpeedMeter;
  error: Signal<KingShareError | null>;
  id: Signal<string | null>;
  /** The finished file, until it is deleted. */
  saved: Signal<FileRow | null>;
  upload: Upload | null;
}

const maxConcurrent = 3;
const finalStates: readonly string[] = ['done', 'failed', 'cancelled'];
let lastKey = 0;

/** Ids of files uploaded by this page, complete or in progress, once the server has assigned them. */
export const ownIds = new Set<string>();

/** In the order they were added. */
export const uploadItems = signal<readonly UploadItem[]>([]);

export const uploadTotals = computed(() => {
  const totals = { active: 0, paused: 0, done: 0, failed: 0 };
  let sent = 0;
  let total = 0;
  for (const { state, sent: bytes, file } of uploadItems.value) {
    const now = state.value;
    if (now === 'done') totals.done++;
    else if (now === 'failed') totals.failed++;
    else if (now === 'paused') totals.paused++;
    else totals.active++;
    if (now === 'failed') continue;
    sent += now === 'done' ? file.size : bytes.value;
    total += file.size;
  }
  return { ...totals, progress: total > 0 ? sent / total : 1 };
});

/** Returns the unused bytes of the quota, or null if there is no quota. */
export function remainingQuota(): number | null {
  const user = me();
  return user && user.quota_bytes > 0 ? Math.max(0, user.quota_bytes - user.used_bytes) : null;
}

function start(item: UploadItem) {
  const remaining = remainingQuota();
  if (remaining !== null && item.file.size > remaining) {
    // Reject locally, before any byte is sent.
    item.error.value = new KingShareError('QUOTA_EXCEEDED', 'The file does not fit into the quota');
    item.state.value = 'failed';
    announce(texts.value.uploads.failed(item.file.name));
    return;
  }
  item.state.value = 'sending';
  item.upload = client.upload(item.file, {
    onCreated(id) {
      item.id.value = id;
      ownIds.add(id);
    },
    onProgress({ sent }) {
      item.sent.value = sent;
      item.speed.record(sent);
    },
    onState(state, error) {
      item.state.value = state;
      item.error.value = error ?? null;
      if (state !== 'sending') item.speed.reset();
      if (state === 'done') onDone(item);
      if (state === 'failed') announce(texts.value.uploads.failed(item.file.name));
      if (state === 'cancelled') uploadItems.value = uploadItems.value.filter((other) => other !== item);
      if (finalStates.includes(state) || state === 'paused') startNext();
    },
  });
}

function onDone(item: UploadItem) {
  void item.upload!.finished.then((file) => {
    item.id.value = file.id;
    item.saved.value = rowOf(file);
    files.put(rowOf(file));
    if (uploadTotals.value.active === 0) announce(texts.value.uploads.allDone(uploadTotals.value.done));
  });
}

function startNext() {
  let freeSlots = maxConcurrent - uploadItems.value.filter(({ state }) => state.value === 'sending' || state.value === 'waiting').length;
  for (const item of uploadItems.value) {
    if (freeSlots <= 0) return;
    if (item.state.value !== 'queued') continue;
    if (item.upload) item.upload.resume();
    else start(item);
    if (!finalStates.includes(item.state.value)) --freeSlots;
  }
}

export function addUploads(chosen: readonly File[]) {
  const added = chosen.map(
    (file): UploadItem => ({
      key: ++lastKey,
      file,
      state: signal('queued'),
      sent: signal(0),
      speed: new SpeedMeter(),
      error: signal(null),
      id: signal(null),
      saved: signal(null),
      upload: null,
    }),
  );
  uploadItems.value = [...uploadItems.value, ...added];
  startNext();
}

export function pause(item: UploadItem) {
  if (item.state.value === 'queued') item.state.value = 'paused';
  else void item.upload?.pause();
}

export function resume(item: UploadItem) {
  item.state.value = 'queued';
  startNext();
}

export function cancel(item: UploadItem) {
  if (item.upload && !finalStates.includes(item.state.value)) void item.upload.cancel();
  else uploadItems.value = uploadItems.value.filter((other) => other !== item);
}

export function retry(item: UploadItem) {
  item.upload = null;
  resume(item);
}

export function pauseAll() {
  for (const item of uploadItems.value) if (!finalStates.includes(item.state.value)) pause(item);
}

export function resumeAll() {
  for (const item of uploadItems.value) if (item.state.value === 'paused') item.state.value = 'queued';
  startNext();
}

export function clearDone() {
  uploadItems.value = uploadItems.value.filter(({ state }) => state.value !== 'done' && state.value !== 'failed');
}

/** Follows the deletion of uploaded files, and asks before a page with unfinished uploads is left. */
export function startUploads() {
  onEvent((event) => {
    if (event.type !== 'FileDeleted') return;
    for (const { id, saved } of uploadItems.peek()) if (id.peek() === event.data.file_id) saved.value = null;
  });
  addEventListener('beforeunload', (event) => {
    if (uploadTotals.value.active + uploadTotals.value.paused > 0) event.preventDefault();
  });
}
