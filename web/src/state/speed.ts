import { signal } from '@preact/signals';

const span = 5_000;

/** Measures throughput in bytes per second over the last `span` milliseconds. */
export class Speed {
  readonly bytesPerSecond = signal(0);
  #notes: { at: number; sent: number }[] = [];

  note(sent: number, at = performance.now()) {
    this.#notes.push({ at, sent });
    while (this.#notes.length > 2 && at - this.#notes[0]!.at > span) this.#notes.shift();
    const first = this.#notes[0]!;
    if (at > first.at) this.bytesPerSecond.value = Math.max(0, ((sent - first.sent) * 1000) / (at - first.at));
  }

  rest() {
    this.#notes = [];
    this.bytesPerSecond.value = 0;
  }
}
