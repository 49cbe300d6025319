import { computed, signal } from '@preact/signals';
import { onEvent } from './live';
import { me, refreshMe } from './session';
import { sendings } from './uploads';

let asked: ReturnType<typeof setTimeout> | undefined;
const arrived = new Set<string>();
/** Ids of files uploaded by this page that the server's used_bytes already includes. */
const included = signal<ReadonlySet<string>>(new Set());

async function refresh() {
  const by = [...arrived];
  await refreshMe();
  included.value = new Set([...included.value, ...by]);
}

// Used space changes with the files; debounce, so that many changes cause one request.
onEvent(({ type, data }) => {
  if (type !== 'FileUploaded' && type !== 'FileDeleted') return;
  arrived.add((data as { file_id: string }).file_id);
  clearTimeout(asked);
  asked = setTimeout(() => void refresh().catch(() => {}), 700);
});

/** Used bytes, including uploads in progress. */
export const used = computed(() => {
  let bytes = me()?.used_bytes ?? 0;
  for (const { state, id, sent, file } of sendings.value) {
    if (state.value === 'failed' || (id.value !== null && included.value.has(id.value))) continue;
    bytes += state.value === 'done' ? file.size : sent.value;
  }
  return bytes;
});
