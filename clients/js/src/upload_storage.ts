/** An upload that has begun and not ended. */
export interface UnfinishedUpload {
  /** Which content it is: the same content has the same key. */
  key: string;
  /** Where the server has what came of it. */
  url: string;
  filename: string;
  size: number;
  /** In milliseconds since 1970. */
  startedAt: number;
}

/** Remembers unfinished uploads, so that they go on after a reload or in another process. */
export interface UploadStorage {
  list(): UnfinishedUpload[] | Promise<UnfinishedUpload[]>;
  save(upload: UnfinishedUpload): void | Promise<void>;
  remove(key: string): void | Promise<void>;
}

/** Keeps them in memory; a base for what keeps them elsewhere. */
export class MemoryUploadStorage implements UploadStorage {
  readonly #uploads = new Map<string, UnfinishedUpload>();

  list(): UnfinishedUpload[] {
    return [...this.#uploads.values()];
  }

  save(upload: UnfinishedUpload): void {
    this.#uploads.set(upload.key, upload);
  }

  remove(key: string): void {
    this.#uploads.delete(key);
  }
}

const prefix = 'kingshare.upload ';

/** Keeps them where a browser keeps things: `localStorage` or `sessionStorage`. */
export class WebUploadStorage implements UploadStorage {
  constructor(private readonly storage: Storage) {}

  list(): UnfinishedUpload[] {
    const keys = Array.from({ length: this.storage.length }, (_, index) => this.storage.key(index) ?? '');
    return keys.filter((key) => key.startsWith(prefix)).map((key) => JSON.parse(this.storage.getItem(key) ?? 'null'));
  }

  save(upload: UnfinishedUpload): void {
    try {
      this.storage.setItem(prefix + upload.key, JSON.stringify(upload));
    } catch {
      // No room: this upload goes on as long as the page lives.
    }
  }

  remove(key: string): void {
    this.storage.removeItem(prefix + key);
  }
}
