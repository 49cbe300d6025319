import { computed, signal } from '@preact/signals';
import { onEvent } from './live';
import { me, refreshMe } from './session';
import { sendings } from './uploads';

let asked: ReturnType<typeof setTimeout> | undefined;
const arrived = new Set<string>();
/** Files of this page's uploads that the server's figure includes. */
const included = signal<ReadonlySet<string>>(new Set());

async function refresh() {
  const by = [...arrived];
  await refreshMe();
  included.value = new Set([...included.value, ...by]);
}

// How much room is taken changes with the files; many at once are one question.
onEvent(({ type, data }) => {
  if (type !== 'FileUploaded' && type !== 'FileDeleted') return;
  arrived.add((data as { file_id: string }).file_id);
  clearTimeout(asked);
  asked = setTimeout(() => void refresh().catch(() => {}), 700);
});

/** The room that is taken, with what is on its way. */
export const used = computed(() => {
  let bytes = me()?.used_bytes ?? 0;
  for (const { state, id, sent, file } of sendings.value) {
    if (state.value === 'failed' || (id.value !== null && included.value.has(id.value))) continue;
    bytes += state.value === 'done' ? file.size : sent.value;
  }
  return bytes;
});
