// A scripted WebSocket server that can send invalid frames.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';

/** Encodes a frame (RFC 6455); the options can make it invalid. */
export function frame(opcode, payload, { fin = true, reserved = 0, mask = false, length = undefined } = {}) {
  const body = Buffer.from(payload);
  const size = length ?? body.length;
  const head = size < 126 ? [size] : size < 65536 ? [126, size >> 8, size & 255] : [127, 0, 0, 0, 0, ...u32(size)];
  head[0] |= mask ? 0x80 : 0;
  return Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | (reserved << 4) | opcode, ...head, ...(mask ? [0, 0, 0, 0] : [])]), body]);
}

const u32 = (number) => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255);

export const text = (type, data, more = {}) => frame(1, JSON.stringify({ type, data, ...more }));
export const close = (code, reason = '') => frame(8, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]));
export const welcome = Buffer.concat([
  text('AuthenticationResult', { success: true, message: '' }),
  text('Resumed', { replayed: 0, complete: true, cursor: 'c0' }),
]);

/** The server side of one connection. */
class ScriptedConnection {
  #bytes = Buffer.alloc(0);
  #received = [];
  #waiting = [];

  constructor(socket, request) {
    this.socket = socket;
    this.request = request;
    this.since = new URL(request.url, 'http://x').searchParams.get('since');
    socket.on('data', (bytes) => this.#read(bytes));
    socket.on('error', () => {});
  }

  send(...frames) {
    if (this.socket.writable) this.socket.write(Buffer.concat(frames));
    return this;
  }

  /** Sends a close frame and ends the TCP connection. */
  close(code, reason) {
    this.socket.end(close(code, reason));
  }

  /** Returns the next message from the client. */
  receive() {
    if (this.#received.length > 0) return Promise.resolve(this.#received.shift());
    return new Promise((done) => this.#waiting.push(done));
  }

  #read(bytes) {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (;;) {
      if (this.#bytes.length < 6) return;
      const opcode = this.#bytes[0] & 15;
      const short = this.#bytes[1] & 127;
      const at = short === 126 ? 4 : 2;
      const size = short === 126 ? this.#bytes.readUInt16BE(2) : short;
      if (this.#bytes.length < at + 4 + size) return;
      const mask = this.#bytes.subarray(at, at + 4);
      const body = this.#bytes.subarray(at + 4, at + 4 + size).map((byte, index) => byte ^ mask[index % 4]);
      this.#bytes = this.#bytes.subarray(at + 4 + size);
      if (opcode === 8 && this.socket.writable) this.socket.write(frame(8, body));
      if (opcode !== 1) continue;
      const message = JSON.parse(Buffer.from(body).toString());
      const waiting = this.#waiting.shift();
      if (waiting) waiting(message);
      else this.#received.push(message);
    }
  }
}

export class ScriptedServer {
  handshakes = 0;

  /** Calls `script(connection, n)` on the n-th connection, from 1. `refuse(n)` may return [status, headers] to refuse its handshake. */
  static async start(test, script, { refuse = () => undefined } = {}) {
    const server = new ScriptedServer();
    server.http = http.createServer((_, answer) => answer.writeHead(404).end());
    const sockets = [];
    server.http.on('upgrade', (request, socket) => {
      sockets.push(socket);
      server.handshakes += 1;
      const refused = refuse(server.handshakes);
      if (refused) {
        const headers = Object.entries(refused[1]).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.end(`HTTP/1.1 ${refused[0]} No\r\n${headers.join('')}Content-Length: 0\r\nConnection: close\r\n\r\n`);
        return;
      }
      const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      const lines = [
        'HTTP/1.1 101 Yes',
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Accept: ${accept}`,
        'Sec-WebSocket-Protocol: kingshare.v1',
      ];
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
      script(new ScriptedConnection(socket, request), server.handshakes);
    });
    server.http.listen(0, '127.0.0.1');
    await once(server.http, 'listening');
    server.url = `http://127.0.0.1:${server.http.address().port}`;
    test.after(() => {
      for (const socket of sockets) socket.destroy();
      server.http.close();
    });
    return server;
  }
}
