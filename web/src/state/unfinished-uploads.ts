import type { UnfinishedUpload } from '@kingshare/client';
import { signal } from '@preact/signals';
import { client } from './client';
import { onEvent } from './live';
import { ownIds, uploadItems } from './uploads';

/** Resumable uploads left over from an earlier page. */
export const unfinishedUploads = signal<readonly UnfinishedUpload[]>([]);

export async function loadUnfinishedUploads() {
  const ownUploadIds = new Set(uploadItems.value.map(({ id }) => id.value));
  unfinishedUploads.value = (await client.unfinishedUploads()).filter(({ url }) => !ownUploadIds.has(uploadIdOf(url)));
}

export async function discardUpload(upload: UnfinishedUpload) {
  unfinishedUploads.value = unfinishedUploads.value.filter((other) => other !== upload);
  await client.forgetUpload(upload);
}

export const uploadIdOf = (url: string) => url.slice(url.lastIndexOf('/') + 1);

/** Uploads of this user by another tab or program, by the id of the future file. */
export const remoteUploads = signal<ReadonlyMap<string, { sent: number; total: number }>>(new Map());

const progressTimeout = 10_000;
const timers = new Map<string, ReturnType<typeof setTimeout>>();

function removeRemoteUpload(id: string) {
  clearTimeout(timers.get(id));
  timers.delete(id);
  const next = new Map(remoteUploads.value);
  if (next.delete(id)) remoteUploads.value = next;
}

/** Follows uploads elsewhere by live events. */
export function startUnfinishedUploads() {
  onEvent((event) => {
    if (event.type === 'UploadProgress') {
      const { file_id, bytes_uploaded, total_bytes } = event.data;
      const mayBeOwn = uploadItems.value.some(({ id, state }) => state.value === 'sending' && id.value === null);
      if (mayBeOwn || ownIds.has(file_id) || bytes_uploaded === total_bytes) return;
      remoteUploads.value = new Map(remoteUploads.value).set(file_id, { sent: bytes_uploaded, total: total_bytes });
      clearTimeout(timers.get(file_id));
      timers.set(
        file_id,
        setTimeout(() => removeRemoteUpload(file_id), progressTimeout),
      );
    } else if (event.type === 'FileUploaded') {
      removeRemoteUpload(event.data.file_id);
      unfinishedUploads.value = unfinishedUploads.value.filter(({ url }) => uploadIdOf(url) !== event.data.file_id);
    }
  });
}
