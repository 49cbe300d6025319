import { tokensOf } from './credentials.js';
import type { CreatedToken, CreateTokenRequest, LoginRequest, Me, RegisterRequest, ResetPasswordRequest, Session, SetupRequest, Token } from './generated/protocol.js';
import type { Http } from './http.js';
import { list, type List, type PageOptions } from './list.js';

/** Becoming known to the server, and being forgotten. */
export class Auth {
  /** Your personal access tokens, for programs. */
  readonly tokens: PersonalTokens;

  constructor(private readonly http: Http) {
    this.tokens = new PersonalTokens(http);
  }

  /** Sign in. */
  async login(who: LoginRequest): Promise<Me> {
    if (this.http.credentials) return this.#keep(await this.http.json<Session>('POST', 'auth/login', { json: who, anonymous: true }));
    return (await this.http.json<{ user: Me }>('POST', 'auth/login', { query: { session: 'cookie' }, json: who })).user;
  }

  /** Open an account and sign in. */
  async register(who: RegisterRequest): Promise<Me> {
    return this.#begin('auth/register', who);
  }

  /** Make the first administrator, by the code of the set-up link, and sign in. */
  async setup(who: SetupRequest): Promise<Me> {
    return this.#begin('auth/setup', who);
  }

  /** End this session. */
  async logout(): Promise<void> {
    const { credentials } = this.http;
    if (!credentials) return this.http.json('POST', 'auth/logout');
    const tokens = await credentials.load();
    if (tokens?.refresh_token) {
      await this.http.json('POST', 'auth/logout', { json: { refresh_token: tokens.refresh_token }, anonymous: true });
    }
    await credentials.save(null);
  }

  /** End all of your sessions, this one too. */
  async logoutAll(): Promise<void> {
    await this.http.json('POST', 'auth/logout-all');
    await this.http.credentials?.save(null);
  }

  /** Change your password. Your other sessions end. */
  async changePassword(password: string, newPassword: string): Promise<void> {
    await this.http.json('POST', 'auth/password', { json: { password, new_password: newPassword } });
  }

  /** Set another password by the code of a reset link, and sign in. */
  async resetPassword(reset: ResetPasswordRequest): Promise<Me> {
    if (this.http.credentials) return this.#keep(await this.http.json<Session>('POST', 'auth/reset', { json: reset, anonymous: true }));
    return (await this.http.json<{ user: Me }>('POST', 'auth/reset', { query: { session: 'cookie' }, json: reset })).user;
  }

  /** Your own account. */
  me(): Promise<Me> {
    return this.http.json('GET', 'users/me');
  }

  async #begin(path: string, who: RegisterRequest | SetupRequest): Promise<Me> {
    const session = await this.http.json<Session>('POST', path, { json: who, anonymous: true });
    if (this.http.credentials) return this.#keep(session);
    // A browser signs in by cookie: the tokens that came along end here.
    await this.http.json('POST', 'auth/logout', { json: { refresh_token: session.refresh_token } });
    return this.login({ username: who.username, password: who.password });
  }

  async #keep(session: Session): Promise<Me> {
    await this.http.credentials?.save(tokensOf(session, Date.now()));
    return session.user;
  }
}

/** Passwords for single programs, good until they expire or you take them back. */
export class PersonalTokens {
  constructor(private readonly http: Http) {}

  list(options: PageOptions = {}): List<Token> {
    return list(this.http, 'tokens', { ...options });
  }

  /** Make one. The answer is the only time that its secret is shown. */
  create(token: CreateTokenRequest): Promise<CreatedToken> {
    return this.http.json('POST', 'tokens', { json: token, creates: true });
  }

  async remove(tokenId: string): Promise<void> {
    await this.http.json('DELETE', `tokens/${encodeURIComponent(tokenId)}`);
  }
}
