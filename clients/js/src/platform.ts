import type { Connect } from './live/transport.js';
import type { UploadContent } from './upload.js';
import type { UploadStorage } from './upload-storage.js';

/** Opened upload content. */
export interface UploadSource {
  /** Input for tus-js-client. */
  stream: unknown;
  filename?: string;
  contentType?: string;
  /** Bytes; undefined for streams of unknown length. */
  size: number | undefined;
  /** Identifies the content for resuming; undefined if it cannot be identified. */
  key?: string;
}

/** Platform abstraction; implemented for browsers and for Node.js. */
export interface Platform {
  /** Undefined without a WebSocket implementation. */
  connect: Connect | undefined;
  open(content: UploadContent): Promise<UploadSource>;
  /** Returns a cryptographically random key. */
  randomKey(): string;
  /** Default storage for unfinished uploads; undefined if the platform has none. */
  uploadStorage: UploadStorage | undefined;
  /** Calls the handler when the network is available again. Returns a function that removes the handler. */
  onOnline(handler: () => void): () => void;
  /** Calls the handler when the network is lost. Returns a function that removes the handler. */
  onOffline(handler: () => void): () => void;
}
