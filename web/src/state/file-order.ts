import type { FileOrder } from '@kingshare/client';

export interface FileRow {
  id: string;
  filename: string;
  size: number;
  /** In milliseconds since 1970. */
  added: number;
}

type Compare = (a: FileRow, b: FileRow) => number;

export const fileOrders: readonly FileOrder[] = ['-created_at', 'created_at', 'filename', '-filename', '-size', 'size'];

/**
 * Returns the key by which the server searches and sorts names: case folded, in normalization form C. Differs from it for a few letters, such
 * as the dotless i; such a name stands in the wrong place until the list is read again.
 */
export const nameKey = (name: string) => name.normalize('NFC').toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFC');

// UTF-16 sorts surrogates (code points from U+10000) before U+E000 to U+FFFF; UTF-8 sorts by code point.
const rankOf = (unit: number) => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);

function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; ++at) {
    const difference = rankOf(a.charCodeAt(at)) - rankOf(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function comparing(order: FileOrder, compareNames: (a: string, b: string) => number): Compare {
  const by: Record<string, Compare> = {
    created_at: (a, b) => a.added - b.added,
    filename: (a, b) => compareNames(a.filename, b.filename),
    size: (a, b) => a.size - b.size,
  };
  const ascending = by[order.replace('-', '')]!;
  const compare: Compare = (a, b) => ascending(a, b) || (a.id < b.id ? -1 : Number(a.id > b.id));
  return order.startsWith('-') ? (a, b) => compare(b, a) : compare;
}

/** Returns the order in which the server lists files. */
export const serverOrder = (order: FileOrder) => comparing(order, (a, b) => compareCodePoints(nameKey(a), nameKey(b)));

/** Returns the order for people: names in the alphabet of the language, numbers in them by value. */
export const naturalOrder = (order: FileOrder, language: string) =>
  comparing(order, new Intl.Collator(language, { numeric: true }).compare);

/** Returns whether the server finds the file by the text. */
export const matchesSearch = (text: string) => {
  const key = nameKey(text);
  return ({ filename }: FileRow) => nameKey(filename).includes(key);
};
