import { Backoff } from '../backoff.js';
import type { Tokens } from '../credentials.js';
import { KingShareError } from '../error.js';
import type { LiveEvent, Reply } from '../events.js';
import { closeCodes, type ErrorCode } from '../generated/protocol.js';
import { TokenBucket } from './token-bucket.js';
import { SendQueue, type QueuedMessage } from './send-queue.js';
import { decode, type ServerMessage } from './message.js';
import { Stream } from './stream.js';
import type { LiveOptions, LiveState } from './types.js';

/** Outputs of the session. */
export interface Actions {
  /** Requests tokens other than the refused one. Replied to with onCredential or onNoCredential; a later request supersedes it. */
  requestTokens(refusedToken: string | undefined): void;
  /** Starts connecting. Results arrive at onOpened, onMessage and onClosed. */
  connect(since: string | undefined, token: string | undefined): void;
  transmit(text: string): void;
  /** Closes the connection, if any, and ignores its later events and any pending request for tokens. */
  disconnect(): void;
  deliver(message: LiveEvent | Reply<'Resumed' | 'Error'>): void;
  setState(state: LiveState): void;
}

/** Tokens, a cookie that only the browser can read, or null for anonymous. */
export type Credential = Tokens | 'cookie' | null;

type Phase = 'new' | 'requesting tokens' | 'connecting' | 'authenticating' | 'open' | 'waiting' | 'closed';

// Milliseconds. A connection that lasted this long resets the backoff.
const stableAfter = 10_000;

const errorCodeOfClose: Record<number, ErrorCode> = {
  1002: 'INVALID_MESSAGE',
  1007: 'INVALID_MESSAGE',
  1008: 'RATE_LIMITED',
  1009: 'TOO_LARGE',
  1011: 'INTERNAL_ERROR',
  1012: 'UNAVAILABLE',
  1013: 'UNAVAILABLE',
  4401: 'INVALID_TOKEN',
  4404: 'NOT_FOUND',
};

/** The live channel as a pure state machine: inputs with their time, actions as outputs, no sockets or clocks. Times in milliseconds. */
export class Session {
  #phase: Phase = 'new';
  /** Deadline of the current phase; undefined if it has none. */
  #phaseDeadline: number | undefined;
  /** Earliest reconnect, as requested by the server (Retry-After); holds even if the network comes back. */
  #notBefore = 0;
  #credential: Credential = null;
  #refreshAt: number | undefined;
  /** Token refused by the server since the last accepted one. */
  #refusedToken: string | undefined;
  #lastReceivedAt = 0;
  #openedAt = 0;
  #lastError: Reply<'Error'>['data'] | undefined;
  readonly #backoff: Backoff;
  readonly #queue: SendQueue;
  readonly #stream: Stream;

  constructor(
    private readonly options: Required<Omit<LiveOptions, 'cursor' | 'share' | 'since'>> & Pick<LiveOptions, 'share' | 'since'>,
    private readonly actions: Actions,
    random: () => number,
  ) {
    this.#backoff = new Backoff(options.minRetryDelay, options.maxRetryDelay, random);
    this.#queue = new SendQueue(options.queueLimit, new TokenBucket(options.messagesPerSecond, options.messageBurst));
    this.#stream = new Stream(options.since);
  }

  get cursor(): string | undefined {
    return this.#stream.cursor;
  }

  start(now: number): void {
    this.#requestTokens(now);
  }

  /** Sets the stored cursor of an earlier run. Must be called before the first connection. */
  resumeFrom(cursor: string): void {
    this.#stream.cursor = cursor;
  }

  send(entry: QueuedMessage, now: number): void {
    if (this.#phase === 'closed') {
      entry.fail?.(new KingShareError('CLOSED', 'The connection is closed'));
      return;
    }
    this.#queue.push(entry);
    this.#pump(now);
  }

  stop(): void {
    this.#close();
  }

  /** The network is available again: reconnects without further backoff, but not before Retry-After. */
  onOnline(now: number): void {
    if (this.#phase === 'waiting') this.#phaseDeadline = Math.max(now, this.#notBefore);
    this.onTime(now);
  }

  /** The browser reports no network: drops the connection instead of waiting for the timeout. A server on localhost reconnects at once. */
  onOffline(now: number): void {
    if (this.#phase === 'waiting' || this.#phase === 'closed' || this.#phase === 'new') return;
    this.#retry(new KingShareError('NETWORK', 'The network is not available'), 0, now);
  }

  onCredential(credential: Credential, now: number): void {
    if (this.#phase === 'requesting tokens') {
      if (this.#refusedToken !== undefined && credential === null) {
        this.#close(new KingShareError('INVALID_TOKEN', 'Sign in again'));
        return;
      }
      this.#setCredential(credential, now);
      this.#enter('connecting', now + this.options.timeout);
      this.actions.connect(credential === null ? undefined : (this.cursor ?? 'now'), tokenOf(credential));
    } else if (this.#phase === 'open') {
      const token = tokenOf(credential);
      if (token === undefined) {
        this.#close(new KingShareError('INVALID_TOKEN', 'Sign in again'));
        return;
      }
      const changed = token !== tokenOf(this.#credential);
      this.#setCredential(credential, now);
      if (changed) this.#queue.pushFirst({ type: 'Authenticate', data: { token } });
      this.#pump(now);
    }
  }

  onCredentialError(error: KingShareError, now: number): void {
    const delay = (error.retryAfter ?? 0) * 1000;
    if (this.#phase === 'requesting tokens') this.#retry(error, delay, now);
    if (this.#phase === 'open') this.#refreshAt = now + this.#backoff.next(delay);
  }

  onOpened(now: number): void {
    this.#lastReceivedAt = now;
    this.#lastError = undefined;
    this.#stream.onConnected();
    this.#enter('authenticating', now + this.options.timeout);
    if (this.#credential === null) this.#open(now, { name: 'live' });
  }

  onMessage(text: string, now: number): void {
    if (this.#phase !== 'authenticating' && this.#phase !== 'open') return;
    this.#lastReceivedAt = now;
    this.#lastError = undefined;
    const message = decode(text);
    if (message === null) {
      const data = { code: 'INVALID_MESSAGE', message: 'The server sent an invalid message' } as const;
      this.actions.deliver({ type: 'Error', data });
    } else if (message) {
      this.#handle(message, text, now);
    }
    this.#pump(now);
  }

  onClosed(code: number, reason: string, retryAfter: number | undefined, now: number): void {
    if (this.#phase !== 'connecting' && this.#phase !== 'authenticating' && this.#phase !== 'open') return;
    const delay = (retryAfter ?? retryDelayIn(reason)) * 1000;
    const error = this.#errorOf(code, reason, delay);
    if (code === 4401) {
      this.#retryWithNewToken(error, now);
      return;
    }
    if (closeCodes[code]?.retry === false) {
      this.#close(error);
      return;
    }
    if (this.#phase === 'open' && now - this.#openedAt >= stableAfter) this.#backoff.reset();
    this.#retry(error, delay, now);
  }

  /** Returns the time at which onTime must be called unless another input comes first. */
  deadline(now: number): number | undefined {
    if (this.#phase !== 'open') return this.#phaseDeadline;
    return Math.min(this.#idleDeadline(), this.#refreshAt ?? Number.POSITIVE_INFINITY, this.#queue.nextAt(now) ?? Number.POSITIVE_INFINITY);
  }

  onTime(now: number): void {
    if (this.#phaseDeadline !== undefined && now >= this.#phaseDeadline) {
      if (this.#phase === 'waiting') {
        this.#requestTokens(now);
        return;
      }
      this.#retry(new KingShareError('NETWORK', 'The server does not respond'), 0, now);
      return;
    }
    if (this.#phase !== 'open') return;
    if (now >= this.#idleDeadline()) {
      if (this.#queue.inFlightSince !== undefined) {
        this.#retry(new KingShareError('NETWORK', 'The server does not reply'), 0, now);
        return;
      }
      if (this.#queue.idle) this.#queue.pushFirst({ type: 'Ping' });
    }
    if (this.#refreshAt !== undefined && now >= this.#refreshAt) {
      this.#refreshAt = now + this.options.timeout;
      this.actions.requestTokens(undefined);
    }
    this.#pump(now);
  }

  #handle(message: ServerMessage, text: string, now: number): void {
    switch (message.type) {
      case 'AuthenticationResult':
        this.#onAuthenticationResult(message.data, now);
        break;
      case 'Resumed':
        this.#stream.onResumed(message.data.cursor);
        this.actions.setState({ name: 'live' });
        this.actions.deliver(message);
        break;
      case 'Error':
        this.#onError(message, now);
        break;
      case 'Pong':
        this.#queue.onPong();
        break;
      case 'Ping':
        this.actions.transmit('{"type":"Pong"}');
        break;
      default: {
        const event = this.#stream.accept(message, text);
        if (event) this.actions.deliver(event);
      }
    }
  }

  #onAuthenticationResult({ success, message }: Reply<'AuthenticationResult'>['data'], now: number): void {
    const isReply = this.#queue.onAuthenticationResult();
    if (success) {
      this.#refusedToken = undefined;
      if (this.#phase === 'authenticating') this.#open(now, { name: 'catching up' });
    } else if (isReply || this.#phase === 'authenticating') {
      this.#retryWithNewToken(new KingShareError('INVALID_TOKEN', message), now);
    }
  }

  #onError(message: Reply<'Error'>, now: number): void {
    const { code } = message.data;
    this.#lastError = message.data;
    this.#queue.onError(code, message.data.message, now);
    this.actions.deliver(message);
    if (this.#phase === 'open' && code === 'INVALID_TOKEN') {
      // Only the token has ended. The server holds events until we authenticate again on this connection.
      const token = tokenOf(this.#credential);
      if (token !== undefined) this.actions.requestTokens(token);
    }
    if (this.#phase === 'authenticating' && code === 'AUTHENTICATION_REQUIRED') {
      // The cookie is not valid. A share can be watched anonymously.
      if (this.options.share === undefined) {
        this.#close(new KingShareError(code, message.data.message));
        return;
      }
      this.#open(now, { name: 'live' });
    }
  }

  /** The server refused our token: retries with another one, once. */
  #retryWithNewToken(error: KingShareError, now: number): void {
    const token = tokenOf(this.#credential);
    if (token === undefined || this.#refusedToken !== undefined) {
      this.#close(error);
      return;
    }
    this.#refusedToken = token;
    this.#retry(error, 0, now);
  }

  #requestTokens(now: number): void {
    this.#enter('requesting tokens', now + 2 * this.options.timeout);
    this.actions.setState({ name: 'connecting' });
    this.actions.requestTokens(this.#refusedToken);
  }

  #setCredential(credential: Credential, now: number): void {
    this.#credential = credential;
    const due = typeof credential === 'object' && credential?.refresh_token ? credential.refresh_at : undefined;
    this.#refreshAt = due === undefined ? undefined : Math.max(due, now + 1000);
  }

  #open(now: number, state: LiveState): void {
    this.#enter('open');
    this.#openedAt = now;
    this.actions.setState(state);
    this.#pump(now);
  }

  #retry(error: KingShareError, delay: number, now: number): void {
    this.#disconnect();
    this.#notBefore = now + delay;
    const deadline = now + this.#backoff.next(delay);
    this.#enter('waiting', deadline);
    this.actions.setState({ name: 'waiting', until: deadline, error });
  }

  #close(error?: KingShareError): void {
    if (this.#phase === 'closed') return;
    this.#disconnect();
    this.#enter('closed');
    this.#queue.close(error ?? new KingShareError('CLOSED', 'The connection is closed'));
    this.actions.setState(error ? { name: 'closed', error } : { name: 'closed' });
  }

  #disconnect(): void {
    this.actions.disconnect();
    this.#queue.onDisconnected();
    this.#refreshAt = undefined;
  }

  #enter(phase: Phase, deadline?: number): void {
    this.#phase = phase;
    this.#phaseDeadline = deadline;
  }

  #pump(now: number): void {
    if (this.#phase === 'open') this.#queue.pump(now, (text) => this.actions.transmit(text));
  }

  /** End of the permitted silence: the next Ping if idle, the timeout of the message in flight otherwise. */
  #idleDeadline(): number {
    const sentAt = this.#queue.inFlightSince;
    if (sentAt !== undefined) return Math.max(sentAt, this.#lastReceivedAt) + this.options.timeout;
    return this.#queue.idle ? this.#lastReceivedAt + this.options.pingInterval : Number.POSITIVE_INFINITY;
  }

  #errorOf(code: number, reason: string, delay: number): KingShareError {
    const lastError = this.#lastError;
    const retryAfter = delay > 0 ? delay / 1000 : undefined;
    if (lastError && code !== 1006) return new KingShareError(lastError.code, lastError.message, { retryAfter });
    const message = reason || closeCodes[code]?.why || 'The connection was lost';
    return new KingShareError(errorCodeOfClose[code] ?? 'NETWORK', message, { retryAfter });
  }
}

function tokenOf(credential: Credential): string | undefined {
  return typeof credential === 'object' ? credential?.access_token : undefined;
}

/** Parses the retry delay in seconds from a close reason like `The server restarts; retry in 3.214 s`; 0 if absent. */
function retryDelayIn(reason: string): number {
  return Number(/retry in (\d+(?:\.\d+)?) s/.exec(reason)?.[1] ?? 0);
}
