import type { EventData, ReplyData, RequestData, Time } from './generated/protocol.js';
import type { Http } from './http.js';
import { List, type PageOptions } from './list.js';

export type EventType = keyof EventData;

/** An event of the server. */
export type Event<T extends EventType = EventType> = {
  [K in T]: {
    type: K;
    data: EventData[K];
    /** Cursor of this event in your stream; undefined for progress and presence, which are not replayed. */
    id?: string;
    time?: Time;
  };
}[T];

/** An event as delivered by `Live`. */
export type LiveEvent<T extends EventType = EventType> = Event<T> & {
  /** Whether it was replayed: it happened while the client was disconnected. */
  missed: boolean;
};

/** A reply of the server, sent to this connection only. */
export type Reply<T extends keyof ReplyData = keyof ReplyData> = { [K in T]: { type: K; data: ReplyData[K] } }[T];

/** A message from the client. */
export type Request = {
  [K in keyof RequestData]: RequestData[K] extends undefined ? { type: K } : { type: K; data: RequestData[K] };
}[keyof RequestData];

export interface HistoryOptions extends Omit<PageOptions, 'cursor'> {
  /** Start position: `start` (the oldest event of the journal; the default), `now`, or the `id` of an event, exclusive. */
  since?: string | undefined;
}

/** Past events, as long as the server's journal keeps them. */
export class Events {
  constructor(private readonly http: Http) {}

  /** Lists your events, oldest first. Empty if `since` is older than the journal. Errors: INVALID_REQUEST for a malformed `limit`. */
  history({ since = 'start', limit, signal }: HistoryOptions = {}): List<Event & { id: string; time: Time }> {
    return new List((cursor) => this.http.json('GET', 'events/history', { query: { since: cursor, limit }, signal }), since);
  }
}
