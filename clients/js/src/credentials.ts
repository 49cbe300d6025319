import { KingShareError } from './error.js';
import type { TokenPair } from './generated/protocol.js';

/** Credentials: an access and a refresh token, or a personal access token as `access_token` alone. */
export interface Tokens {
  access_token: string;
  refresh_token?: string | undefined;
  /** Expiry of the access token, in milliseconds since 1970; undefined if it is unknown or never. */
  expires_at?: number | undefined;
  /** Time of the next refresh, in milliseconds since 1970, before `expires_at`. */
  refresh_at?: number | undefined;
}

/**
 * Storage for tokens. `load` returns null if nobody is signed in; `save(null)` clears the store after a sign-out, or once the
 * server refuses the refresh token. A store must be private and used by one process only: the server takes a refresh token that
 * is used twice for stolen and ends the session. Several clients of a process may share a store.
 */
export interface TokenStore {
  load(): Tokens | null | Promise<Tokens | null>;
  save(tokens: Tokens | null): void | Promise<void>;
}

/** A `TokenStore` in memory: `new MemoryTokens()` to sign in later, `new MemoryTokens('ksp_…')` for a personal access token. */
export class MemoryTokens implements TokenStore {
  #tokens: Tokens | null;

  constructor(tokens: Tokens | string | null = null) {
    this.#tokens = typeof tokens === 'string' ? { access_token: tokens } : tokens;
  }

  load(): Tokens | null {
    return this.#tokens;
  }

  save(tokens: Tokens | null): void {
    this.#tokens = tokens;
  }
}

export function tokensOf(pair: TokenPair, now: number): Tokens {
  const lifetime = pair.expires_in * 1000;
  const expires_at = now + lifetime;
  const refresh_at = expires_at - Math.min(30_000, lifetime / 3);
  return { access_token: pair.access_token, refresh_token: pair.refresh_token, expires_at, refresh_at };
}

// Refreshes in flight, by store: clients that share a store must share its refresh.
const refreshing = new WeakMap<TokenStore, Promise<Tokens | null>>();

/** Provides a valid access token and refreshes it before it expires. Concurrent callers share one refresh. */
export class Credentials {
  constructor(
    private readonly store: TokenStore,
    private readonly exchange: (refreshToken: string) => Promise<TokenPair>,
    private readonly now: () => number,
  ) {}

  /** Returns the tokens, refreshed if due; null if nobody is signed in. Throws KingShareError if a due refresh fails. */
  async current(): Promise<Tokens | null> {
    const tokens = await this.store.load();
    const due = tokens?.refresh_token !== undefined && this.now() >= (tokens.refresh_at ?? tokens.expires_at ?? Number.POSITIVE_INFINITY);
    return due ? this.refresh(tokens.access_token) : tokens;
  }

  /** Returns tokens other than the refused one; null if the user must sign in again. Throws KingShareError, e.g. NETWORK. */
  refresh(refusedToken: string): Promise<Tokens | null> {
    const pending = refreshing.get(this.store) ?? this.#refresh(refusedToken).finally(() => refreshing.delete(this.store));
    refreshing.set(this.store, pending);
    return pending;
  }

  async save(tokens: Tokens | null): Promise<void> {
    await this.store.save(tokens);
  }

  load(): Tokens | null | Promise<Tokens | null> {
    return this.store.load();
  }

  async #refresh(refusedToken: string): Promise<Tokens | null> {
    const tokens = await this.store.load();
    if (tokens && tokens.access_token !== refusedToken) return tokens;
    if (!tokens?.refresh_token) return null;
    try {
      const refreshed = tokensOf(await this.exchange(tokens.refresh_token), this.now());
      await this.store.save(refreshed);
      return refreshed;
    } catch (error) {
      if (!(error instanceof KingShareError) || error.status !== 401) throw error;
      await this.store.save(null);
      return null;
    }
  }
}
