import type { Event, LiveEvent } from '../events.js';

// Size of the duplicate window: more events than a server could plausibly repeat.
const duplicateWindow = 1000;

/** Cursor in the event stream, and filter for duplicates. */
export class Stream {
  #caughtUp = false;
  readonly #seen = new Set<string>();

  constructor(public cursor: string | undefined) {}

  onConnected(): void {
    this.#caughtUp = false;
  }

  /** Returns the event to deliver; undefined for a duplicate. An event with an id advances the cursor. */
  accept(event: Event, text: string): LiveEvent | undefined {
    const { id } = event;
    if (id === undefined) return { ...event, missed: false };
    // Compare whole messages, since ids are not unique: an event outside our stream carries the id of the event before it in ours.
    if (this.#seen.has(text)) return undefined;
    this.#seen.add(text);
    if (this.#seen.size > duplicateWindow) this.#seen.delete(this.#seen.values().next().value as string);
    this.cursor = id;
    return { ...event, missed: !this.#caughtUp };
  }

  onResumed(cursor: string): void {
    this.#caughtUp = true;
    this.cursor = cursor;
  }
}
