import { signal } from '@preact/signals';
import { onEvent, onResumed } from './live';

export type Flash = 'arrived' | 'opened' | 'downloading';

const flashDuration = 6_000;
/** Timeout in milliseconds for a download without progress events, in case its DownloadEnded was missed. */
const progressTimeout = 60_000;
const endDelay = 1_500;

/** Current or recent activity per file id. */
export const flashes = signal<ReadonlyMap<string, Flash>>(new Map());
const timers = new Map<string, ReturnType<typeof setTimeout>>();
/** Ids of the downloads in progress, per file id. */
const downloads = new Map<string, Set<string>>();

function clear(fileId: string) {
  const next = new Map(flashes.value);
  next.delete(fileId);
  flashes.value = next;
  timers.delete(fileId);
  downloads.delete(fileId);
}

function flash(fileId: string, kind: Flash, milliseconds = flashDuration) {
  clearTimeout(timers.get(fileId));
  if (flashes.value.get(fileId) !== kind) flashes.value = new Map(flashes.value).set(fileId, kind);
  timers.set(
    fileId,
    setTimeout(() => clear(fileId), milliseconds),
  );
}

/** Marks files by live events. */
export function startFlashes() {
  onEvent((event) => {
    switch (event.type) {
      case 'FileUploaded':
        return flash(event.data.file_id, 'arrived');
      case 'ShareAccessed':
        // A visit must not replace the sign of an ongoing download.
        return downloads.has(event.data.file_id) ? undefined : flash(event.data.file_id, 'opened');
      case 'DownloadStarted':
        return flash(event.data.file_id, 'downloading');
      case 'DownloadProgress': {
        const { file_id, download_id } = event.data;
        downloads.set(file_id, (downloads.get(file_id) ?? new Set()).add(download_id));
        return flash(file_id, 'downloading', progressTimeout);
      }
      case 'DownloadEnded': {
        const { file_id, download_id } = event.data;
        const others = downloads.get(file_id);
        others?.delete(download_id);
        if (!others?.size && flashes.value.get(file_id) === 'downloading') flash(file_id, 'downloading', endDelay);
      }
    }
  });

  // DownloadEnded is not replayed: let the downloads time out soon unless progress arrives.
  onResumed(() => {
    for (const fileId of [...downloads.keys()]) flash(fileId, 'downloading', flashDuration);
  });
}
