import { computed, signal } from '@preact/signals';
import { files, type FileRow } from '../state/files';

const chosen = signal<ReadonlySet<string>>(new Set());
let anchor: string | null = null;

/** The selected files in display order. Files that are not in view are not selected. */
export const selected = computed<readonly FileRow[]>(() =>
  chosen.value.size === 0 ? [] : files.visible.value.filter(({ id }) => chosen.value.has(id)),
);
export const isSelected = (id: string) => chosen.value.has(id);

export function clearSelection() {
  chosen.value = new Set();
}

/** Selects the loaded files. */
export function selectAll() {
  chosen.value = new Set(files.visible.value.map(({ id }) => id));
}

/** Selects exactly the range from the anchor to a row, as Shift+Arrow does. */
export function selectUpTo(from: string, to: string) {
  if (chosen.value.size === 0 || !anchor) anchor = from;
  const rows = files.visible.value;
  const [first, last] = [anchor, to].map((id) => rows.findIndex((row) => row.id === id)).sort((a, b) => a - b);
  chosen.value = new Set(rows.slice(Math.max(0, first!), last! + 1).map(({ id }) => id));
}

export function toggle(id: string, upTo = false) {
  const next = new Set(chosen.value);
  const rows = files.visible.value;
  const from = upTo && anchor ? rows.findIndex((row) => row.id === anchor) : -1;
  if (from >= 0) {
    const to = rows.findIndex((row) => row.id === id);
    for (const row of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(row.id);
  } else if (!next.delete(id)) {
    next.add(id);
  }
  anchor = id;
  chosen.value = next;
}
