import { signal } from '@preact/signals';
import { onEvent } from './live';

export type Flash = 'arrived' | 'opened' | 'downloading';

const lasts = 6_000;

/** What has just happened to a file. */
export const flashes = signal<ReadonlyMap<string, Flash>>(new Map());
const ends = new Map<string, ReturnType<typeof setTimeout>>();

function flash(fileId: string, what: Flash) {
  clearTimeout(ends.get(fileId));
  flashes.value = new Map(flashes.value).set(fileId, what);
  ends.set(
    fileId,
    setTimeout(() => {
      const next = new Map(flashes.value);
      next.delete(fileId);
      flashes.value = next;
      ends.delete(fileId);
    }, lasts),
  );
}

onEvent((event) => {
  if (event.type === 'FileUploaded') flash(event.data.file_id, 'arrived');
  if (event.type === 'ShareAccessed') flash(event.data.file_id, 'opened');
  if (event.type === 'DownloadStarted') flash(event.data.file_id, 'downloading');
});
