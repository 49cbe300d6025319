import type { CursorStore } from './types.js';

/** Keeps a Live's place where a browser keeps things: `new WebCursor('anna')` for one user's own, in `localStorage`. */
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
