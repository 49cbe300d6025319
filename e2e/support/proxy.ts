import http from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';

/** A reverse proxy like nginx: answers 502 while `broken`. */
export class Proxy {
  broken = false;
  /** The server's port. */
  target = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server = http.createServer((request, answer) => {
    if (this.broken) return void answer.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>502 Bad Gateway</h1>');
    const { method, url, headers } = request;
    const onward = http.request({ port: this.target, host: '127.0.0.1', method, path: url, headers }, (given) => {
      answer.writeHead(given.statusCode!, given.headers);
      given.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    request.on('error', () => onward.destroy());
    request.pipe(onward);
  });

  constructor() {
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('upgrade', (request, socket, head) => {
      if (this.broken) return void socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
      const onward = connect(this.target, '127.0.0.1', () => {
        const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}`);
        onward.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      });
      for (const one of [onward, socket]) one.on('error', () => (onward.destroy(), socket.destroy()));
      onward.on('close', () => socket.destroy());
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
    this.broken = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.broken = false;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
