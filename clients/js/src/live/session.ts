import { Backoff } from '../backoff.js';
import type { Tokens } from '../credentials.js';
import { KingShareError } from '../error.js';
import type { LiveEvent, Reply } from '../events.js';
import { closeCodes, type ErrorCode } from '../generated/protocol.js';
import { Bucket } from './bucket.js';
import { Lane, type Outgoing } from './lane.js';
import { decode, type ServerMessage } from './message.js';
import { Stream } from './stream.js';
import type { LiveOptions, LiveState } from './types.js';

/** Outputs of the session. */
export interface Actions {
  /** Requests tokens other than the refused one. Replied to with onCredential or onNoCredential; a later request supersedes it. */
  ask(refused: string | undefined): void;
  /** Starts connecting. Results arrive at onOpened, onMessage and onClosed. */
  connect(since: string | undefined, token: string | undefined): void;
  transmit(text: string): void;
  /** Closes the connection, if any, and ignores its later events and any pending request for tokens. */
  disconnect(): void;
  deliver(message: LiveEvent | Reply<'Resumed' | 'Error'>): void;
  enter(state: LiveState): void;
}

/** Tokens, a cookie that only the browser can read, or null for anonymous. */
export type Credential = Tokens | 'cookie' | null;

type Phase = 'new' | 'asking' | 'connecting' | 'greeting' | 'open' | 'waiting' | 'closed';

// Milliseconds. A connection that lasted this long resets the backoff.
const goodWhile = 10_000;

const errorOfClose: Record<number, ErrorCode> = {
  1002: 'INVALID_MESSAGE', 1007: 'INVALID_MESSAGE', 1008: 'RATE_LIMITED', 1009: 'TOO_LARGE', 1011: 'INTERNAL_ERROR',
  1012: 'UNAVAILABLE', 1013: 'UNAVAILABLE', 4401: 'INVALID_TOKEN', 4404: 'NOT_FOUND',
};

/** The live channel as a pure state machine: inputs with their time, actions as outputs, no sockets or clocks. Times in milliseconds. */
export class Session {
  #phase: Phase = 'new';
  /** Deadline of the current phase; undefined if it has none. */
  #until: number | undefined;
  /** Earliest reconnect, as requested by the server (Retry-After); holds even if the network comes back. */
  #notBefore = 0;
  #credential: Credential = null;
  #renewAt: number | undefined;
  /** Token refused by the server since the last accepted one. */
  #refused: string | undefined;
  #lastHeard = 0;
  #openSince = 0;
  #lastError: Reply<'Error'>['data'] | undefined;
  readonly #backoff: Backoff;
  readonly #lane: Lane;
  readonly #stream: Stream;

  constructor(
    private readonly options: Required<Omit<LiveOptions, 'cursor' | 'share' | 'since'>> & Pick<LiveOptions, 'share' | 'since'>,
    private readonly actions: Actions,
    random: () => number,
  ) {
    this.#backoff = new Backoff(options.shortestRetry, options.longestRetry, random);
    this.#lane = new Lane(options.queueLimit, new Bucket(options.messagesPerSecond, options.messageBurst));
    this.#stream = new Stream(options.since);
  }

  get cursor(): string | undefined {
    return this.#stream.cursor;
  }

  start(now: number): void {
    this.#ask(now);
  }

  /** Sets the stored cursor of an earlier run. Must be called before the first connection. */
  goOnFrom(cursor: string): void {
    this.#stream.cursor = cursor;
  }

  send(out: Outgoing, now: number): void {
    if (this.#phase === 'closed') return out.fail?.(new KingShareError('CLOSED', 'The connection is closed'));
    this.#lane.push(out);
    this.#pump(now);
  }

  stop(): void {
    this.#finish();
  }

  /** The network is available again: reconnects without further backoff, but not before Retry-After. */
  onOnline(now: number): void {
    if (this.#phase === 'waiting') this.#until = Math.max(now, this.#notBefore);
    this.onTime(now);
  }

  /** The browser reports no network: drops the connection instead of waiting for the timeout. A server on localhost reconnects at once. */
  onOffline(now: number): void {
    if (this.#phase === 'waiting' || this.#phase === 'closed' || this.#phase === 'new') return;
    this.#retry(new KingShareError('NETWORK', 'The network is not available'), 0, now);
  }

  onCredential(credential: Credential, now: number): void {
    if (this.#phase === 'asking') {
      if (this.#refused !== undefined && credential === null) return this.#finish(new KingShareError('INVALID_TOKEN', 'Sign in again'));
      this.#adopt(credential, now);
      this.#enter('connecting', now + this.options.patience);
      this.actions.connect(credential === null ? undefined : (this.cursor ?? 'now'), tokenOf(credential));
    } else if (this.#phase === 'open') {
      const token = tokenOf(credential);
      if (token === undefined) return this.#finish(new KingShareError('INVALID_TOKEN', 'Sign in again'));
      const renewed = token !== tokenOf(this.#credential);
      this.#adopt(credential, now);
      if (renewed) this.#lane.pushFirst({ type: 'Authenticate', data: { token } });
      this.#pump(now);
    }
  }

  onNoCredential(error: KingShareError, now: number): void {
    const delay = (error.retryAfter ?? 0) * 1000;
    if (this.#phase === 'asking') this.#retry(error, delay, now);
    if (this.#phase === 'open') this.#renewAt = now + this.#backoff.next(delay);
  }

  onOpened(now: number): void {
    this.#lastHeard = now;
    this.#lastError = undefined;
    this.#stream.onConnected();
    this.#enter('greeting', now + this.options.patience);
    if (this.#credential === null) this.#open(now, { name: 'live' });
  }

  onMessage(text: string, now: number): void {
    if (this.#phase !== 'greeting' && this.#phase !== 'open') return;
    this.#lastHeard = now;
    this.#lastError = undefined;
    const message = decode(text);
    if (message === null) {
      const told = { code: 'INVALID_MESSAGE', message: 'The server sent what is no message of this protocol' } as const;
      this.actions.deliver({ type: 'Error', data: told });
    } else if (message) {
      this.#handle(message, text, now);
    }
    this.#pump(now);
  }

  onClosed(code: number, reason: string, retryAfter: number | undefined, now: number): void {
    if (this.#phase !== 'connecting' && this.#phase !== 'greeting' && this.#phase !== 'open') return;
    const delay = (retryAfter ?? delayIn(reason)) * 1000;
    const error = this.#errorOf(code, reason, delay);
    if (code === 4401) return this.#signInAgain(error, now);
    if (closeCodes[code]?.retry === false) return this.#finish(error);
    if (this.#phase === 'open' && now - this.#openSince >= goodWhile) this.#backoff.reset();
    this.#retry(error, delay, now);
  }

  /** Returns the time at which onTime must be called unless another input comes first. */
  deadline(now: number): number | undefined {
    if (this.#phase !== 'open') return this.#until;
    return Math.min(this.#silenceEnds(), this.#renewAt ?? Number.POSITIVE_INFINITY, this.#lane.nextAt(now) ?? Number.POSITIVE_INFINITY);
  }

  onTime(now: number): void {
    if (this.#until !== undefined && now >= this.#until) {
      if (this.#phase === 'waiting') return this.#ask(now);
      return this.#retry(new KingShareError('NETWORK', 'The server does not answer'), 0, now);
    }
    if (this.#phase !== 'open') return;
    if (now >= this.#silenceEnds()) {
      if (this.#lane.flyingSince !== undefined) return this.#retry(new KingShareError('NETWORK', 'The server is silent'), 0, now);
      if (this.#lane.idle) this.#lane.pushFirst({ type: 'Ping' });
    }
    if (this.#renewAt !== undefined && now >= this.#renewAt) {
      this.#renewAt = now + this.options.patience;
      this.actions.ask(undefined);
    }
    this.#pump(now);
  }

  #handle(message: ServerMessage, text: string, now: number): void {
    switch (message.type) {
      case 'AuthenticationResult':
        return this.#onVerdict(message.data, now);
      case 'Resumed':
        this.#stream.onResumed(message.data.cursor);
        this.actions.enter({ name: 'live' });
        return this.actions.deliver(message);
      case 'Error':
        return this.#onError(message, now);
      case 'Pong':
        return this.#lane.onPong();
      case 'Ping':
        return this.actions.transmit('{"type":"Pong"}');
      default: {
        const event = this.#stream.take(message, text);
        if (event) this.actions.deliver(event);
      }
    }
  }

  #onVerdict({ success, message }: Reply<'AuthenticationResult'>['data'], now: number): void {
    const asked = this.#lane.onAuthenticationResult();
    if (success) {
      this.#refused = undefined;
      if (this.#phase === 'greeting') this.#open(now, { name: 'catching up' });
    } else if (asked || this.#phase === 'greeting') {
      this.#signInAgain(new KingShareError('INVALID_TOKEN', message), now);
    }
  }

  #onError(message: Reply<'Error'>, now: number): void {
    const { code } = message.data;
    this.#lastError = message.data;
    this.#lane.onError(code, message.data.message, now);
    this.actions.deliver(message);
    if (this.#phase === 'open' && code === 'INVALID_TOKEN') {
      // Only the token has ended. The server holds events until we authenticate again on this connection.
      const token = tokenOf(this.#credential);
      if (token !== undefined) this.actions.ask(token);
    }
    if (this.#phase === 'greeting' && code === 'AUTHENTICATION_REQUIRED') {
      // The cookie is not valid. A share can be watched anonymously.
      if (this.options.share === undefined) return this.#finish(new KingShareError(code, message.data.message));
      this.#open(now, { name: 'live' });
    }
  }

  /** The server refused our token: retries with another one, once. */
  #signInAgain(error: KingShareError, now: number): void {
    const token = tokenOf(this.#credential);
    if (token === undefined || this.#refused !== undefined) return this.#finish(error);
    this.#refused = token;
    this.#retry(error, 0, now);
  }

  #ask(now: number): void {
    this.#enter('asking', now + 2 * this.options.patience);
    this.actions.enter({ name: 'connecting' });
    this.actions.ask(this.#refused);
  }

  #adopt(credential: Credential, now: number): void {
    this.#credential = credential;
    const due = typeof credential === 'object' && credential?.refresh_token ? credential.refresh_at : undefined;
    this.#renewAt = due === undefined ? undefined : Math.max(due, now + 1000);
  }

  #open(now: number, state: LiveState): void {
    this.#enter('open');
    this.#openSince = now;
    this.actions.enter(state);
    this.#pump(now);
  }

  #retry(error: KingShareError, delay: number, now: number): void {
    this.#drop();
    this.#notBefore = now + delay;
    const until = now + this.#backoff.next(delay);
    this.#enter('waiting', until);
    this.actions.enter({ name: 'waiting', until, error });
  }

  #finish(error?: KingShareError): void {
    if (this.#phase === 'closed') return;
    this.#drop();
    this.#enter('closed');
    this.#lane.close(error ?? new KingShareError('CLOSED', 'The connection is closed'));
    this.actions.enter(error ? { name: 'closed', error } : { name: 'closed' });
  }

  #drop(): void {
    this.actions.disconnect();
    this.#lane.onDisconnected();
    this.#renewAt = undefined;
  }

  #enter(phase: Phase, until?: number): void {
    this.#phase = phase;
    this.#until = until;
  }

  #pump(now: number): void {
    if (this.#phase === 'open') this.#lane.pump(now, (text) => this.actions.transmit(text));
  }

  /** End of the permitted silence: the next Ping if idle, the timeout of the message in flight otherwise. */
  #silenceEnds(): number {
    const asked = this.#lane.flyingSince;
    if (asked !== undefined) return Math.max(asked, this.#lastHeard) + this.options.patience;
    return this.#lane.idle ? this.#lastHeard + this.options.pingInterval : Number.POSITIVE_INFINITY;
  }

  #errorOf(code: number, reason: string, delay: number): KingShareError {
    const told = this.#lastError;
    const retryAfter = delay > 0 ? delay / 1000 : undefined;
    if (told && code !== 1006) return new KingShareError(told.code, told.message, { retryAfter });
    const message = reason || closeCodes[code]?.why || 'The connection broke off';
    return new KingShareError(errorOfClose[code] ?? 'NETWORK', message, { retryAfter });
  }
}

function tokenOf(credential: Credential): string | undefined {
  return typeof credential === 'object' ? credential?.access_token : undefined;
}

/** Parses the retry delay in seconds from a close reason like `The server restarts; retry in 3.214 s`; 0 if absent. */
function delayIn(reason: string): number {
  return Number(/retry in (\d+(?:\.\d+)?) s/.exec(reason)?.[1] ?? 0);
}
