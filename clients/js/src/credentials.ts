import { KingShareError } from './error.js';
import type { TokenPair } from './generated/protocol.js';

/** What signs you in: a pair of tokens, or a personal access token alone. */
export interface Tokens {
  access_token: string;
  refresh_token?: string | undefined;
  /** When the access token expires, in milliseconds since 1970; left out: never, as far as is known. */
  expires_at?: number | undefined;
  /** When to trade them for new ones, a while before. */
  refresh_at?: number | undefined;
}

/**
 * Where tokens are kept. Whatever keeps them must keep them secret, and be one process's own: a refresh token that comes twice
 * counts as stolen.
 */
export interface TokenStore {
  load(): Tokens | null | Promise<Tokens | null>;
  save(tokens: Tokens | null): void | Promise<void>;
}

/** Keeps tokens in memory: `new MemoryTokens()` to sign in later, `new MemoryTokens('ks_…')` for a personal access token. */
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

// Several clients may share a store.
const refreshing = new WeakMap<TokenStore, Promise<Tokens | null>>();

/** Hands out an access token that is good, trading the refresh token for a new pair in time: once, however many ask. */
export class Credentials {
  constructor(
    private readonly store: TokenStore,
    private readonly trade: (refreshToken: string) => Promise<TokenPair>,
    private readonly now: () => number,
  ) {}

  /** The tokens, fresh for a while yet; null where nobody is signed in. */
  async current(): Promise<Tokens | null> {
    const tokens = await this.store.load();
    const due = tokens?.refresh_token !== undefined && this.now() >= (tokens.refresh_at ?? tokens.expires_at ?? Number.POSITIVE_INFINITY);
    return due ? this.refresh(tokens.access_token) : tokens;
  }

  /** Others than these, which the server refused; null where there is no way to them but signing in. */
  refresh(refused: string): Promise<Tokens | null> {
    const flight = refreshing.get(this.store) ?? this.#renew(refused).finally(() => refreshing.delete(this.store));
    refreshing.set(this.store, flight);
    return flight;
  }

  async save(tokens: Tokens | null): Promise<void> {
    await this.store.save(tokens);
  }

  load(): Tokens | null | Promise<Tokens | null> {
    return this.store.load();
  }

  async #renew(refused: string): Promise<Tokens | null> {
    const tokens = await this.store.load();
    if (tokens && tokens.access_token !== refused) return tokens;
    if (!tokens?.refresh_token) return null;
    try {
      const renewed = tokensOf(await this.trade(tokens.refresh_token), this.now());
      await this.store.save(renewed);
      return renewed;
    } catch (error) {
      if (!(error instanceof KingShareError) || error.status !== 401) throw error;
      await this.store.save(null);
      return null;
    }
  }
}
