import { randomUUID } from 'node:crypto';
import { createReadStream, ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { wrapWebSocket, type Connect } from './live/transport.js';
import type { Platform, UploadSource } from './platform.js';

// Node.js has a global WebSocket since version 22; older ones need the optional package `ws`.
const WebSocketClass: typeof WebSocket | undefined = globalThis.WebSocket;
const ws = WebSocketClass ? undefined : await import('ws').catch(() => undefined);

const connect: Connect = (url, protocols, events) => wrapWebSocket(new WebSocketClass!(url, protocols), events);

const connectWithWs: Connect = (url, protocols, events) => {
  const socket = new ws!.WebSocket(url, protocols);
  const wrapped = wrapWebSocket(socket as unknown as WebSocket, events);
  socket.on('error', () => socket.terminate());
  // Only `ws` exposes the response of a refused handshake, with its Retry-After.
  socket.on('unexpected-response', (request, response) => {
    const seconds = Number(response.headers['retry-after']);
    wrapped.close(1000);
    request.destroy();
    events.closed(1006, `The server answered ${response.statusCode}`, Number.isFinite(seconds) ? seconds : undefined);
  });
  return {
    send: wrapped.send,
    close: (code) => {
      wrapped.close(code);
      // Do not wait for the peer's close frame, and do not keep the process alive for it.
      setTimeout(() => socket.terminate(), 1000).unref();
    },
  };
};

async function fileSource(path: string): Promise<UploadSource> {
  const { size, mtimeMs } = await stat(path);
  return { stream: createReadStream(path), filename: basename(path), size, key: `${resolve(path)} ${mtimeMs}` };
}

export const platform: Platform = {
  connect: WebSocketClass ? connect : ws && connectWithWs,
  open: async (content) => {
    if (typeof content === 'string') return fileSource(content);
    if (content instanceof ReadStream && typeof content.path === 'string') return fileSource(content.path);
    if (content instanceof Blob) return { stream: Buffer.from(await content.arrayBuffer()), size: content.size, contentType: content.type };
    if (!(content instanceof Uint8Array)) return { stream: content, size: undefined };
    return { stream: Buffer.from(content.buffer, content.byteOffset, content.byteLength), size: content.byteLength };
  },
  randomKey: randomUUID,
  uploadStorage: undefined,
  onOnline: () => () => {},
  onOffline: () => () => {},
};
