/** Exponential backoff with full jitter: delay n is uniform in [0, min(longest, shortest * 2^n)). All times in milliseconds. */
export class Backoff {
  #attempt = 0;

  constructor(
    private readonly shortest: number,
    private readonly longest: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** Returns the next delay. The jitter is added to `atLeast`, the server's Retry-After, so that clients do not return all at once. */
  next(atLeast = 0): number {
    const bound = Math.min(this.longest, this.shortest * 2 ** this.#attempt);
    if (bound < this.longest) this.#attempt += 1;
    return atLeast + this.random() * bound;
  }

  reset(): void {
    this.#attempt = 0;
  }
}
