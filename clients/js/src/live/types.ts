import type { KingShareError } from '../error.js';
import type { EventType, LiveEvent, Reply } from '../events.js';

/** Connection state. */
export type LiveState =
  /** Connecting or reconnecting. */
  | { name: 'connecting' }
  /** Connected; missed events are being replayed. */
  | { name: 'catching up' }
  /** Replay is complete; events arrive in real time. */
  | { name: 'live' }
  /** Disconnected; the next attempt is at `until`, in milliseconds since 1970. */
  | { name: 'waiting'; until: number; error: KingShareError }
  /** Final: closed by the caller, or by an `error` that a retry cannot fix. */
  | { name: 'closed'; error?: KingShareError };

/** Storage for the stream cursor, so that a later run resumes from it. `load` returns null if nothing is stored. */
export interface CursorStore {
  load(): string | null | Promise<string | null>;
  save(cursor: string): void | Promise<void>;
}

export interface LiveOptions {
  /** Start position without a stored cursor: `now` (default), `start` (the oldest event of the journal), or the `id` of an event. */
  since?: string | undefined;
  /** Keeps the cursor across runs. Without it, the cursor lives as long as this Live. */
  cursor?: CursorStore | undefined;
  /** Token of a share to watch instead of your own stream; works without signing in. */
  share?: string | undefined;
  /** Milliseconds of silence before a Ping is sent [20000]. */
  pingInterval?: number | undefined;
  /** Timeout in milliseconds for connecting and for replies; then the client reconnects [10000]. */
  timeout?: number | undefined;
  /** Maximum number of queued messages; `send` rejects with QUEUE_FULL above it [100]. */
  queueLimit?: number | undefined;
  /** Messages per second [8]. Both rate and burst are below the default limits of the server. */
  messagesPerSecond?: number | undefined;
  /** Messages that may be sent at once before `messagesPerSecond` applies [16]. */
  messageBurst?: number | undefined;
  /** Maximum delay of the first reconnect, in milliseconds [500]; doubles with each attempt. */
  minRetryDelay?: number | undefined;
  /** Maximum delay of any reconnect, in milliseconds [30000], unless the server requests a longer one. */
  maxRetryDelay?: number | undefined;
}

/** Message types for `Live.on`: events by type, `*` for all events, and the replies `Resumed` and `Error`. */
export type LiveHandlers = { [T in EventType]: LiveEvent<T> } & {
  '*': LiveEvent;
  /** Replay is complete. With `complete: false` events may be lost: reload all state. */
  Resumed: Reply<'Resumed'>;
  /** The server rejected a message. The client has already done all possible recovery; for logging. */
  Error: Reply<'Error'>;
};
