import { KingShareError } from '../error.js';
import type { ErrorCode } from '../generated/protocol.js';
import type { TokenBucket } from './token-bucket.js';

export interface Message {
  type: string;
  data?: unknown;
}

/** A queued message. Application messages have `done` and `fail`, and are sent again on the next connection. */
export interface QueuedMessage {
  message: Message;
  done?(): void;
  fail?(error: KingShareError): void;
}

const ping: QueuedMessage = { message: { type: 'Ping' } };

/**
 * Send queue with one message in flight: the next one is sent after the server's reply, so an Error like RATE_LIMITED always
 * belongs to the message in flight, which is then retried. A message without a reply is followed by a Ping; its Pong acknowledges it.
 */
export class SendQueue {
  #queued: QueuedMessage[] = [];
  #inFlight: { entry: QueuedMessage; since: number } | undefined;

  constructor(
    private readonly limit: number,
    private readonly bucket: TokenBucket,
  ) {}

  /** Appends a message. Fails it with QUEUE_FULL if `limit` application messages are queued or in flight. */
  push(entry: QueuedMessage): void {
    if (this.#applicationMessages().length >= this.limit) {
      entry.fail?.(new KingShareError('QUEUE_FULL', 'The send queue is full'));
    } else {
      this.#queued.push(entry);
    }
  }

  /** Queues a message of this connection in front of all others. It is dropped on disconnect. */
  pushFirst(message: Message): void {
    this.#queued.unshift({ message });
  }

  get idle(): boolean {
    return !this.#inFlight && this.#queued.length === 0;
  }

  /** Send time of the message in flight. */
  get inFlightSince(): number | undefined {
    return this.#inFlight?.since;
  }

  /** Time at which the next message may be sent; undefined if none is ready. */
  nextAt(now: number): number | undefined {
    return this.#inFlight || this.#queued.length === 0 ? undefined : this.bucket.nextAt(now);
  }

  /** Sends the next message if nothing is in flight and the rate allows it. */
  pump(now: number, transmit: (text: string) => void): void {
    if (this.#inFlight || this.#queued.length === 0 || !this.bucket.take(now)) return;
    const entry = this.#queued.shift() as QueuedMessage;
    this.#inFlight = { entry, since: now };
    transmit(JSON.stringify(entry.message));
    if (hasReply(entry.message)) return;
    this.bucket.take(now);
    transmit(JSON.stringify(ping.message));
  }

  onPong(): void {
    if (this.#inFlight && this.#inFlight.entry.message.type !== 'Authenticate') this.#complete().done?.();
  }

  /** Returns whether it is the reply to our Authenticate, rather than to the handshake. */
  onAuthenticationResult(): boolean {
    if (this.#inFlight?.entry.message.type !== 'Authenticate') return false;
    this.#complete();
    return true;
  }

  onError(code: ErrorCode, message: string, now: number): void {
    if (code === 'RATE_LIMITED') this.bucket.slowDown(now);
    const entry = this.#inFlight?.entry;
    if (!entry) return;
    if (code === 'RATE_LIMITED' || (code === 'INTERNAL_ERROR' && entry.message.type === 'Authenticate')) {
      this.#queued.unshift(this.#complete());
    } else if (!hasReply(entry.message) && entry.message.type !== 'Pong') {
      entry.fail?.(new KingShareError(code, message));
      this.#inFlight = { entry: ping, since: now }; // Its Ping is still in flight.
    }
  }

  /** Keeps unacknowledged application messages for the next connection and drops all others. */
  onDisconnected(): void {
    this.#queued = this.#applicationMessages();
    this.#inFlight = undefined;
    this.bucket.reset();
  }

  /** Fails all application messages; no connection will follow. */
  close(error: KingShareError): void {
    const dropped = this.#applicationMessages();
    this.#queued = [];
    this.#inFlight = undefined;
    for (const entry of dropped) entry.fail?.(error);
  }

  #complete(): QueuedMessage {
    const { entry } = this.#inFlight as { entry: QueuedMessage };
    this.#inFlight = undefined;
    return entry;
  }

  #applicationMessages(): QueuedMessage[] {
    return [...(this.#inFlight ? [this.#inFlight.entry] : []), ...this.#queued].filter(({ done }) => done);
  }
}

function hasReply({ type }: Message): boolean {
  return type === 'Ping' || type === 'Authenticate';
}
