import { tokensOf } from './credentials.js';
import type {
  CreatedToken,
  CreateTokenRequest,
  LoginRequest,
  Me,
  RegisterRequest,
  ResetPasswordRequest,
  Session,
  SetupRequest,
  Token,
} from './generated/protocol.js';
import type { Http } from './http.js';
import { list, type List, type PageOptions } from './list.js';

/** Accounts and sessions: sign-in, registration, sign-out, passwords, personal access tokens. */
export class Auth {
  /** Your personal access tokens. */
  readonly tokens: PersonalTokens;

  constructor(private readonly http: Http) {
    this.tokens = new PersonalTokens(http);
  }

  /**
   * Signs in and returns your account. Saves the tokens in the `TokenStore`, or sets the session cookie. Errors:
   * INVALID_CREDENTIALS for an unknown user, a wrong password and a disabled account alike; RATE_LIMITED after too many attempts.
   */
  async login(credentials: LoginRequest): Promise<Me> {
    if (this.http.credentials) return this.#saveSession(await this.http.json<Session>('POST', 'auth/login', { json: credentials, anonymous: true }));
    return (await this.http.json<{ user: Me }>('POST', 'auth/login', { query: { session: 'cookie' }, json: credentials })).user;
  }

  /**
   * Creates an account, signs in and returns the account. Errors: FORBIDDEN if registration is closed or needs an invitation,
   * CONFLICT if the username exists, INVALID_REQUEST with `field`.
   */
  async register(account: RegisterRequest): Promise<Me> {
    return this.#createAccount('auth/register', account);
  }

  /** Creates the first administrator with the code of the set-up link and signs in. Errors: NOT_FOUND once set-up is done. */
  async setup(account: SetupRequest): Promise<Me> {
    return this.#createAccount('auth/setup', account);
  }

  /** Ends this session and clears the `TokenStore`. A personal access token stays valid; it is only removed from the store. */
  async logout(): Promise<void> {
    const { credentials } = this.http;
    if (!credentials) return this.http.json('POST', 'auth/logout');
    const tokens = await credentials.load();
    if (tokens?.refresh_token) {
      await this.http.json('POST', 'auth/logout', { json: { refresh_token: tokens.refresh_token }, anonymous: true });
    }
    await credentials.save(null);
  }

  /** Ends all of your sessions, including this one, and clears the `TokenStore`. Their live channels close. */
  async logoutAll(): Promise<void> {
    await this.http.json('POST', 'auth/logout-all');
    await this.http.credentials?.save(null);
  }

  /**
   * Changes your password. Ends your other sessions and revokes your personal access tokens; this session stays valid. Errors:
   * INVALID_CREDENTIALS if `password` is wrong, INVALID_REQUEST if `newPassword` is not 8 to 1024 bytes of UTF-8.
   */
  async changePassword(password: string, newPassword: string): Promise<void> {
    await this.http.json('POST', 'auth/password', { json: { password, new_password: newPassword } });
  }

  /** Sets a new password with the code of a reset link, ends all sessions of the user and signs in. Errors: INVALID_CREDENTIALS. */
  async resetPassword(reset: ResetPasswordRequest): Promise<Me> {
    if (this.http.credentials) return this.#saveSession(await this.http.json<Session>('POST', 'auth/reset', { json: reset, anonymous: true }));
    return (await this.http.json<{ user: Me }>('POST', 'auth/reset', { query: { session: 'cookie' }, json: reset })).user;
  }

  /** Returns your account. Errors: AUTHENTICATION_REQUIRED or INVALID_TOKEN if you are not signed in. */
  me(): Promise<Me> {
    return this.http.json('GET', 'users/me');
  }

  async #createAccount(path: string, account: RegisterRequest | SetupRequest): Promise<Me> {
    const session = await this.http.json<Session>('POST', path, { json: account, anonymous: true });
    if (this.http.credentials) return this.#saveSession(session);
    // A browser uses a cookie session: revoke the tokens of this response.
    await this.http.json('POST', 'auth/logout', { json: { refresh_token: session.refresh_token } });
    return this.login({ username: account.username, password: account.password });
  }

  async #saveSession(session: Session): Promise<Me> {
    await this.http.credentials?.save(tokensOf(session, Date.now()));
    return session.user;
  }
}

/** Personal access tokens: bearer tokens for programs, valid until they expire or are revoked. */
export class PersonalTokens {
  constructor(private readonly http: Http) {}

  /** Lists your tokens without their secrets. */
  list(options: PageOptions = {}): List<Token> {
    return list(this.http, 'tokens', { ...options });
  }

  /**
   * Creates a token. The secret is only in this response. Errors: FORBIDDEN without `password` if you signed in more than 15 minutes
   * ago, or if you use a personal access token; INVALID_CREDENTIALS for a wrong password.
   */
  create(token: CreateTokenRequest): Promise<CreatedToken> {
    return this.http.json('POST', 'tokens', { json: token, creates: true });
  }

  /** Revokes a token with immediate effect. Errors: NOT_FOUND. */
  async remove(tokenId: string): Promise<void> {
    await this.http.json('DELETE', `tokens/${encodeURIComponent(tokenId)}`);
  }
}
