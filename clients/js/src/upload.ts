import type { DetailedError, HttpRequest, HttpResponse, Upload as Tus } from 'tus-js-client';
import { Backoff } from './backoff.js';
import { errorOf, KingShareError } from './error.js';
import type { FileInfo } from './generated/protocol.js';
import type { Http } from './http.js';
import type { UploadSource } from './platform.js';
import { platform } from '#platform';
import type { UploadStorage } from './upload-storage.js';

/** Upload content: in a browser a File or a Blob; in Node.js bytes, a Blob, the path of a file, or a stream. */
export type UploadContent = Blob | Uint8Array | string | NodeJS.ReadableStream;

/** `waiting` means that a retry is scheduled. `done`, `failed` and `cancelled` are final. */
export type UploadState = 'sending' | 'waiting' | 'paused' | 'done' | 'failed' | 'cancelled';

export interface UploadProgress {
  /** Bytes sent, including those of earlier attempts. */
  sent: number;
  /** Size of the content in bytes; 0 while the length of a stream is unknown. */
  total: number;
}

export interface UploadOptions {
  /** Name on the server. Default: the name of the File or path, else `untitled`. */
  filename?: string | undefined;
  /** Media type. Default: that of the Blob, else detected by the server. */
  contentType?: string | undefined;
  /** Called as bytes are sent. */
  onProgress?: ((progress: UploadProgress) => void) | undefined;
  /** Called once the server has created the upload. Its events carry this id, which becomes the id of the file. */
  onCreated?: ((fileId: string) => void) | undefined;
  /** Called on each state change; with the error for `waiting`, `failed` and `cancelled`. */
  onState?: ((state: UploadState, error?: KingShareError) => void) | undefined;
  /** Whether to resume an earlier upload of the same content [true]. A string identifies content that has no name, e.g. a stream. */
  resume?: boolean | string | undefined;
  /** Storage for unfinished uploads. Default: `localStorage` in a browser, none in Node.js. */
  storage?: UploadStorage | undefined;
  /** Maximum bytes per request, for proxies that limit request bodies. Default: unlimited, but 8 MiB for streams. */
  chunkSize?: number | undefined;
}

const defaultStreamChunkSize = 8 * 2 ** 20;
// Up to this size the content is sent with the creation request (creation-with-upload). If that request breaks, its bytes are lost.
const maxInlineSize = 256 * 2 ** 10;
const isRetryable = (status: number) => [0, 408, 409, 423, 429].includes(status) || (status >= 500 && status !== 507);

/**
 * A resumable upload (tus). Retries after network errors, server restarts and rate limits with exponential backoff (up to 30 s, or
 * the server's Retry-After) until it is done, paused or cancelled. Other errors, e.g. TOO_LARGE or QUOTA_EXCEEDED, are final.
 */
export class Upload {
  /** Resolves with the file once it is complete. Rejects with KingShareError: ABORTED after `cancel`, else the final error. */
  readonly finished: Promise<FileInfo>;
  #state: UploadState = 'sending';
  #id: string | undefined;
  #tus: Tus | undefined;
  #source: UploadSource | undefined;
  #preparing = false;
  #uploadKey: string | undefined;
  /** Idempotency-Key of the creation request; kept for its retries. */
  #creationKey = platform.randomKey();
  #maxSent = 0;
  #contentSent = false;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #refreshFailed = false;
  /** The request in flight. Errors of earlier requests are ignored. */
  #request: HttpRequest | undefined;
  #resolve!: (file: FileInfo) => void;
  #reject!: (error: KingShareError) => void;
  readonly #backoff = new Backoff(500, 30_000);
  readonly #storage: UploadStorage | undefined;
  readonly #removeListener: () => void;

  constructor(
    private readonly http: Http,
    private readonly content: UploadContent,
    private readonly options: UploadOptions,
  ) {
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.finished.catch(() => {}); // No unhandled rejection for callers that only use onState.
    this.#storage = options.resume === false ? undefined : (options.storage ?? platform.uploadStorage);
    this.#removeListener = platform.onOnline(() => this.#state === 'waiting' && this.#restart());
    this.#start();
  }

  /** The current state. */
  get state(): UploadState {
    return this.#state;
  }

  /** Id of the file; undefined until the server has created the upload. */
  get id(): string | undefined {
    return this.#id;
  }

  /** Stops sending; the server keeps the received bytes until the upload expires. No-op unless sending or waiting. */
  async pause(): Promise<void> {
    if (this.#state !== 'sending' && this.#state !== 'waiting') return;
    this.#setState('paused');
    await this.#stop();
  }

  /** Continues a paused upload. No-op in other states. */
  resume(): void {
    if (this.#state === 'paused') this.#restart();
  }

  /** Aborts the upload and discards its bytes on the server (best-effort). No-op in final states. */
  async cancel(): Promise<void> {
    if (['done', 'failed', 'cancelled'].includes(this.#state)) return;
    this.#endWithError('cancelled', new KingShareError('ABORTED', 'The upload was cancelled'));
    await this.#stop();
    const url = this.#tus?.url;
    if (this.#uploadKey) await this.#storage?.remove(this.#uploadKey);
    if (url) await discardUpload(this.http, url);
  }

  async #prepare(): Promise<void> {
    this.#preparing = true;
    try {
      await this.#createTus();
    } catch (cause) {
      if (['done', 'failed', 'cancelled'].includes(this.#state)) return;
      if (!(cause instanceof KingShareError)) return this.#endWithError('failed', new KingShareError('INVALID_REQUEST', messageOf(cause), { cause }));
      if (this.#state === 'sending') this.#scheduleRetry(cause);
      return;
    } finally {
      this.#preparing = false;
    }
    this.#start();
  }

  async #createTus(): Promise<void> {
    this.#source ??= await platform.open(this.content);
    const source = this.#source;
    // A separate chunk in a browser: loading it can fail when the network is down.
    const tus = await import('tus-js-client').catch((cause) => {
      throw new KingShareError('NETWORK', 'The server cannot be reached', { cause });
    });
    const filename = this.options.filename ?? source.filename ?? 'untitled';
    const filetype = this.options.contentType || source.contentType; // If empty, the server detects it.
    this.#uploadKey = this.#storageKey(source, filename);
    const earlier = this.#uploadKey ? (await this.#storage?.list())?.find(({ key }) => key === this.#uploadKey) : undefined;
    this.#tus = new tus.Upload(source.stream as Blob, {
      endpoint: earlier ? null : this.http.url('uploads'),
      uploadUrl: earlier?.url ?? null,
      chunkSize: this.options.chunkSize ?? (source.size === undefined ? defaultStreamChunkSize : Number.POSITIVE_INFINITY),
      uploadLengthDeferred: source.size === undefined,
      uploadDataDuringCreation: source.size !== undefined && source.size <= maxInlineSize,
      metadata: filetype ? { filename, filetype } : { filename },
      fingerprint: async () => null as unknown as string, // Resuming uses our own storage.
      storeFingerprintForResuming: false,
      retryDelays: null, // Retries are ours, too.
      onBeforeRequest: (request) => this.#authorize(request),
      onAfterResponse: (request, response) => this.#onResponse(request, response),
      onUploadUrlAvailable: () => this.#onCreated(filename, source.size ?? 0),
      onProgress: (sent, total) => this.#onProgress(sent, total ?? 0),
      onError: (error) => this.#onError(error as DetailedError),
      onSuccess: () => this.#complete(),
    });
  }

  #storageKey(source: UploadSource, filename: string): string | undefined {
    const content = typeof this.options.resume === 'string' ? this.options.resume : source.key;
    return content && [this.http.base, content, filename, source.size ?? ''].join(' ');
  }

  #setState(state: UploadState, error?: KingShareError): void {
    clearTimeout(this.#retryTimer);
    this.#state = state;
    this.options.onState?.(state, error);
  }

  #endWithError(state: 'failed' | 'cancelled', error: KingShareError): void {
    this.#removeListener();
    this.#setState(state, error);
    this.#reject(error);
  }

  #restart(): void {
    this.#setState('sending');
    this.#start();
  }

  #start(): void {
    if (this.#state !== 'sending') return;
    if (this.#contentSent) void this.#complete();
    else if (this.#tus) this.#tus.start();
    else if (!this.#preparing) void this.#prepare();
  }

  async #stop(): Promise<void> {
    this.#request = undefined;
    await this.#tus?.abort();
  }

  async #authorize(request: HttpRequest): Promise<void> {
    this.#request = request;
    if (request.getMethod() === 'POST') request.setHeader('Idempotency-Key', this.#creationKey);
    const tokens = await this.http.credentials?.current();
    if (tokens) request.setHeader('Authorization', `Bearer ${tokens.access_token}`);
  }

  async #onResponse(request: HttpRequest, response: HttpResponse): Promise<void> {
    if (!this.#tus) return;
    const status = response.getStatus();
    // Create a new upload only if the old one is gone. tus-js-client does so after any error response, even a 503, if it has an endpoint
    // (docs/decisions/0017; tests/tus.test.js).
    const gone = request.getMethod() === 'HEAD' && (status === 404 || status === 410);
    if (this.#tus.url) this.#tus.options.endpoint = gone ? this.http.url('uploads') : null;
    if (gone) this.#creationKey = platform.randomKey();
    if (status !== 401) return;
    const refused = request.getHeader('Authorization')?.replace('Bearer ', '');
    this.#refreshFailed = !refused || !(await this.http.credentials?.refresh(refused));
  }

  async #onCreated(filename: string, size: number): Promise<void> {
    const url = this.#tus?.url;
    if (!url) return;
    if (this.#id === idOf(url)) return;
    this.#id = idOf(url);
    this.options.onCreated?.(this.#id);
    if (this.#uploadKey) await this.#storage?.save({ key: this.#uploadKey, url, filename, size, startedAt: Date.now() });
  }

  #onProgress(sent: number, total: number): void {
    if (this.#state !== 'sending') return;
    if (sent > this.#maxSent) {
      this.#maxSent = sent;
      this.#backoff.reset();
    }
    this.options.onProgress?.({ sent, total });
  }

  #onError(cause: DetailedError): void {
    const { originalRequest: request, originalResponse: response } = cause;
    if (this.#state !== 'sending' || (request && request !== this.#request)) return;
    const status = response?.getStatus() ?? 0;
    const error = response
      ? errorOf(status, response.getBody() ?? '', response.getHeader('Retry-After'))
      : new KingShareError('NETWORK', 'The server cannot be reached', { cause });
    const tokenRefreshed = status === 401 && !this.#refreshFailed;
    if (tokenRefreshed || isRetryable(status)) this.#scheduleRetry(error);
    else this.#endWithError('failed', error);
  }

  #scheduleRetry(error: KingShareError): void {
    this.#setState('waiting', error);
    this.#retryTimer = setTimeout(() => this.#restart(), this.#backoff.next((error.retryAfter ?? 0) * 1000));
  }

  async #complete(): Promise<void> {
    this.#contentSent = true;
    try {
      const file = await this.http.json<FileInfo>('GET', `files/${this.#id}`);
      if (this.#uploadKey) await this.#storage?.remove(this.#uploadKey);
      if (this.#state !== 'sending') return;
      this.#removeListener();
      this.#setState('done');
      this.#resolve(file);
    } catch (cause) {
      const error = cause as KingShareError;
      if (this.#state !== 'sending') return;
      if (isRetryable(error.status)) this.#scheduleRetry(error);
      else this.#endWithError('failed', error);
    }
  }
}

/** Deletes an upload on the server. Best-effort: errors are ignored, since the server expires unfinished uploads. */
export async function discardUpload(http: Http, url: string): Promise<void> {
  await http.request('DELETE', `uploads/${idOf(url)}`, { headers: { 'Tus-Resumable': '1.0.0' } }).catch(() => {});
}

function messageOf(cause: unknown): string {
  return String((cause as Error | undefined)?.message ?? cause);
}

function idOf(url: string): string {
  return new URL(url).pathname.split('/').pop() ?? '';
}
