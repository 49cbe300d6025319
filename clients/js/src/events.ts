import type { EventData, ReplyData, RequestData, Time } from './generated/protocol.js';
import type { Http } from './http.js';
import { List, type PageOptions } from './list.js';

export type EventType = keyof EventData;

/** Something that happened, as the server tells it. */
export type Event<T extends EventType = EventType> = {
  [K in T]: {
    type: K;
    data: EventData[K];
    /** The place in your stream, to go on from; progress and presence have none. */
    id?: string;
    time?: Time;
  };
}[T];

/** The same, as a Live hands it over. */
export type LiveEvent<T extends EventType = EventType> = Event<T> & {
  /** It happened while you were away. */
  missed: boolean;
};

/** An answer of the server to this connection alone. */
export type Reply<T extends keyof ReplyData = keyof ReplyData> = { [K in T]: { type: K; data: ReplyData[K] } }[T];

/** What a client may send. */
export type Request = {
  [K in keyof RequestData]: RequestData[K] extends undefined ? { type: K } : { type: K; data: RequestData[K] };
}[keyof RequestData];

export interface HistoryOptions extends Omit<PageOptions, 'cursor'> {
  /** `start` (all that the journal keeps; so it is, if left out), `now`, or the `id` of an event that you have. */
  since?: string | undefined;
}

/** What has happened, oldest first, as far as the server's journal goes back. */
export class Events {
  constructor(private readonly http: Http) {}

  history({ since = 'start', limit, signal }: HistoryOptions = {}): List<Event & { id: string; time: Time }> {
    return new List((cursor) => this.http.json('GET', 'events/history', { query: { since: cursor, limit }, signal }), since);
  }
}
