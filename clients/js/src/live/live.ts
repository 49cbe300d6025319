import { KingShareError } from '../error.js';
import type { LiveEvent, Reply, Request } from '../events.js';
import type { Http } from '../http.js';
import { type Actions, Session } from './session.js';
import type { Connect, Socket } from './transport.js';
import type { LiveHandlers, LiveOptions, LiveState } from './types.js';

/** Environment of a Live: network, clock, timers. Replaced in tests. */
export interface Environment {
  connect: Connect;
  onOnline(handler: () => void): () => void;
  onOffline(handler: () => void): () => void;
  now(): number;
  random(): number;
  setTimeout(handler: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
}

const defaults = {
  pingInterval: 20_000,
  timeout: 10_000,
  queueLimit: 100,
  messagesPerSecond: 8,
  messageBurst: 16,
  minRetryDelay: 500,
  maxRetryDelay: 30_000,
};

// Maximum delay of setTimeout, in milliseconds.
const maxTimerDelay = 2 ** 31 - 1;

/** A message from the application. `Authenticate` is excluded: the client authenticates itself. */
export type LiveMessage = Exclude<Request, { type: 'Authenticate' }> | { type: string; data?: unknown };

/**
 * The live channel. Connects at once and reconnects with exponential backoff until closed; missed events are replayed, and each
 * event is delivered once, in order. Exceptions of handlers are rethrown asynchronously and do not affect other handlers.
 */
export class Live {
  #state: LiveState = { name: 'connecting' };
  #socket: Socket | undefined;
  #timer: unknown;
  #tokenRequest = 0;
  #cursor: 'unknown' | 'known' | 'saving' = 'unknown';
  #saved: string | undefined;
  readonly #session: Session;
  readonly #handlers = new Map<string, Set<(message: never) => void>>();
  readonly #stateHandlers = new Set<(state: LiveState) => void>();
  readonly #removeListeners: (() => void)[];

  constructor(
    private readonly http: Http,
    private readonly options: LiveOptions,
    private readonly environment: Environment,
  ) {
    const explicit = Object.entries(options).filter(([, value]) => value !== undefined);
    this.#session = new Session({ ...defaults, ...Object.fromEntries(explicit) }, this.#actions(), environment.random);
    this.#removeListeners = [
      environment.onOnline(() => this.#step((now) => this.#session.onOnline(now))),
      environment.onOffline(() => this.#step((now) => this.#session.onOffline(now))),
    ];
    this.#step((now) => this.#session.start(now));
  }

  /** The connection state. */
  get state(): LiveState {
    return this.#state;
  }

  /** Registers a handler for a message type, or `*` for all events. Returns a function that removes the handler. */
  on<T extends keyof LiveHandlers>(type: T, handler: (message: LiveHandlers[T]) => void): () => void {
    const handlers = this.#handlers.get(type) ?? new Set();
    this.#handlers.set(type, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  /** Registers a handler for the state. Calls it immediately and on each change. Returns a function that removes the handler. */
  onState(handler: (state: LiveState) => void): () => void {
    this.#stateHandlers.add(handler);
    handler(this.#state);
    return () => this.#stateHandlers.delete(handler);
  }

  /**
   * Queues a message, also while disconnected. Resolves once the server has processed it. A message that is in flight when the
   * connection breaks is sent again, so the server may get it twice. Rejects with QUEUE_FULL, CLOSED, or the server's error.
   */
  send(message: LiveMessage): Promise<void> {
    return new Promise((done, fail) => this.#step((now) => this.#session.send({ message, done, fail }, now)));
  }

  /** Closes the connection for good. Pending `send` calls reject with CLOSED. Idempotent. */
  close(): void {
    this.#step(() => this.#session.stop());
  }

  /** Passes an input to the session, then saves its cursor and sets the timer for its next deadline. */
  #step(input: (now: number) => void): void {
    input(this.environment.now());
    void this.#save();
    this.environment.clearTimeout(this.#timer);
    const now = this.environment.now();
    const deadline = this.#session.deadline(now);
    if (deadline === undefined) return;
    const delay = Math.min(Math.max(0, deadline - now), maxTimerDelay);
    this.#timer = this.environment.setTimeout(() => this.#step((now) => this.#session.onTime(now)), delay);
  }

  #actions(): Actions {
    return {
      requestTokens: (refusedToken) => void this.#requestTokens(refusedToken),
      connect: (since, token) => this.#connect(since, token),
      transmit: (text) => this.#socket?.send(text),
      disconnect: () => {
        this.#tokenRequest += 1;
        this.#socket?.close(1000);
        this.#socket = undefined;
      },
      deliver: (message) => this.#deliver(message),
      setState: (state) => {
        this.#state = state;
        if (state.name === 'closed') for (const stop of this.#removeListeners) stop();
        for (const handler of [...this.#stateHandlers]) call(handler, state);
      },
    };
  }

  async #requestTokens(refusedToken: string | undefined): Promise<void> {
    this.#tokenRequest += 1;
    const request = this.#tokenRequest;
    const respond = (input: (now: number) => void) => request === this.#tokenRequest && this.#step(input);
    try {
      if (this.#cursor === 'unknown') {
        const cursor = await this.options.cursor?.load();
        if (this.#cursor === 'unknown' && cursor) {
          this.#saved = cursor;
          this.#session.resumeFrom(cursor);
        }
        this.#cursor = 'known';
      }
      const { credentials } = this.http;
      const tokens = refusedToken === undefined ? await credentials?.current() : await credentials?.refresh(refusedToken);
      respond((now) => this.#session.onCredential(credentials ? (tokens ?? null) : 'cookie', now));
    } catch (cause) {
      const error = cause instanceof KingShareError ? cause : new KingShareError('NETWORK', String(cause), { cause });
      respond((now) => this.#session.onCredentialError(error, now));
    }
  }

  #connect(since: string | undefined, token: string | undefined): void {
    const url = new URL(`${this.http.base.replace(/^http/, 'ws')}/ws`);
    if (this.options.share !== undefined) url.searchParams.set('share', this.options.share);
    if (since !== undefined) url.searchParams.set('since', since);
    // The token must not be in the URL: proxies and browser histories record URLs.
    const protocols = token === undefined ? ['kingshare.v1'] : ['kingshare.v1', `bearer.${token}`];
    const closed = (code: number, reason: string, retryAfter?: number) => {
      this.#socket = undefined;
      this.#step((now) => this.#session.onClosed(code, reason, retryAfter, now));
    };
    try {
      this.#socket = this.environment.connect(url.href, protocols, {
        opened: () => this.#step((now) => this.#session.onOpened(now)),
        message: (text) => this.#step((now) => this.#session.onMessage(text, now)),
        closed,
      });
    } catch (error) {
      closed(1006, String(error));
    }
  }

  #deliver(message: LiveEvent | Reply<'Resumed' | 'Error'>): void {
    const wildcard = message.type === 'Resumed' || message.type === 'Error' ? [] : (this.#handlers.get('*') ?? []);
    for (const handler of [...(this.#handlers.get(message.type) ?? []), ...wildcard]) call(handler, message as never);
  }

  /** Saves the cursor after the handlers have run. One save at a time; intermediate cursors are skipped. */
  async #save(): Promise<void> {
    const store = this.options.cursor;
    if (!store || this.#cursor !== 'known') return;
    this.#cursor = 'saving';
    try {
      for (let cursor = this.#session.cursor; cursor !== undefined && cursor !== this.#saved; cursor = this.#session.cursor) {
        this.#saved = cursor;
        await store.save(cursor);
      }
    } finally {
      this.#cursor = 'known';
    }
  }
}

/** Calls a handler. Rethrows its exception in a microtask, so that it is reported and other handlers still run. */
function call<T>(handler: (value: T) => void, value: T): void {
  try {
    handler(value);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
