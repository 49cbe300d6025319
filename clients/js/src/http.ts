import { Credentials } from './credentials.js';
import { errorOf, KingShareError } from './error.js';
import { platform } from '#platform';

const mostRepetitions = 2;
const repetitionDelay = 300;

export interface Call {
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

  url(path: string, query: Call['query'] = {}): string {
    const pairs = Object.entries(query).filter(([, value]) => value !== undefined) as [string, string][];
    const text = new URLSearchParams(pairs).toString();
    return `${this.base}/api/v1/${path}${text && `?${text}`}`;
  }

  /** Returns the JSON of the response; undefined for 202 and 204. Throws NETWORK if the body is incomplete. */
  async json<T>(method: string, path: string, call: Call = {}): Promise<T> {
    const answer = await this.answer(method, path, call);
    try {
      return (answer.status === 204 || answer.status === 202 ? undefined : await answer.json()) as T;
    } catch (cause) {
      throw new KingShareError('NETWORK', 'The answer broke off', { status: answer.status, cause });
    }
  }

  /** Returns a response with a 2xx status and throws otherwise. After INVALID_TOKEN, refreshes the token and retries once. */
  async answer(method: string, path: string, call: Call = {}): Promise<Response> {
    const tokens = call.anonymous ? null : await this.credentials?.current();
    if (call.creates) call = { ...call, headers: { ...call.headers, 'Idempotency-Key': platform.randomKey() } };
    const first = await this.#sendUntilAnswered(method, path, call, tokens?.access_token);
    if (first.ok) return first;
    const error = errorOf(first.status, await first.text().catch(() => ''), first.headers.get('Retry-After'));
    if (error.code !== 'INVALID_TOKEN' || !tokens) throw error;
    const renewed = await this.credentials?.refresh(tokens.access_token);
    if (!renewed) throw error;
    const second = await this.#sendUntilAnswered(method, path, call, renewed.access_token);
    if (second.ok) return second;
    throw errorOf(second.status, await second.text().catch(() => ''), second.headers.get('Retry-After'));
  }

  async #sendUntilAnswered(method: string, path: string, call: Call, token: string | undefined): Promise<Response> {
    for (let repetitions = 0; ; ++repetitions) {
      try {
        return await this.#send(method, path, call, token);
      } catch (error) {
        const lost = call.creates && repetitions < mostRepetitions && (error as KingShareError).code === 'NETWORK';
        if (!lost || call.signal?.aborted) throw error;
        await new Promise((resolve) => setTimeout(resolve, repetitionDelay));
      }
    }
  }

  async #send(method: string, path: string, call: Call, token: string | undefined): Promise<Response> {
    const headers = new Headers();
    for (const [name, value] of Object.entries(call.headers ?? {})) if (value !== undefined) headers.set(name, value);
    if (call.json !== undefined) headers.set('Content-Type', 'application/json');
    if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
    try {
      return await this.fetch(this.url(path, call.query), {
        method,
        headers,
        body: call.json !== undefined ? JSON.stringify(call.json) : (call.body ?? null),
        credentials: this.credentials ? 'omit' : 'same-origin',
        signal: call.signal ?? null,
        keepalive: call.keepalive ?? false,
      });
    } catch (cause) {
      const stopped = call.signal?.aborted && call.signal.reason?.name !== 'TimeoutError';
      if (stopped) throw new KingShareError('ABORTED', 'The call was stopped', { cause });
      throw new KingShareError('NETWORK', 'The server cannot be reached', { cause });
    }
  }
}
