import http from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';

/** A reverse proxy like nginx: answers 502 while `isBroken`. */
export class ReverseProxy {
  isBroken = false;
  /** The server's port. */
  target = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server = http.createServer((request, response) => {
    if (this.isBroken) return void response.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>502 Bad Gateway</h1>');
    const { method, url, headers } = request;
    const upstream = http.request({ port: this.target, host: '127.0.0.1', method, path: url, headers }, (upstreamResponse) => {
      response.writeHead(upstreamResponse.statusCode!, upstreamResponse.headers);
      upstreamResponse.pipe(response);
    });
    upstream.on('error', () => response.destroy());
    request.on('error', () => upstream.destroy());
    request.pipe(upstream);
  });

  constructor() {
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('upgrade', (request, socket, head) => {
      if (this.isBroken) return void socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
      const upstream = connect(this.target, '127.0.0.1', () => {
        const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}`);
        upstream.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
        upstream.write(head);
        upstream.pipe(socket).pipe(upstream);
      });
      for (const one of [upstream, socket]) {
        one.on('error', () => {
          upstream.destroy();
          socket.destroy();
        });
      }
      upstream.on('close', () => socket.destroy());
    });
  }

  async listen(): Promise<void> {
    this.#server.listen(0);
    await once(this.#server, 'listening');
  }

  get url() {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Aborts all connections and answers every further request with 502. */
  break(): void {
    this.isBroken = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  restore(): void {
    this.isBroken = false;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
