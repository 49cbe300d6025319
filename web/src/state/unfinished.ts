import type { UnfinishedUpload } from '@kingshare/client';
import { signal } from '@preact/signals';
import { client } from './client';
import { onEvent } from './live';
import { ownIds, sendings } from './uploads';

/** Resumable uploads left over from an earlier page. */
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

/** Uploads of this user by another window or program, by the id of the future file. */
export const elsewhere = signal<ReadonlyMap<string, { sent: number; total: number }>>(new Map());

const silence = 10_000;
const timers = new Map<string, ReturnType<typeof setTimeout>>();

function forgetElsewhere(id: string) {
  clearTimeout(timers.get(id));
  timers.delete(id);
  const next = new Map(elsewhere.value);
  if (next.delete(id)) elsewhere.value = next;
}

onEvent((event) => {
  if (event.type === 'UploadProgress') {
    const { file_id, bytes_uploaded, total_bytes } = event.data;
    const maybeOwn = sendings.value.some(({ id, state }) => state.value === 'sending' && id.value === null);
    if (maybeOwn || ownIds.has(file_id) || bytes_uploaded === total_bytes) return;
    elsewhere.value = new Map(elsewhere.value).set(file_id, { sent: bytes_uploaded, total: total_bytes });
    clearTimeout(timers.get(file_id));
    timers.set(
      file_id,
      setTimeout(() => forgetElsewhere(file_id), silence),
    );
  } else if (event.type === 'FileUploaded') {
    forgetElsewhere(event.data.file_id);
    unfinished.value = unfinished.value.filter(({ url }) => idOf(url) !== event.data.file_id);
  }
});
