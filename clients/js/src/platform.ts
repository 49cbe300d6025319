import type { Connect } from './live/transport.js';
import type { UploadContent } from './upload.js';
import type { UploadStorage } from './upload_storage.js';

/** Content that is ready to be uploaded. */
export interface Source {
  /** What tus-js-client reads from. */
  stream: unknown;
  filename?: string;
  contentType?: string;
  /** Undefined where only the end will tell. */
  size: number | undefined;
  /** The same content has the same key; undefined where that is not known. */
  key?: string;
}

/** What browsers and Node.js do each in their own way. */
export interface Platform {
  /** Undefined where there is no WebSocket. */
  connect: Connect | undefined;
  open(content: UploadContent): Promise<Source>;
  /** Random, from a source that nobody can foresee. */
  randomKey(): string;
  /** Where unfinished uploads are remembered, if nobody says otherwise. */
  uploadStorage: UploadStorage | undefined;
  /** Calls the handler when the network comes back. Returns a function that stops it. */
  onOnline(handler: () => void): () => void;
  /** Calls the handler when the network goes away. Returns a function that stops it. */
  onOffline(handler: () => void): () => void;
}
