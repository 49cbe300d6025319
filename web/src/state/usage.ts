import { computed, signal } from '@preact/signals';
import { onEvent } from './live';
import { me, refreshMe } from './session';
import { uploadItems } from './uploads';

let refreshTimer: ReturnType<typeof setTimeout> | undefined;
const changedIds = new Set<string>();
/** Ids of files uploaded by this page that the server's used_bytes already includes. */
const countedIds = signal<ReadonlySet<string>>(new Set());

async function refresh() {
  const counted = [...changedIds];
  await refreshMe();
  countedIds.value = new Set([...countedIds.value, ...counted]);
}

/** Used bytes, including uploads in progress. */
export const usedBytes = computed(() => {
  let bytes = me()?.used_bytes ?? 0;
  for (const { state, id, sent, file } of uploadItems.value) {
    if (state.value === 'failed' || (id.value !== null && countedIds.value.has(id.value))) continue;
    bytes += state.value === 'done' ? file.size : sent.value;
  }
  return bytes;
});

/** Reads the used bytes again when files change. */
export function startUsage() {
  // Used space changes with the files; debounce, so that many changes cause one request.
  onEvent(({ type, data }) => {
    if (type !== 'FileUploaded' && type !== 'FileDeleted') return;
    changedIds.add((data as { file_id: string }).file_id);
    clearTimeout(refreshTimer);
    refreshTimer = setTimeout(() => void refresh().catch(() => {}), 700);
  });
}
