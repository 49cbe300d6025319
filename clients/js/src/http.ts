import type { Credentials } from './credentials.js';
import { errorOf, KingShareError } from './error.js';
import { platform } from '#platform';

const maxRetries = 2;
const retryDelay = 300;

export interface RequestOptions {
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string | undefined>;
  signal?: AbortSignal | undefined;
  /** Send no Authorization header. */
  anonymous?: boolean;
  /** Creates a resource: retried after a NETWORK error, with an Idempotency-Key so that the server creates it once. */
  creates?: boolean;
  /** Let the request survive the page that makes it. */
  keepalive?: boolean;
}

/** HTTP client of the API: adds credentials, retries, and throws KingShareError for every error response. */
export class Http {
  constructor(
    readonly base: string,
    /** Undefined for cookie sessions. */
    readonly credentials: Credentials | undefined,
    private readonly fetch: typeof globalThis.fetch,
  ) {}

  url(path: string, query: RequestOptions['query'] = {}): string {
    const entries = Object.entries(query).filter(([, value]) => value !== undefined) as [string, string][];
    const text = new URLSearchParams(entries).toString();
    return `${this.base}/api/v1/${path}${text && `?${text}`}`;
  }

  /** Returns the JSON of the response; undefined for 202 and 204. Throws NETWORK if the body is incomplete. */
  async json<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const response = await this.request(method, path, options);
    try {
      return (response.status === 204 || response.status === 202 ? undefined : await response.json()) as T;
    } catch (cause) {
      throw new KingShareError('NETWORK', 'The response is incomplete', { status: response.status, cause });
    }
  }

  /** Returns a response with a 2xx status and throws otherwise. After INVALID_TOKEN, refreshes the token and retries once. */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const tokens = options.anonymous ? null : await this.credentials?.current();
    if (options.creates) options = { ...options, headers: { ...options.headers, 'Idempotency-Key': platform.randomKey() } };
    const response = await this.#sendWithRetries(method, path, options, tokens?.access_token);
    if (response.ok) return response;
    const error = errorOf(response.status, await response.text().catch(() => ''), response.headers.get('Retry-After'));
    if (error.code !== 'INVALID_TOKEN' || !tokens) throw error;
    const refreshed = await this.credentials?.refresh(tokens.access_token);
    if (!refreshed) throw error;
    const retried = await this.#sendWithRetries(method, path, options, refreshed.access_token);
    if (retried.ok) return retried;
    throw errorOf(retried.status, await retried.text().catch(() => ''), retried.headers.get('Retry-After'));
  }

  async #sendWithRetries(method: string, path: string, options: RequestOptions, token: string | undefined): Promise<Response> {
    for (let retries = 0; ; ++retries) {
      try {
        return await this.#send(method, path, options, token);
      } catch (error) {
        const lost = options.creates && retries < maxRetries && (error as KingShareError).code === 'NETWORK';
        if (!lost || options.signal?.aborted) throw error;
        await new Promise((resolve) => setTimeout(resolve, retryDelay));
      }
    }
  }

  async #send(method: string, path: string, options: RequestOptions, token: string | undefined): Promise<Response> {
    const headers = new Headers();
    for (const [name, value] of Object.entries(options.headers ?? {})) if (value !== undefined) headers.set(name, value);
    if (options.json !== undefined) headers.set('Content-Type', 'application/json');
    if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
    try {
      return await this.fetch(this.url(path, options.query), {
        method,
        headers,
        body: options.json !== undefined ? JSON.stringify(options.json) : (options.body ?? null),
        credentials: this.credentials ? 'omit' : 'same-origin',
        signal: options.signal ?? null,
        keepalive: options.keepalive ?? false,
      });
    } catch (cause) {
      const aborted = options.signal?.aborted && options.signal.reason?.name !== 'TimeoutError';
      if (aborted) throw new KingShareError('ABORTED', 'The request was aborted', { cause });
      throw new KingShareError('NETWORK', 'The server cannot be reached', { cause });
    }
  }
}
