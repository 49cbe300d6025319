import { KingShare, MemoryTokens } from '@kingshare/client';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const project = fileURLToPath(new URL('../..', import.meta.url));
const binary = process.env.KINGSHARE_BINARY ?? path.join(project, 'build/release/kingshare');

const defaults: Record<string, string> = {
  'auth.registration': 'open',
  'auth.login_attempts_per_minute': '100000',
  'http.requests_per_second': '100000',
  'http.request_burst': '100000',
  'realtime.offline_grace': '500ms',
};

/** A user with an account, and a signed-in client. */
export interface Person {
  name: string;
  password: string;
  client: KingShare;
}

/** The real server on a free port with a temporary folder. */
export class Server {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'kingshare-e2e-'));
  readonly #names = new Map<string, number>();
  #process!: ChildProcess;
  #port = 0;
  #log = '';

  private constructor(
    private readonly settings: Record<string, string>,
    private readonly adminPassword: string | null,
  ) {}

  /** Starts a server with an administrator `admin`, or, if the password is null, with no account and a set-up link. */
  static async start(settings: Record<string, string> = {}, adminPassword: string | null = 'the password of admin'): Promise<Server> {
    const server = new Server({ ...defaults, ...settings }, adminPassword);
    await server.start();
    return server;
  }

  get url() {
    return `http://localhost:${this.#port}`;
  }

  /** Standard error of the process, including the set-up link. */
  get log() {
    return this.#log;
  }

  /** Starts the process on the same data and, after the first start, at the same address. */
  async start(): Promise<void> {
    const settingArguments = Object.entries(this.settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    const password = this.adminPassword === null ? {} : { KINGSHARE_AUTH__ADMIN_PASSWORD: this.adminPassword };
    const command = ['serve', '--data-dir', path.join(this.#folder, 'data'), '--listen', `127.0.0.1:${this.#port}`, ...settingArguments];
    const logStart = this.#log.length;
    this.#process = spawn(binary, command, { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env.PATH, ...password } });
    await new Promise<void>((ready, failed) => {
      this.#process.once('exit', (status) => failed(new Error(`the server ended with ${status}:\n${this.#log}`)));
      this.#process.stderr!.on('data', (text: Buffer) => {
        this.#log += text;
        const found = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(this.#log.slice(logStart));
        if (!found) return;
        this.#port = Number(found[1]);
        this.#process.removeAllListeners('exit');
        ready();
      });
    });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill(signal);
    await once(this.#process, 'exit');
  }

  /** Kills the process like a crash. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Kills the process and removes its data. */
  async remove(): Promise<void> {
    await this.#end('SIGKILL');
    rmSync(this.#folder, { recursive: true });
  }

  /** Registers a new account; a taken name gets a number. */
  async person(name: string): Promise<Person> {
    const count = this.#names.get(name) ?? 0;
    this.#names.set(name, count + 1);
    const unique = count === 0 ? name : `${name}${count + 1}`;
    const password = `the password of ${unique}`;
    const client = this.client();
    await client.auth.register({ username: unique, password });
    return { name: unique, password, client };
  }

  async admin(): Promise<Person> {
    const client = this.client();
    await client.auth.login({ username: 'admin', password: this.adminPassword! });
    return { name: 'admin', password: this.adminPassword!, client };
  }

  client(): KingShare {
    return new KingShare({ url: this.url, credentials: new MemoryTokens() });
  }
}
