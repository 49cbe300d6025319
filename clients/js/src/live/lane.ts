import { KingShareError } from '../error.js';
import type { ErrorCode } from '../generated/protocol.js';
import type { Bucket } from './bucket.js';

export interface Message {
  type: string;
  data?: unknown;
}

/** A message on its way. What the application sends has somebody to tell how it went, and survives the connection. */
export interface Outgoing {
  message: Message;
  done?(): void;
  fail?(error: KingShareError): void;
}

const ping: Outgoing = { message: { type: 'Ping' } };

/**
 * The way out: one message at a time, the next one when the server has answered. So it is always known which message a
 * RATE_LIMITED is about, and it goes again. What has no answer of its own is followed by a Ping.
 */
export class Lane {
  #waiting: Outgoing[] = [];
  #flying: { out: Outgoing; since: number } | undefined;

  constructor(
    private readonly limit: number,
    private readonly bucket: Bucket,
  ) {}

  /** To the end of the queue. */
  push(out: Outgoing): void {
    if (this.#kept().length >= this.limit) {
      out.fail?.(new KingShareError('QUEUE_FULL', 'Too many messages wait to be sent'));
    } else {
      this.#waiting.push(out);
    }
  }

  /** Before all others; of this connection alone. */
  pushFirst(message: Message): void {
    this.#waiting.unshift({ message });
  }

  get idle(): boolean {
    return !this.#flying && this.#waiting.length === 0;
  }

  /** Since when the server owes an answer. */
  get flyingSince(): number | undefined {
    return this.#flying?.since;
  }

  /** When the next message may go, if there is one. */
  nextAt(now: number): number | undefined {
    return this.#flying || this.#waiting.length === 0 ? undefined : this.bucket.nextAt(now);
  }

  /** Send what may go now. */
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

  /** Whether it answers an Authenticate of ours. */
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
      this.#flying = { out: ping, since: now }; // Its Ping is still on the way.
    }
  }

  /** The connection is gone: what the application sent waits for the next one. */
  onDisconnected(): void {
    this.#waiting = this.#kept();
    this.#flying = undefined;
    this.bucket.reset();
  }

  /** There will be no connection any more. */
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
