import type { Event, LiveEvent } from '../events.js';

// More than a server sends twice, were it to send some twice.
const remembered = 1000;

/** The place in the stream of events, and what of it the application has seen. */
export class Stream {
  #caughtUp = false;
  readonly #seen = new Set<string>();

  constructor(public cursor: string | undefined) {}

  onConnected(): void {
    this.#caughtUp = false;
  }

  /** The event as the application is to see it; undefined if it has seen it already. */
  take(event: Event, text: string): LiveEvent | undefined {
    const { id } = event;
    if (id === undefined) return { ...event, missed: false };
    // Not by id alone: what is in the streams of others has the id of what it follows in ours.
    if (this.#seen.has(text)) return undefined;
    this.#seen.add(text);
    if (this.#seen.size > remembered) this.#seen.delete(this.#seen.values().next().value as string);
    this.cursor = id;
    return { ...event, missed: !this.#caughtUp };
  }

  onResumed(cursor: string): void {
    this.#caughtUp = true;
    this.cursor = cursor;
  }
}
