import { KingShareError } from '../error.js';
import type { ErrorCode } from '../generated/protocol.js';
import type { Bucket } from './bucket.js';

export interface Message {
  type: string;
  data?: unknown;
}

/** A queued message. Application messages have `done` and `fail`, and are sent again on the next connection. */
export interface Outgoing {
  message: Message;
  done?(): void;
  fail?(error: KingShareError): void;
}

const ping: Outgoing = { message: { type: 'Ping' } };

/**
 * Send queue with one message in flight: the next one is sent after the server's reply, so an Error like RATE_LIMITED always
 * belongs to the message in flight, which is then retried. A message without a reply is followed by a Ping; its Pong acknowledges it.
 */
export class Lane {
  #waiting: Outgoing[] = [];
  #flying: { out: Outgoing; since: number } | undefined;

  constructor(
    private readonly limit: number,
    private readonly bucket: Bucket,
  ) {}

  /** Appends a message. Fails it with QUEUE_FULL if `limit` application messages are queued or in flight. */
  push(out: Outgoing): void {
    if (this.#kept().length >= this.limit) {
      out.fail?.(new KingShareError('QUEUE_FULL', 'Too many messages wait to be sent'));
    } else {
      this.#waiting.push(out);
    }
  }

  /** Queues a message of this connection in front of all others. It is dropped on disconnect. */
  pushFirst(message: Message): void {
    this.#waiting.unshift({ message });
  }

  get idle(): boolean {
    return !this.#flying && this.#waiting.length === 0;
  }

  /** Send time of the message in flight. */
  get flyingSince(): number | undefined {
    return this.#flying?.since;
  }

  /** Time at which the next message may be sent; undefined if none is ready. */
  nextAt(now: number): number | undefined {
    return this.#flying || this.#waiting.length === 0 ? undefined : this.bucket.nextAt(now);
  }

  /** Sends the next message if nothing is in flight and the rate allows it. */
  pump(now: number, transmit: (text: string) => void): void {
    if (this.#flying || this.#waiting.length === 0 || !this.bucket.take(now)) return;
    const out = this.#waiting.shift() as Outgoing;
    this.#flying = { out, since: now };
    transmit(JSON.stringify(out.message));
    if (hasAnswer(out.message)) return;
    this.bucket.take(now);
    transmit(JSON.stringify(ping.message));
  }

  onPong(): void {
    if (this.#flying && this.#flying.out.message.type !== 'Authenticate') this.#land().done?.();
  }

  /** Returns whether it is the reply to our Authenticate, rather than to the handshake. */
  onAuthenticationResult(): boolean {
    if (this.#flying?.out.message.type !== 'Authenticate') return false;
    this.#land();
    return true;
  }

  onError(code: ErrorCode, message: string, now: number): void {
    if (code === 'RATE_LIMITED') this.bucket.slowDown(now);
    const out = this.#flying?.out;
    if (!out) return;
    if (code === 'RATE_LIMITED' || (code === 'INTERNAL_ERROR' && out.message.type === 'Authenticate')) {
      this.#waiting.unshift(this.#land());
    } else if (!hasAnswer(out.message) && out.message.type !== 'Pong') {
      out.fail?.(new KingShareError(code, message));
      this.#flying = { out: ping, since: now }; // Its Ping is still in flight.
    }
  }

  /** Keeps unacknowledged application messages for the next connection and drops all others. */
  onDisconnected(): void {
    this.#waiting = this.#kept();
    this.#flying = undefined;
    this.bucket.reset();
  }

  /** Fails all application messages; no connection will follow. */
  close(error: KingShareError): void {
    const given_up = this.#kept();
    this.#waiting = [];
    this.#flying = undefined;
    for (const out of given_up) out.fail?.(error);
  }

  #land(): Outgoing {
    const { out } = this.#flying as { out: Outgoing };
    this.#flying = undefined;
    return out;
  }

  #kept(): Outgoing[] {
    return [...(this.#flying ? [this.#flying.out] : []), ...this.#waiting].filter(({ done }) => done);
  }
}

function hasAnswer({ type }: Message): boolean {
  return type === 'Ping' || type === 'Authenticate';
}
