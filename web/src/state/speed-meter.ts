import { signal } from '@preact/signals';

const windowLength = 5_000;

/** Measures throughput in bytes per second over the last `windowLength` milliseconds. */
export class SpeedMeter {
  readonly bytesPerSecond = signal(0);
  #samples: { at: number; sent: number }[] = [];

  record(sent: number, at = performance.now()) {
    this.#samples.push({ at, sent });
    while (this.#samples.length > 2 && at - this.#samples[0]!.at > windowLength) this.#samples.shift();
    const first = this.#samples[0]!;
    if (at > first.at) this.bytesPerSecond.value = Math.max(0, ((sent - first.sent) * 1000) / (at - first.at));
  }

  reset() {
    this.#samples = [];
    this.bytesPerSecond.value = 0;
  }
}
