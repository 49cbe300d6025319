/** A resumable upload that is not complete. */
export interface UnfinishedUpload {
  /** Identifies server, content, filename and size. */
  key: string;
  /** URL of the upload on the server. */
  url: string;
  filename: string;
  /** Bytes; 0 if unknown. */
  size: number;
  /** Milliseconds since 1970. */
  startedAt: number;
}

/** Storage for unfinished uploads, so that they resume after a reload or in another process. `save` replaces by `key`. */
export interface UploadStorage {
  list(): UnfinishedUpload[] | Promise<UnfinishedUpload[]>;
  save(upload: UnfinishedUpload): void | Promise<void>;
  remove(key: string): void | Promise<void>;
}

/** An `UploadStorage` in memory; a base class for other storages. */
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

/** An `UploadStorage` in `localStorage` or `sessionStorage`. */
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
      // Storage is full: the upload does not survive a reload.
    }
  }

  remove(key: string): void {
    this.storage.removeItem(prefix + key);
  }
}
