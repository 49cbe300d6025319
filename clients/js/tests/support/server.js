// The real server as a child process, with users.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { KingShare, MemoryTokens } from '../../dist/index.js';
import { within } from './timeouts.js';

const binary = resolve(process.env.KINGSHARE_BINARY ?? '../../build/release/kingshare');
const settings = {
  'auth.registration': 'open',
  'http.requests_per_second': 100_000,
  'http.request_burst': 100_000,
  'auth.login_attempts_per_minute': 100_000,
  'realtime.presence': 'off',
  'server.threads': 1,
};

export class Server {
  #folder = mkdtempSync(join(tmpdir(), 'kingshare-sdk-'));
  #port = 0;
  #users = 0;

  constructor(given) {
    this.settings = { ...settings, ...given };
  }

  /** Starts a server and removes it with its data after the test. */
  static async start(test, given = {}) {
    const server = new Server(given);
    await server.start();
    test.after(() => server.remove());
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  get port() {
    return this.#port;
  }

  /** Starts the process; after kill or stop, with the same port and data. */
  async start() {
    const set = Object.entries(this.settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    this.process = spawn(binary, ['serve', '--data-dir', join(this.#folder, 'data'), '--listen', `127.0.0.1:${this.#port}`, ...set], {
      env: { ...process.env, KINGSHARE_AUTH__ADMIN_PASSWORD: 'the administrator' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.gone = once(this.process, 'exit');
    let log = '';
    const listening = new Promise((done, fail) => {
      createInterface({ input: this.process.stderr }).on('line', (line) => {
        log += `${line}\n`;
        const found = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(line);
        if (found) done(Number(found[1]));
      });
      this.process.once('exit', (code) => fail(new Error(`the server ended with ${code}:\n${log}`)));
    });
    this.#port = await within(30, listening, 'the server listens');
  }

  async kill() {
    this.process.kill('SIGKILL');
    await this.gone;
  }

  async stop() {
    this.process.kill('SIGTERM');
    await within(30, this.gone, 'the server stops');
  }

  /** Suspends the process: it keeps its connections and does not respond. */
  stall() {
    this.process.kill('SIGSTOP');
  }

  resume() {
    this.process.kill('SIGCONT');
  }

  async remove() {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Registers a new user and returns a client for it. `url` may be that of a proxy to this server. */
  async user(name = 'anna', { url = this.url, tokens = new MemoryTokens() } = {}) {
    this.#users += 1;
    await new KingShare({ url: this.url, credentials: tokens }).auth.register({ username: `${name}-${this.#users}`, password: 'correct horse' });
    return new KingShare({ url, credentials: tokens });
  }

  async admin() {
    const ks = new KingShare({ url: this.url, credentials: new MemoryTokens() });
    await ks.auth.login({ username: 'admin', password: 'the administrator' });
    return ks;
  }
}
