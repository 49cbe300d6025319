// A TCP proxy to a server, with fault injection.
import { once } from 'node:events';
import net from 'node:net';

export class Network {
  /** Number of accepted connections. */
  connections = 0;
  /** Bytes sent towards the server. */
  sent = 0;
  #ways = new Set();
  #flows = true;
  #cutAt = Number.POSITIVE_INFINITY;
  #busy = 0;

  static async start(test, server) {
    const network = new Network();
    network.listener = net.createServer((here) => network.#join(here, server.port)).listen(0, '127.0.0.1');
    await once(network.listener, 'listening');
    network.url = `http://127.0.0.1:${network.listener.address().port}`;
    test.after(() => {
      network.cut();
      network.listener.close();
    });
    return network;
  }

  #join(here, port) {
    this.connections += 1;
    if (this.#busy > 0) {
      this.#busy -= 1;
      here.on('error', () => {});
      here.once('data', () => here.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'));
      return;
    }
    const there = net.connect(port, '127.0.0.1');
    const way = [here, there];
    this.#ways.add(way);
    here.on('data', (bytes) => {
      this.sent += bytes.length;
      if (this.sent >= this.#cutAt) {
        this.#cutAt = Number.POSITIVE_INFINITY;
        this.onCut?.();
        return this.cut();
      }
      if (!there.write(bytes)) here.pause();
    });
    there.on('drain', () => this.#flows && here.resume());
    there.on('data', (bytes) => here.write(bytes));
    for (const end of way) {
      if (!this.#flows) end.pause();
      end.on('error', () => {});
      end.on('close', () => {
        this.#ways.delete(way);
        for (const one of way) one.destroy();
      });
    }
  }

  /** Breaks all connections. */
  cut() {
    for (const way of this.#ways) for (const end of way) end.destroy();
  }

  /** Breaks all connections and answers the next `connections` with 503 and Retry-After, like a proxy of an overloaded server. */
  busy(connections) {
    this.#busy = connections;
    this.cut();
  }

  /** Breaks all connections after so many more bytes from clients. Resolves at that moment. */
  cutAfter(bytes) {
    this.#cutAt = this.sent + bytes;
    return new Promise((done) => {
      this.onCut = done;
    });
  }

  /** Stops forwarding without closing connections. */
  stall() {
    this.#flows = false;
    for (const way of this.#ways) for (const end of way) end.pause();
  }

  flow() {
    this.#flows = true;
    for (const way of this.#ways) for (const end of way) end.resume();
  }
}
