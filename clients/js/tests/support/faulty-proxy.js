// A TCP proxy to a server, with fault injection.
import { once } from 'node:events';
import net from 'node:net';

export class FaultyProxy {
  /** Number of accepted connections. */
  connections = 0;
  /** Bytes sent towards the server. */
  sent = 0;
  #links = new Set();
  #forwarding = true;
  #cutAfterBytes = Number.POSITIVE_INFINITY;
  #rejections = 0;

  static async start(test, server) {
    const proxy = new FaultyProxy();
    proxy.listener = net.createServer((client) => proxy.#accept(client, server.port)).listen(0, '127.0.0.1');
    await once(proxy.listener, 'listening');
    proxy.url = `http://127.0.0.1:${proxy.listener.address().port}`;
    test.after(() => {
      proxy.cut();
      proxy.listener.close();
    });
    return proxy;
  }

  #accept(client, port) {
    this.connections += 1;
    if (this.#rejections > 0) {
      this.#rejections -= 1;
      client.on('error', () => {});
      client.once('data', () => client.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'));
      return;
    }
    const upstream = net.connect(port, '127.0.0.1');
    const link = [client, upstream];
    this.#links.add(link);
    client.on('data', (bytes) => {
      this.sent += bytes.length;
      if (this.sent >= this.#cutAfterBytes) {
        this.#cutAfterBytes = Number.POSITIVE_INFINITY;
        this.onCut?.();
        return this.cut();
      }
      if (!upstream.write(bytes)) client.pause();
    });
    upstream.on('drain', () => this.#forwarding && client.resume());
    upstream.on('data', (bytes) => client.write(bytes));
    for (const end of link) {
      if (!this.#forwarding) end.pause();
      end.on('error', () => {});
      end.on('close', () => {
        this.#links.delete(link);
        for (const one of link) one.destroy();
      });
    }
  }

  /** Breaks all connections. */
  cut() {
    for (const link of this.#links) for (const end of link) end.destroy();
  }

  /** Breaks all connections and answers the next `connections` with 503 and Retry-After, like a proxy of an overloaded server. */
  busy(connections) {
    this.#rejections = connections;
    this.cut();
  }

  /** Breaks all connections after so many more bytes from clients. Resolves at that moment. */
  cutAfter(bytes) {
    this.#cutAfterBytes = this.sent + bytes;
    return new Promise((done) => {
      this.onCut = done;
    });
  }

  /** Stops forwarding without closing connections. */
  stall() {
    this.#forwarding = false;
    for (const link of this.#links) for (const end of link) end.pause();
  }

  resume() {
    this.#forwarding = true;
    for (const link of this.#links) for (const end of link) end.resume();
  }
}
