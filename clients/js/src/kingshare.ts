import { Auth } from './auth.js';
import { Credentials, type TokenStore } from './credentials.js';
import { KingShareError } from './error.js';
import { Events } from './events.js';
import { Files } from './files.js';
import type { NotifyRequest, Presence, Setting, TokenPair, WsCleanup, WsStats } from './generated/protocol.js';
import { Http } from './http.js';
import type { List, PageOptions } from './list.js';
import { Invitations, presence, Users } from './people.js';
import { Live } from './live/live.js';
import type { LiveOptions } from './live/types.js';
import { PublicShares, Shares } from './shares.js';
import { remove, Upload, type UploadContent, type UploadOptions } from './upload.js';
import type { UnfinishedUpload, UploadStorage } from './upload_storage.js';
import { platform } from '#platform';

export interface KingShareOptions {
  /** The server, like `https://share.example` or `https://example.org/share`; the page's own origin, if left out in a browser. */
  url?: string | undefined;
  /** `cookie` (the default) for a page of the server's own, where no script sees a token; or where tokens are kept. */
  credentials?: 'cookie' | TokenStore | undefined;
  fetch?: typeof globalThis.fetch | undefined;
}

const clock = {
  now: Date.now,
  random: Math.random,
  setTimeout: (handler: () => void, milliseconds: number) => setTimeout(handler, milliseconds),
  clearTimeout: (timer: unknown) => clearTimeout(timer as number),
};

// A refresh is waited for by everything else.
const refreshPatience = 20_000;

/** A KingShare server. */
export class KingShare {
  readonly url: string;
  readonly auth: Auth;
  readonly files: Files;
  readonly shares: Shares;
  readonly publicShares: PublicShares;
  readonly users: Users;
  readonly invitations: Invitations;
  readonly events: Events;
  readonly #http: Http;

  constructor(options: KingShareOptions = {}) {
    const { credentials = 'cookie', fetch = globalThis.fetch.bind(globalThis) } = options;
    const url = new URL(options.url ?? globalThis.location?.origin);
    this.url = url.origin + url.pathname.replace(/\/+$/, '');
    const store = credentials === 'cookie' ? undefined : credentials;
    // A refresh token is good once, but for the repetition of the same trade.
    let last = { refreshToken: '', key: '' };
    const trade = (refreshToken: string) => {
      if (last.refreshToken !== refreshToken) last = { refreshToken, key: platform.randomKey() };
      return this.#http.json<TokenPair>('POST', 'auth/refresh', {
        json: { refresh_token: refreshToken },
        headers: { 'Idempotency-Key': last.key },
        anonymous: true,
        signal: AbortSignal.timeout(refreshPatience),
      });
    };
    this.#http = new Http(this.url, store && new Credentials(store, trade, Date.now), fetch);
    this.auth = new Auth(this.#http);
    this.files = new Files(this.#http);
    this.shares = new Shares(this.#http);
    this.publicShares = new PublicShares(this.#http);
    this.users = new Users(this.#http);
    this.invitations = new Invitations(this.#http);
    this.events = new Events(this.#http);
  }

  /** Begin to upload a file, in a way that survives whatever breaks. */
  upload(content: UploadContent, options: UploadOptions = {}): Upload {
    return new Upload(this.#http, content, options);
  }

  /** Load the code that uploads need before the first one needs it: later the network may be away. */
  async prepareUploads(): Promise<void> {
    await import('tus-js-client');
  }

  /** Uploads that this storage remembers and that are not done: upload the same content again, and they go on. */
  async unfinishedUploads(storage: UploadStorage | undefined = platform.uploadStorage): Promise<UnfinishedUpload[]> {
    return [...((await storage?.list()) ?? [])].filter(({ key }) => key.startsWith(`${this.url} `));
  }

  /** Give up an upload that is not done; the server forgets what it has. */
  async forgetUpload(upload: UnfinishedUpload, storage: UploadStorage | undefined = platform.uploadStorage): Promise<void> {
    await storage?.remove(upload.key);
    await remove(this.#http, upload.url);
  }

  /** The live channel: what happens, as it happens. */
  live(options: LiveOptions = {}): Live {
    const { connect, onOnline, onOffline } = platform;
    if (!connect) throw new KingShareError('CLOSED', 'Below Node.js 22 the live channel needs the package ws: npm install ws');
    return new Live(this.#http, options, { connect, onOnline, onOffline, ...clock });
  }

  /** Who is here, of those that you may see. */
  presence(options: PageOptions = {}): List<Presence> {
    return presence(this.#http, options);
  }

  /** Tell everyone something; for administrators. */
  async notify(notice: NotifyRequest): Promise<void> {
    await this.#http.json('POST', 'notifications', { json: notice, creates: true });
  }

  /** How many are connected; for administrators. */
  stats(): Promise<WsStats> {
    return this.#http.json('GET', 'ws/stats');
  }

  /** The settings in force, without secrets; for administrators. */
  async settings(): Promise<Setting[]> {
    return (await this.#http.json<{ items: Setting[] }>('GET', 'settings')).items;
  }

  /** Close the connections that are dead; for administrators. */
  cleanup(): Promise<WsCleanup> {
    return this.#http.json('POST', 'ws/cleanup');
  }
}
