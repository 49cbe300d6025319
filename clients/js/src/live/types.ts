import type { KingShareError } from '../error.js';
import type { EventType, LiveEvent, Reply } from '../events.js';

/** Where a connection stands. */
export type LiveState =
  /** On the way: the first time, or again. */
  | { name: 'connecting' }
  /** Connected; what was missed is coming. */
  | { name: 'catching up' }
  /** All that was missed is here, and what happens comes at once. */
  | { name: 'live' }
  /** Not connected; the next attempt is at `until`, in milliseconds since 1970. */
  | { name: 'waiting'; until: number; error: KingShareError }
  /** For good: you closed it, or an `error` that trying again cannot mend. */
  | { name: 'closed'; error?: KingShareError };

/** Where the place in the stream is kept, so that a later run goes on from there. */
export interface CursorStore {
  load(): string | null | Promise<string | null>;
  save(cursor: string): void | Promise<void>;
}

export interface LiveOptions {
  /** Where to begin, if the store knows nothing: `now` (the default), `start` (all that the journal keeps), or the `id` of an event. */
  since?: string | undefined;
  /** Keeps the place across runs. Without it, a Live goes on from where it was as long as it lives. */
  cursor?: CursorStore | undefined;
  /** Watch a share, by its token, rather than your own stream; nobody need be signed in. */
  share?: string | undefined;
  /** Milliseconds without a word from the server, after which it is asked with a Ping [20000]. */
  pingInterval?: number | undefined;
  /** Milliseconds to wait for an answer, and for a connection, before it is given up [10000]. */
  patience?: number | undefined;
  /** How many messages may wait to be sent [100]. */
  queueLimit?: number | undefined;
  /** How many messages a second are sent [8], after as many at once [16]; below what a server allows by default. */
  messagesPerSecond?: number | undefined;
  messageBurst?: number | undefined;
  /** The first retry comes within this many milliseconds [500], each later one within twice as many, up to the longest [30000]. */
  shortestRetry?: number | undefined;
  longestRetry?: number | undefined;
}

/** What `Live.on` hears: events by type, `*` for all of them, and the answers that concern an application. */
export type LiveHandlers = { [T in EventType]: LiveEvent<T> } & {
  '*': LiveEvent;
  /** What was missed is all here; with `complete: false`, something may have been missed: read the state anew. */
  Resumed: Reply<'Resumed'>;
  /** The server did not like a message. Whatever can be mended has been. */
  Error: Reply<'Error'>;
};
