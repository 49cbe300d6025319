import type { CursorStore } from './types.js';

/** A `CursorStore` in `localStorage`, or another Storage. Use one key per user: `new WebCursor(me.id)`. */
export class WebCursor implements CursorStore {
  constructor(
    private readonly key: string,
    private readonly storage: Storage = globalThis.localStorage,
  ) {}

  load(): string | null {
    return this.storage.getItem(`kingshare.cursor ${this.key}`);
  }

  save(cursor: string): void {
    this.storage.setItem(`kingshare.cursor ${this.key}`, cursor);
  }
}
