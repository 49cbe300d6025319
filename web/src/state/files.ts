import type { FileInfo, FileOrder } from '@kingshare/client';
import { computed, signal } from '@preact/signals';
import { language, storedSignal } from './preferences';
import { client } from './client';
import { collection } from './collection';
import { onEvent, onResumed } from './live';
import { onTabMessage, broadcastToTabs } from './tab-messages';

export interface FileRow {
  id: string;
  filename: string;
  size: number;
  /** In milliseconds since 1970. */
  added: number;
}

const row = ({ id, filename, size, created_at }: Pick<FileInfo, 'id' | 'filename' | 'size' | 'created_at'>): FileRow => ({
  id,
  filename,
  size,
  added: Date.parse(created_at),
});

export const files = collection<FileRow>(
  (file) => file.id,
  async (cursor) => {
    const page = await client.files.list({ limit: 200, cursor });
    return { ...page, items: page.items.map(row) };
  },
);

export const search = signal('');
const orders: readonly FileOrder[] = ['-created_at', 'created_at', 'filename', '-filename', '-size', 'size'];
export const order = storedSignal<FileOrder>('order', orders, '-created_at');
/** Ids of files deleted here, but not yet on the server, because undo is still possible. */
export const hidden = signal<ReadonlySet<string>>(new Set());

const comparison = computed(() => {
  const { compare } = new Intl.Collator(language.value, { numeric: true });
  const by: Record<string, (a: FileRow, b: FileRow) => number> = {
    created_at: (a, b) => a.added - b.added,
    filename: (a, b) => compare(a.filename, b.filename),
    size: (a, b) => a.size - b.size,
  };
  const descending = order.value.startsWith('-');
  const ascending = by[order.value.replace('-', '')]!;
  return (a: FileRow, b: FileRow) => (descending ? ascending(b, a) : ascending(a, b)) || (a.id < b.id ? 1 : -1);
});

// Start from the last order: sorting an almost sorted list is cheap, even with ten thousand names.
let lastSorted: FileRow[] = [];
const sorted = computed(() => {
  const all = new Map(files.items.value);
  const next: FileRow[] = [];
  for (const { id } of lastSorted) {
    const file = all.get(id);
    if (file) next.push(file);
    all.delete(id);
  }
  next.push(...all.values());
  lastSorted = next.sort(comparison.value);
  return lastSorted;
});

export const visible = computed(() => {
  const searchText = search.value.trim().toLocaleLowerCase();
  const hiddenIds = hidden.value;
  if (!searchText && hiddenIds.size === 0) return sorted.value;
  return sorted.value.filter((file) => !hiddenIds.has(file.id) && (!searchText || file.filename.toLocaleLowerCase().includes(searchText)));
});

/** Returns the name as the server normalized it. */
export async function rename(id: string, filename: string): Promise<string> {
  const renamed = row(await client.files.rename(id, filename));
  files.put(renamed);
  broadcastToTabs({ renamed: id, filename: renamed.filename });
  return renamed.filename;
}

onTabMessage((message) => {
  const file = 'renamed' in message ? files.items.value.get(message.renamed) : undefined;
  if (file && 'renamed' in message) files.put({ ...file, filename: message.filename });
});

onEvent((event) => {
  if (event.type === 'FileUploaded') {
    const { file_id: id, filename, size } = event.data;
    files.put({ id, filename, size, added: event.time ? Date.parse(event.time) : Date.now() });
  } else if (event.type === 'FileDeleted') {
    files.remove(event.data.file_id);
  }
});

onResumed((missed) => {
  const stale = !missed || missed.some(({ type }) => type === 'FileUploaded' || type === 'FileDeleted');
  if (stale && files.state.value !== 'idle') void files.load();
});
