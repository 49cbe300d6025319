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
import { discardUpload, Upload, type UploadContent, type UploadOptions } from './upload.js';
import type { UnfinishedUpload, UploadStorage } from './upload-storage.js';
import { platform } from '#platform';

export interface KingShareOptions {
  /** URL of the server, like `https://share.example` or `https://example.org/share`. Default in a browser: the page's origin. */
  url?: string | undefined;
  /** `cookie` (the default), for pages of the server's origin, hides the tokens from scripts; elsewhere a `TokenStore`. */
  credentials?: 'cookie' | TokenStore | undefined;
  /** Replaces the global `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
}

const clock = {
  now: Date.now,
  random: Math.random,
  setTimeout: (handler: () => void, milliseconds: number) => setTimeout(handler, milliseconds),
  clearTimeout: (timer: unknown) => clearTimeout(timer as number),
};

// Milliseconds. All other calls wait for a refresh in flight, so it must not hang.
const refreshTimeout = 20_000;

/** Client of a KingShare server. Failed requests reject with `KingShareError`. */
export class KingShare {
  /** URL of the server, without a trailing slash. */
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
    // A refresh token works once, except for retries with the same Idempotency-Key.
    let lastRefresh = { refreshToken: '', key: '' };
    const exchange = (refreshToken: string) => {
      if (lastRefresh.refreshToken !== refreshToken) lastRefresh = { refreshToken, key: platform.randomKey() };
      return this.#http.json<TokenPair>('POST', 'auth/refresh', {
        json: { refresh_token: refreshToken },
        headers: { 'Idempotency-Key': lastRefresh.key },
        anonymous: true,
        signal: AbortSignal.timeout(refreshTimeout),
      });
    };
    this.#http = new Http(this.url, store && new Credentials(store, exchange, Date.now), fetch);
    this.auth = new Auth(this.#http);
    this.files = new Files(this.#http);
    this.shares = new Shares(this.#http);
    this.publicShares = new PublicShares(this.#http);
    this.users = new Users(this.#http);
    this.invitations = new Invitations(this.#http);
    this.events = new Events(this.#http);
  }

  /** Starts a resumable upload and returns at once. Failures reject `Upload.finished`. */
  upload(content: UploadContent, options: UploadOptions = {}): Upload {
    return new Upload(this.#http, content, options);
  }

  /** Preloads the upload code, so that the first upload can start without a network. */
  async prepareUploads(): Promise<void> {
    await import('tus-js-client');
  }

  /** Returns the unfinished uploads to this server that `storage` holds. Upload the same content again to resume one. */
  async unfinishedUploads(storage: UploadStorage | undefined = platform.uploadStorage): Promise<UnfinishedUpload[]> {
    return [...((await storage?.list()) ?? [])].filter(({ key }) => key.startsWith(`${this.url} `));
  }

  /** Discards an unfinished upload in `storage` and, best-effort, on the server. */
  async forgetUpload(upload: UnfinishedUpload, storage: UploadStorage | undefined = platform.uploadStorage): Promise<void> {
    await storage?.remove(upload.key);
    await discardUpload(this.#http, upload.url);
  }

  /** Opens the live channel, a WebSocket with real-time events. Throws CLOSED below Node.js 22 without the package `ws`. */
  live(options: LiveOptions = {}): Live {
    const { connect, onOnline, onOffline } = platform;
    if (!connect) throw new KingShareError('CLOSED', 'Below Node.js 22 the live channel needs the package ws: npm install ws');
    return new Live(this.#http, options, { connect, onOnline, onOffline, ...clock });
  }

  /** Returns the presence of all users that `realtime.presence` lets you see, in one page. `UserOnline` and `UserOffline` update it. */
  presence(options: PageOptions = {}): List<Presence> {
    return presence(this.#http, options);
  }

  /** Sends a `SystemNotification` to all connections, including anonymous ones. Administrators only, or FORBIDDEN. */
  async notify(notice: NotifyRequest): Promise<void> {
    await this.#http.json('POST', 'notifications', { json: notice, creates: true });
  }

  /** Returns the current connection counts. Administrators only, or FORBIDDEN. */
  stats(): Promise<WsStats> {
    return this.#http.json('GET', 'ws/stats');
  }

  /** Returns the effective settings, without secrets. Administrators only, or FORBIDDEN. */
  async settings(): Promise<Setting[]> {
    return (await this.#http.json<{ items: Setting[] }>('GET', 'settings')).items;
  }

  /** Closes dead connections and returns their number. Administrators only, or FORBIDDEN. */
  cleanup(): Promise<WsCleanup> {
    return this.#http.json('POST', 'ws/cleanup');
  }
}
