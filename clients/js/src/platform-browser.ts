import { wrapWebSocket } from './live/transport.js';
import type { Platform } from './platform.js';
import { type UploadStorage, WebUploadStorage } from './upload-storage.js';

export const platform: Platform = {
  connect: (url, protocols, events) => wrapWebSocket(new WebSocket(url, protocols), events),
  open: async (content) => {
    if (!(content instanceof Blob)) throw new TypeError('In a browser, the content must be a File or a Blob');
    const source = { stream: content, size: content.size, contentType: content.type };
    if (!(content instanceof File)) return source;
    return { ...source, filename: content.name, key: `${content.webkitRelativePath || content.name} ${content.lastModified}` };
  },
  // crypto.randomUUID only exists in secure contexts.
  randomKey: () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(''),
  uploadStorage: localUploadStorage(),
  onOnline: (handler) => listen('online', handler),
  onOffline: (handler) => listen('offline', handler),
};

function listen(type: 'online' | 'offline', handler: () => void): () => void {
  globalThis.addEventListener?.(type, handler);
  return () => globalThis.removeEventListener?.(type, handler);
}

function localUploadStorage(): UploadStorage | undefined {
  try {
    return new WebUploadStorage(globalThis.localStorage);
  } catch {
    return undefined; // Storage is blocked for this page.
  }
}
